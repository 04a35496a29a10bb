"""`PythonCode`, and what the option `code` becomes in a construct."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Final, Literal, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.guard import UNKNOWN, Guard
from ..core.option_types import check_dataclass
from ..rules import python_code as rules
from ..rules.package import package_archive
from ..template.package import Package
from .bundle import Bundle
from .cache import default_cache
from .last_build import remember
from .lock import Choice
from .refusal import RefusedError
from .target import Target

_INSTALLATION: Final = "lambda-constructs:packages"  # of the cloud assembly; the emulator reads it
_ARCHIVES: Final = (".zip", ".jar")
# Of a plain path, as git ignores them: running the tests or other tools must not change the asset.
_NEVER_DEPLOYED: Final = (
    *("__pycache__", "*.pyc", "*.egg-info", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".coverage*"),
    *(".DS_Store", "/.venv", "/.git", "/tests", "/cdk.out"),
)


@dataclass(frozen=True)
class PythonCode:
    """A Python project with the packages of its lock, installed for the runtime and the architecture.

    uv installs wheels for Lambda, checked by their hashes; Docker is not needed. Packages are kept in a
    cache, so unchanged projects install nothing. The extra `lambda-constructs[python]` brings uv.

    Args:
        path: The project: a folder with uv.lock, pylock.toml, or a requirements.txt with hashes, or a member
            of a uv workspace.
        source: The folder of the code in the project. Default: "src" if the project, or the member that
            `package` names, has it, else its folder
        groups: Dependency groups of uv.lock that the function needs too. Default: none
        extras: Extras of uv.lock that the function needs too. Default: none
        package: The member of a uv workspace. Default: the project
        sdk: "lock" deploys the AWS SDK that the lock has, "runtime" leaves it to the runtime. Default: "lock"
        strip: What is removed from packages: "safe" for C sources and stubs that no module reads, "tests" for
            their tests too, or "none". Default: "safe"
        bytecode: Whether to deploy bytecode too, which makes imports at a cold start faster and the package
            larger. It needs an interpreter of the runtime's version on this machine. Default: False
        dependencies: "zip" deploys packages and code together. "layer" puts the packages into a layer, so
            that a change of your code uploads only your code. Default: "zip"
        allow_source: Packages that may be built on this machine if they have no wheel; only for packages of
            pure Python. Default: none
        exclude: Patterns of source files that are not deployed. Default: only tests, hidden files and locks
        cache_dir: Where packages are kept. Default: "lambda-constructs" in the cache folder of the user
    """

    path: str | Path
    _: KW_ONLY
    source: str | None = None
    groups: Sequence[str] | None = None
    extras: Sequence[str] | None = None
    package: str | None = None
    sdk: Literal["lock", "runtime"] | None = None
    strip: Literal["safe", "tests", "none"] | None = None
    bytecode: bool | None = None
    dependencies: Literal["zip", "layer"] | None = None
    allow_source: Sequence[str] | None = None
    exclude: Sequence[str] | None = None
    cache_dir: str | Path | None = None

    def as_code(
        self, scope: Construct, runtime: lambda_.Runtime, architecture: lambda_.Architecture
    ) -> lambda_.Code:
        """The code for a function of CDK.

        Args:
            scope: Where the function is created.
            runtime: Its runtime.
            architecture: Its architecture.

        Raises:
            ConfigurationError: The project cannot be packaged.
        """
        guard = Guard(scope, "Code")
        check_dataclass(guard, "code", self)
        code, _ = package(guard, self, runtime, architecture)
        guard.report(scope)
        return code

    def as_layer(
        self, scope: Construct, runtime: lambda_.Runtime, architecture: lambda_.Architecture
    ) -> lambda_.LayerVersion:
        """The layer for a function of CDK, with `dependencies="layer"`; once for each scope.

        Args:
            scope: Where the layer is created.
            runtime: The function's runtime.
            architecture: The function's architecture.

        Raises:
            ConfigurationError: The project cannot be packaged, or has no packages for a layer.
        """
        guard = Guard(scope, "Code")
        check_dataclass(guard, "code", self)
        _, layer = package(guard, self, runtime, architecture)
        if layer is None:
            guard.refuse(rules.layer_empty, str(self.path))
        found = scope.node.try_find_child(layer.id)
        return cast("lambda_.LayerVersion | None", found) or layer.create(scope, layer.id)

    def _bundle(self, target: Target, output: Path | None = None) -> Bundle:
        """The project for a runtime; read once, whatever number of functions have it."""
        bundles: dict[object, Bundle] = vars(self).setdefault("_bundles", {})
        if (target, output) not in bundles:
            bundles[target, output] = Bundle(
                project=Path(self.path).resolve(),
                source=self.source or "",
                choice=Choice(
                    groups=self.groups or (),
                    extras=self.extras or (),
                    package=self.package or "",
                    sdk=self.sdk != "runtime",
                ),
                exclude=self.exclude or (),
                strip=self.strip or "safe",
                bytecode=bool(self.bytecode),
                layered=self.dependencies == "layer",
                allow_source=self.allow_source or (),
                cache=Path(self.cache_dir).resolve() if self.cache_dir else default_cache(),
                target=target,
                output=output,
            )
        return bundles[target, output]


@dataclass(frozen=True)
class PackagesLayer:
    """The packages of a project, as a layer that functions of a stack share."""

    id: str  # the id of the layer
    _bundle: Bundle
    _runtime: lambda_.Runtime
    _architecture: lambda_.Architecture

    def create(self, scope: Construct, construct_id: str) -> lambda_.LayerVersion:
        """Create the layer."""
        return lambda_.LayerVersion(
            scope,
            construct_id,
            code=_asset(self._bundle, self._bundle.packages_key, self._bundle.fill_layer),
            compatible_runtimes=[self._runtime],
            compatible_architectures=[self._architecture],
        )


def package(
    guard: Guard,
    code: PythonCode,
    runtime: lambda_.Runtime,
    architecture: lambda_.Architecture,
    handler: str | None = None,
) -> tuple[lambda_.Code, PackagesLayer | None]:
    """A project as an asset, with its packages or with a layer for them."""
    check_path(guard, code.path)
    if guard.text(str(code.cache_dir or "")) is UNKNOWN:
        guard.refuse_unknown("code.cache_dir", "a folder of this machine")
    try:
        target = Target(runtime.name, architecture.name)
        bundle = code._bundle(target, _output(guard.scope, Path(code.path).resolve()))
        if file := bundle.outside(handler or ""):
            guard.refuse(rules.source_handler, handler, bundle.folder.name, file)
        key = bundle.key
        if cdk.Stack.of(guard.scope).bundling_required:
            bundle.install_packages()
            remember(bundle)
            guard.check(rules.source_ambiguous, bundle.ambiguous)
            if bundle.packages:
                guard.scope.node.add_metadata(_INSTALLATION, bundle.installation)
            found = bundle.compiler is not None or not bundle.bytecode
            guard.check(rules.bytecode_interpreter, bundle.target.python, found=found)
    except RefusedError as refused:
        guard.refuse(refused.rule, *refused.values)
    except OSError as error:
        guard.refuse(rules.cache_unusable, str(bundle.cache), str(error.strerror))
    layer = None
    if bundle.layered and bundle.packages:
        layer = PackagesLayer(f"Packages{bundle.packages_key[:8]}", bundle, runtime, architecture)
    return _asset(bundle, key, bundle.fill), layer


def _asset(bundle: Bundle, key: str, fill: Callable[[Path], None]) -> lambda_.Code:
    bundling = cdk.BundlingOptions(image=cdk.DockerImage.from_registry("unused"), local=_Filling(fill))
    return lambda_.Code.from_asset(str(bundle.folder), asset_hash=key, bundling=bundling)


@jsii.implements(cdk.ILocalBundling)
class _Filling:
    """Fills the folder of an asset; CDK asks for it once, and not if it skips bundling."""

    def __init__(self, fill: Callable[[Path], None]) -> None:
        self._fill = fill

    def try_bundle(self, output_dir: str, *_: object, **options: object) -> bool:  # noqa: ARG002 - CDK's
        """Fill the folder; the packages are installed already, so that nothing can fail here."""
        self._fill(Path(output_dir))
        return True


def check_path(guard: Guard, path: str | Path) -> None:
    """Check that code exists; an empty path would be the current folder."""
    if guard.text(str(path)) is UNKNOWN:
        guard.refuse_unknown("code", "a path that is known at synthesis")
    try:
        exists = bool(path) and Path(path).exists()
    except (OSError, ValueError):  # a name that no file can have
        exists = False
    if not exists:
        guard.refuse(rules.code_path_missing, str(path), str(Path.cwd()))
    if Path(path).is_file() and Path(path).suffix not in _ARCHIVES:
        guard.refuse(rules.code_path_file, path)
    guard.check(package_archive, archive=Package(Path(path)).is_archive)


def asset(scope: Construct, path: Path) -> lambda_.Code:
    """A folder or a zip as an asset."""
    path = path.resolve()
    if path.is_file():
        return lambda_.Code.from_asset(str(path))
    environments = sorted(file.parent for file in path.glob("*/pyvenv.cfg"))
    others = [each for each in (*environments, _output(scope, path)) if each is not None]
    exclude = [*_NEVER_DEPLOYED, *(f"/{each.relative_to(path).as_posix()}" for each in others)]
    return lambda_.Code.from_asset(str(path), exclude=exclude, ignore_mode=cdk.IgnoreMode.GIT)


def _output(scope: Construct, folder: Path) -> Path | None:
    """The folder that CDK writes assets to, if it is in a folder that becomes an asset itself."""
    if not Path.cwd().is_relative_to(folder):  # so that most functions do not ask CDK
        return None
    stage = cdk.Stage.of(scope)
    output = Path(stage.asset_outdir).resolve() if stage else folder
    return output if folder in output.parents else None
