"""Every package in a cloud assembly is looked at, whatever made it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from lambda_constructs.audit.source import Source
from lambda_constructs.rules import package
from lambda_constructs.rules.rule import Rule
from lambda_constructs.template.assembly import read_assembly
from lambda_constructs.template.files import readable
from lambda_constructs.template.template import Template
from tests.packaging.projects import AARCH64, HANDLER, X86_64, Projects, create, elf
from tests.support import new_stack

FORMER = "fast.cpython-311-aarch64-linux-gnu.so"
NEWER = "fast.cpython-313-aarch64-linux-gnu.so"
LARGE = 262_144_000
Contents = dict[str, bytes | str]


def findings(folder: Path) -> dict[str, str]:
    """What the rules for packages find in an assembly, by code."""
    return {
        each.code: each.message
        for source in map(Source.of, readable(read_assembly(folder)))
        for each in source.findings()
        if each.code.startswith("package-")
    }


def folder_of(root: Path, contents: Contents) -> Path:
    """A folder with these files."""
    folder = root / "package"
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        (folder / name).chmod(0o644)
    return folder


def zip_of(root: Path, contents: Contents) -> Path:
    """A zip with these files."""
    path = root / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            file = zipfile.ZipInfo(name)
            file.external_attr = 0o644 << 16
            archive.writestr(file, content)
        archive.mkdir("empty")
    return path


def judged(path: Path, *, layer: Path | None = None, **options: Any) -> dict[str, str]:
    """What is found of a function that plain CDK makes of a folder or a zip."""
    stack = new_stack()
    given = {
        "handler": "app.handler",
        "runtime": lambda_.Runtime.PYTHON_3_13,
        "architecture": lambda_.Architecture.ARM_64,
        **options,
    }
    function = lambda_.Function(stack, "Plain", code=lambda_.Code.from_asset(str(path)), **given)
    if layer is not None:
        code = lambda_.Code.from_asset(str(layer))
        function.add_layers(lambda_.LayerVersion(stack, "Layer", code=code))
    return findings(Path(cdk.App.of(stack).synth().directory))  # type: ignore[union-attr]


@pytest.mark.parametrize("make", [folder_of, zip_of])
def test_names_all_problems_of_a_package_at_once(
    tmp_path: Path, make: Callable[[Path, Contents], Path]
) -> None:
    path = make(
        tmp_path,
        {
            "app.py": "def main(): ...\n",
            "json.py": "",
            "fast.so": elf(X86_64),
            "slow.so": elf(AARCH64),
            "old.so": elf(40),
            "text.so": "INPUT(fast.so)",
            FORMER: elf(AARCH64),
        },
    )

    found = judged(path)

    assert found.keys() == {
        "package-architecture",
        "package-handler",
        "package-interpreter",
        "package-shadows-library",
    }
    assert "arm64 cannot load: 'fast.so' (x86_64) and 'old.so' (machine 40);" in found["package-architecture"]
    assert "does not have 'handler' in 'app.py'" in found["package-handler"]
    assert f"python3.13 cannot import: '{FORMER}';" in found["package-interpreter"]


@pytest.mark.parametrize(
    ("handler", "contents"),
    [
        ("app.handler", {"app.py": HANDLER, FORMER: elf(AARCH64), NEWER: elf(AARCH64), "test/a.py": ""}),
        ("orders.app.handler", {"orders/app.py": "from orders.main import handler\n", "orders/main.py": ""}),
        ("orders/app.handler", {"orders/app/__init__.py": HANDLER}),
        ("app.handler", {"app.cpython-313-aarch64-linux-gnu.so": elf(AARCH64)}),
    ],
)
def test_accepts_what_the_runtime_can_run(tmp_path: Path, handler: str, contents: Contents) -> None:
    assert judged(folder_of(tmp_path, contents), handler=handler) == {}


def test_names_the_missing_module_unless_a_layer_may_have_it(tmp_path: Path) -> None:
    path = folder_of(tmp_path, {"main.py": HANDLER})
    layer = folder_of(tmp_path / "layer", {"python/app.py": HANDLER})

    assert "does not have 'app.py'" in judged(path)["package-handler"]
    assert judged(path, layer=layer) == {}


def test_judges_other_languages_by_size_permissions_and_libraries_only(tmp_path: Path) -> None:
    path = folder_of(tmp_path, {"json.py": "", "bootstrap": elf(AARCH64), FORMER: elf(AARCH64)})
    (path / "bootstrap").chmod(0o755)
    options: dict[str, Any] = {"runtime": lambda_.Runtime.PROVIDED_AL2023, "handler": "bootstrap"}

    assert judged(path, **options) == {}
    x86 = judged(path, **{**options, "architecture": None})
    assert x86.keys() == {"package-architecture"}


def test_names_files_that_lambda_cannot_read(tmp_path: Path) -> None:
    path = folder_of(tmp_path, {"app.py": HANDLER, "prices.csv": ""})
    (path / "prices.csv").chmod(0o600)

    assert "cannot read: 'prices.csv';" in judged(path)["package-permissions"]


@pytest.mark.parametrize(
    ("size", "of_layer", "codes"),
    [
        (1, 0, []),
        (LARGE // 2, LARGE // 3, ["package-size-near"]),
        (LARGE // 2, LARGE // 2 + 1, ["package-size"]),
    ],
)
def test_counts_the_layers_too(tmp_path: Path, size: int, of_layer: int, codes: list[str]) -> None:
    """The files are sparse, and only the assembly's copies are as large as that."""
    key, other = "a" * 64, "b" * 64
    for name, length in ((key, size), (other, of_layer)):
        folder = tmp_path / f"asset.{name}"
        folder.mkdir()
        with (folder / "data").open("wb") as file:
            file.truncate(length)
    layer = {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": f"{other}.zip"}}}
    elsewhere = {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": "layer.zip"}}}
    layers = [
        {"Ref": "Layer"},
        {"Ref": "Elsewhere"},
        {"Ref": "Function"},
        "arn:aws:lambda:eu-west-1:1:layer:x:1",
    ]
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Code": {"S3Key": f"{key}.zip"}, "Layers": layers},
    }
    source = {"Resources": {"Function": function, "Layer": layer, "Elsewhere": elsewhere}}
    read = Template("shop", source, tmp_path / "assembly-Stage")

    rules: tuple[Rule[...], ...] = (package.package_size, package.package_size_near)
    found = [
        rule.code
        for rule in rules
        if rule.places is not None
        for place in rule.places(read)
        if rule.of_template(*place.values) is not None
    ]

    assert found == codes


def test_does_not_judge_code_that_is_elsewhere() -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": f"{'a' * 64}.zip"}}}
    source = {"Resources": {"Function": function}}

    for template in (Template("shop", source), Template("shop", source, Path("nowhere"))):
        assert package.package_size.places is not None
        assert list(package.package_size.places(template)) == []


def test_handler_without_a_module_is_refused(tmp_path: Path) -> None:
    (message,) = judged(folder_of(tmp_path, {"main.py": HANDLER}), handler="handler").values()

    assert (
        "Handler is 'handler', but the package does not have a module for it, as in 'app.handler'" in message
    )


def test_handler_that_is_known_only_at_deployment_is_not_judged(tmp_path: Path) -> None:
    path = folder_of(tmp_path, {"main.py": HANDLER})

    assert judged(path, handler=cdk.Fn.import_value("Handler")) == {}


def test_judges_plain_folders_but_not_sources_if_bundling_is_skipped(projects: Projects) -> None:
    """A plain folder is deployed as it is; CDK does not stage the sources of what it does not bundle."""
    project = projects.pinned()
    for code, judged_too in ((str(project), True), (projects.code(project), False)):
        for bundled in ([], ["Other"]):
            stack = new_stack(context={"aws:cdk:bundling-stacks": bundled})
            create(stack, code, handler="app.main")
            app = cast(cdk.App, cdk.App.of(stack))
            if judged_too:
                with pytest.raises(RuntimeError, match=r"(?s)does not have 'main' in.*package-handler"):
                    app.synth()
            else:
                app.synth()


def test_a_workload_with_a_mistagged_wheel_does_not_synthesize_and_all_is_said_at_once(
    projects: Projects,
) -> None:
    core: dict[str, Any] = {"fast__core.so": elf(X86_64)}
    wheel = projects.wheel("fast", **core)
    stack = new_stack()
    create(stack, projects.code(projects.pinned("orders", wheel)), handler="app.main")

    with pytest.raises(RuntimeError, match=r"(?s)arm64 cannot load.*package-architecture.*package-handler"):
        cdk.App.of(stack).synth()  # type: ignore[union-attr]
