"""`PythonCode`, and what the option `code` becomes in a construct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Final, Literal

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.guard import Guard
from ..core.option_types import check_dataclass
from ..rules.python_code import code_path_missing
from .bundle import Bundle
from .cache import default_cache
from .lock import Choice
from .refusal import RefusedError
from .target import Target

# Of a plain path, as git ignores them: running the tests must not change the asset.
_NEVER_DEPLOYED: Final = ["__pycache__", "*.pyc", "/.venv", "/.git", "/tests"]


@dataclass(frozen=True)
class PythonCode:
    """A Python project with the packages of its lock, installed for the runtime and the architecture.

    uv installs wheels for Lambda, checked by their hashes; Docker is not needed. Packages are kept in a
    cache, so unchanged projects install nothing. The extra `lambda-constructs[python]` brings uv.

    Args:
        path: The project: a folder with uv.lock, pylock.toml, or a requirements.txt with hashes.
        source: The folder of the code in the project. Default: "src" if it exists, else the project
        groups: Dependency groups of uv.lock that the function needs too. Default: none
        extras: Extras of uv.lock that the function needs too. Default: none
        package: The member of a uv workspace. Default: the project
        sdk: "lock" deploys the AWS SDK that the lock has, "runtime" leaves it to the runtime. Default: "lock"
        strip: What is removed from packages: "safe" for stubs and C sources, "tests" for their tests too, or
            "none". Default: "safe"
        exclude: Patterns of source files that are not deployed. Default: only tests, hidden files and locks
        cache_dir: Where packages are kept. Default: "lambda-constructs" in the cache folder of the user
    """

    path: str
    _: KW_ONLY
    source: str | None = None
    groups: Sequence[str] | None = None
    extras: Sequence[str] | None = None
    package: str | None = None
    sdk: Literal["lock", "runtime"] | None = None
    strip: Literal["safe", "tests", "none"] | None = None
    exclude: Sequence[str] | None = None
    cache_dir: str | None = None

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
        code = package(guard, self, runtime, architecture)
        guard.report(scope)
        return code

    def _bundle(self, target: Target) -> Bundle:
        """The project for a runtime; read once, whatever number of functions have it."""
        bundles: dict[Target, Bundle] = vars(self).setdefault("_bundles", {})
        if target not in bundles:
            project = Path(self.path).resolve()
            default = "src" if (project / "src").is_dir() else "."
            bundles[target] = Bundle(
                project=project,
                source=project / (self.source or default),
                choice=Choice(
                    groups=self.groups or (),
                    extras=self.extras or (),
                    package=self.package or "",
                    sdk=self.sdk != "runtime",
                ),
                exclude=self.exclude or (),
                strip=self.strip or "safe",
                cache=Path(self.cache_dir).resolve() if self.cache_dir else default_cache(),
                target=target,
            )
        return bundles[target]


def package(
    guard: Guard, code: PythonCode, runtime: lambda_.Runtime, architecture: lambda_.Architecture
) -> lambda_.Code:
    """A project as an asset, with its packages.

    Raises:
        ConfigurationError: The project cannot be packaged.
    """
    for path in (code.path, str(Path(code.path, code.source or "."))):
        check_path(guard, path)
    try:
        bundle = code._bundle(Target(runtime.name, architecture.name))
        key = bundle.key
        if cdk.Stack.of(guard.scope).bundling_required:
            bundle.install_packages()
    except RefusedError as refused:
        guard.refuse(refused.rule, *refused.values)
    bundling = cdk.BundlingOptions(image=cdk.DockerImage.from_registry("unused"), local=_Filling(bundle))
    return lambda_.Code.from_asset(str(bundle.source), asset_hash=key, bundling=bundling)


@jsii.implements(cdk.ILocalBundling)
class _Filling:
    """Fills the folder of an asset; CDK asks for it once, and not if it skips bundling."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def try_bundle(self, output_dir: str, *_: object, **options: object) -> bool:  # noqa: ARG002 - CDK's
        """Fill the folder; the packages are installed already, so that nothing can fail here."""
        self._bundle.fill(Path(output_dir))
        return True


def check_path(guard: Guard, path: str) -> None:
    """Check that code exists; an empty path would be the current folder."""
    try:
        exists = bool(path) and Path(path).exists()
    except (OSError, ValueError):  # a name that no file can have
        exists = False
    if not exists:
        guard.refuse(code_path_missing, path, str(Path.cwd()))


def asset(path: Path) -> lambda_.Code:
    """A folder or a zip as an asset."""
    if path.is_file():
        return lambda_.Code.from_asset(str(path.resolve()))
    return lambda_.Code.from_asset(
        str(path.resolve()), exclude=_NEVER_DEPLOYED, ignore_mode=cdk.IgnoreMode.GIT
    )
