"""What the options of `PythonCode` deploy: workspaces, sources, bytecode and layers."""

from __future__ import annotations

import importlib.util
import struct
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import ConfigurationError
from lambda_constructs.packaging import bundle
from lambda_constructs.packaging.bytecode import interpreter
from lambda_constructs.packaging.uv import run_uv
from tests.packaging.projects import HANDLER, Projects, bundled, contents, create
from tests.support import new_stack

BUILD = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n'
RUNTIME = getattr(lambda_.Runtime, f"PYTHON_3_{sys.version_info.minor}")  # its bytecode is tried here
ARM = lambda_.Architecture.ARM_64
BYTECODE = f"__pycache__/app.{sys.implementation.cache_tag}.pyc"


def workspace(projects: Projects) -> Path:
    """A workspace with an application, and a package that it depends on."""
    sources = "[tool.uv.sources]\ncommon = { workspace = true }\n"
    root = projects.project(
        "shop",
        **{
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["services/*", "packages/*"]\n',
            "services/orders/pyproject.toml": '[project]\nname = "orders"\nversion = "0"\n'
            f'requires-python = ">=3.11"\ndependencies = ["common>=0", "pricing"]\n{sources}',
            "services/orders/src/app.py": HANDLER,
            "packages/common/pyproject.toml": '[project]\nname = "common"\nversion = "0.1"\n'
            f'requires-python = ">=3.11"\n{BUILD}',
            "packages/common/src/common/__init__.py": "RATE = 1\n",
        },
    )
    projects.wheel("pricing")
    done = run_uv("lock", "--quiet", folder=root)
    assert done.returncode == 0, done.stderr
    return root


def test_builds_the_packages_of_a_workspace(projects: Projects) -> None:
    """The root with `package` and the folder of the member are the same; both follow the member's code."""
    root = workspace(projects)
    options = {"cache_dir": str(projects.cache / "other")}

    key, folder = bundled(projects.code(root, package="orders"))

    files = contents(folder)
    assert {"app.py", "common/__init__.py", "pricing/__init__.py"} <= files.keys()
    assert not any(name.endswith(".pth") or "direct_url" in name for name in files)
    assert {mode for mode, _ in files.values()} == {0o644}
    other = bundled(projects.code(root / "services" / "orders", **options))
    assert other[0] == key
    assert contents(other[1]) == files
    (root / "packages/common/src/common/__init__.py").write_text("RATE = 2\n")
    changed = bundled(projects.code(root, package="orders"))
    assert changed[0] != key
    assert contents(changed[1])["common/__init__.py"][1] == b"RATE = 2\n"


def test_refuses_a_member_whose_requirements_changed(projects: Projects) -> None:
    root = workspace(projects)
    member = root / "packages/common/pyproject.toml"
    member.write_text(member.read_text().replace("[build", 'dependencies = ["pricing"]\n[build'))

    with pytest.raises(ConfigurationError, match=r"does not match pyproject.toml in pricing;"):
        create(new_stack(), projects.code(root, package="orders"))


def test_builds_only_the_sources_that_are_allowed(projects: Projects) -> None:
    source = projects.project(
        "spark",
        **{
            "pyproject.toml": f'[project]\nname = "spark"\nversion = "1"\n{BUILD}',
            "src/spark/__init__.py": "",
        },
    )
    done = run_uv("build", "--quiet", "--sdist", "--out-dir", str(projects.wheels), folder=source)
    assert done.returncode == 0, done.stderr
    project = projects.locked("spark")

    with pytest.raises(
        ConfigurationError, match=r"no wheel for python3.13 on arm64: spark 1 \(source only\);"
    ):
        create(new_stack(), projects.code(project))
    assert "spark/__init__.py" in contents(bundled(projects.code(project, allow_source=["Spark"]))[1])


def test_says_that_a_package_cannot_be_built(projects: Projects) -> None:
    root = workspace(projects)
    (root / "packages/common/src/common/__init__.py").unlink()
    stack = new_stack()

    with pytest.raises(ConfigurationError, match=r"cannot install the packages of .*: common: "):
        create(stack, projects.code(root, package="orders"))
    assert stack.node.children == []
    assert projects.kept() == []


def test_deploys_bytecode_that_stays_right_and_is_the_same_everywhere(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = projects.wheel("pricing", **{"pricing__broken.py": "syntax error"})
    project = projects.pinned("orders", wheel)
    (project / "empty.sql").write_text("")

    key, folder = bundled(projects.code(project, bytecode=True), runtime=RUNTIME)

    files = contents(folder)
    compiled = sorted(name for name in files if name.endswith(".pyc"))
    assert compiled == [BYTECODE, f"pricing/{BYTECODE.replace('app', '__init__')}"]
    assert {mode for mode, _ in files.values()} == {0o644}
    magic, flags = struct.unpack("<4sI", files[BYTECODE][1][:8])
    assert (magic, flags) == (importlib.util.MAGIC_NUMBER, 0b11)  # checked by the hash of the source
    assert str(folder).encode() not in files[BYTECODE][1]
    assert b"/var/task/app.py" in files[BYTECODE][1]
    elsewhere = projects.code(project, bytecode=True, cache_dir=str(projects.folder / "elsewhere"))
    assert contents(bundled(elsewhere, runtime=RUNTIME)[1]) == files
    assert bundled(projects.code(project), runtime=RUNTIME)[0] != key
    done = subprocess.run([sys.executable, "-c", "import app"], cwd=folder, check=False)
    assert done.returncode == 0
    monkeypatch.setattr(bundle, "interpreter", lambda _: None)
    assert bundled(projects.code(project, bytecode=True), runtime=RUNTIME, skip=True)[0] == key


def test_says_that_it_does_not_have_the_interpreter(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "interpreter", lambda _: None)
    stack = new_stack()
    worker = create(stack, projects.code(projects.pinned("orders", projects.wheel("pricing")), bytecode=True))

    warnings = [str(each.data) for each in worker.node.metadata if each.type == "aws:cdk:warning"]
    assert "this machine does not have CPython 3.13; install it" in warnings[0]
    assert projects.kept() == ["packages"]
    assert interpreter("2.1") is None


def test_puts_packages_into_a_layer_that_functions_of_a_stack_share(projects: Projects) -> None:
    project = projects.pinned("orders", projects.wheel("pricing"))
    (project / "app.py").write_text(f"import pricing\n{HANDLER}")
    stack = new_stack()
    code = projects.code(project, dependencies="layer")
    create(stack, code)
    plain = cdk.Stack(cdk.App.of(stack), "Plain")
    for name in ("One", "Two"):
        lambda_.Function(
            plain,
            name,
            code=code.as_code(plain, lambda_.Runtime.PYTHON_3_13, ARM),
            layers=[code.as_layer(plain, lambda_.Runtime.PYTHON_3_13, ARM)],
            handler="app.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=ARM,
        )
    assembly = cdk.App.of(stack).synth()  # type: ignore[union-attr]

    keys = set()
    for name in ("Shop", "Plain"):
        resources = assembly.get_stack_by_name(name).template["Resources"].values()
        (layer,) = (each for each in resources if each["Type"] == "AWS::Lambda::LayerVersion")
        assert layer["Properties"]["CompatibleArchitectures"] == ["arm64"]
        keys.add(layer["Properties"]["Content"]["S3Key"])
        for function in (each for each in resources if each["Type"] == "AWS::Lambda::Function"):
            assert len(function["Properties"]["Layers"]) == 1
            keys.add(function["Properties"]["Code"]["S3Key"])
    folders = [Path(assembly.directory, f"asset.{Path(key).stem}") for key in sorted(keys)]
    found = sorted(list(contents(folder)) for folder in folders)
    assert found[0] == ["app.py"]
    assert "python/pricing/__init__.py" in found[1]
    assert len(found) == 2
    with pytest.raises(ConfigurationError, match="has no packages for a layer"):
        projects.code(project).as_layer(plain, lambda_.Runtime.PYTHON_3_13, ARM)
