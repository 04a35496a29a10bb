"""`PythonCode`: what is deployed, and what its key depends on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import PythonCode
from lambda_constructs.packaging.cache import default_cache
from tests.packaging.projects import (
    HANDLER,
    Projects,
    bundled,
    contents,
    create,
    installs,
)
from tests.support import new_stack, resources


def test_deploys_the_source_with_the_packages_of_each_kind_of_lock(projects: Projects) -> None:
    wheel = projects.wheel("pricing")
    lock = 'lock-version = "1.0"\n[[packages]]\nname = "pricing"\nversion = "1.0"\n'
    lock += f'wheels = [{{ path = "../wheels/{wheel.name}", hashes = {{ sha256 = "%s" }} }}]\n'
    pinned = projects.pinned("pinned", wheel)
    digest = (pinned / "requirements.txt").read_text().partition("sha256:")[2].split()[0]
    every = [
        pinned,
        projects.locked("pricing>=1", name="locked"),
        projects.project("exported", **{"pylock.toml": lock % digest}),
    ]

    keys = set()
    for project in every:
        key, folder = bundled(projects.code(project))
        keys.add(key)
        assert sorted(contents(folder)) == [
            "app.py",
            "pricing-1.0.dist-info/METADATA",
            "pricing-1.0.dist-info/RECORD",
            "pricing-1.0.dist-info/WHEEL",
            "pricing/__init__.py",
        ]
    assert len(keys) == 1


def test_deploys_the_folder_src_or_the_source_that_is_named(projects: Projects) -> None:
    files = {"src/app.py": HANDLER, "lib/app.py": HANDLER, "lib/prices.csv": "1\n"}
    project = projects.pinned("orders", **files)

    assert list(contents(bundled(projects.code(project))[1])) == ["app.py"]
    assert list(contents(bundled(projects.code(project, source="lib"))[1])) == ["app.py", "prices.csv"]


def test_leaves_out_tests_hidden_files_bytecode_and_what_is_excluded(projects: Projects) -> None:
    names = ("tests/test_app.py", ".venv/bin/python", "__pycache__/app.pyc", "notes/a.md", "a/b.sql", "c.txt")
    of_tools = ("orders.egg-info/PKG-INFO", "env/pyvenv.cfg", "env/lib/six.py", "poetry.lock", "pdm.lock")
    of_pipenv = ("Pipfile", "Pipfile.lock")
    project = projects.pinned("orders", **dict.fromkeys((*names, *of_tools, *of_pipenv), "x"))

    code = projects.code(project, exclude=["notes", "a/*.sql"])

    assert list(contents(bundled(code)[1])) == ["app.py", "c.txt"]


def test_installs_only_the_groups_and_extras_that_are_named(projects: Projects) -> None:
    for name in ("pricing", "mail", "charts", "pytest"):
        projects.wheel(name)
    more = '[project.optional-dependencies]\nmail = ["mail"]\n'
    more += '[dependency-groups]\ncharts = ["charts"]\ndev = ["pytest"]\n'
    project = projects.locked("pricing", more=more)

    def packages(**options: list[str]) -> set[str]:
        folder = bundled(projects.code(project, **options))[1]
        return {path.name for path in folder.iterdir() if path.is_dir() and "-" not in path.name}

    assert packages() == {"pricing"}
    assert packages(groups=["charts"], extras=["mail"]) == {"pricing", "charts", "mail"}


def test_leaves_the_sdk_to_the_runtime_with_all_that_only_it_needs(projects: Projects) -> None:
    for name in ("boto3", "pricing"):
        projects.wheel(name)
    project = projects.locked("boto3", "pricing")

    assert (bundled(projects.code(project))[1] / "boto3").is_dir()
    assert not (bundled(projects.code(project, sdk="runtime"))[1] / "boto3").exists()


def test_strips_stubs_and_tests_as_told(projects: Projects) -> None:
    """A stub that the module next to it reads stays, as in scikit-image."""
    lazy = {"pricing__lazy.py": "lazy_loader.attach_stub(__name__, __file__)\n", "pricing__lazy.pyi": ""}
    stubs = {"pricing__fast.py": "", "pricing__fast.pyi": "", "pricing__native.pyi": "", **lazy}
    wheel = projects.wheel("pricing", **{"pricing__fast.c": "", "pricing__tests__data.txt": "", **stubs})
    project = projects.pinned("orders", wheel)

    def files(strip: str) -> set[str]:
        folder = bundled(projects.code(project, strip=strip))[1]
        return {Path(name).name for name in contents(folder) if name.startswith("pricing/")}

    kept = {"__init__.py", "fast.py", "lazy.py", "lazy.pyi"}
    assert files("none") == {*kept, "fast.pyi", "native.pyi", "fast.c", "data.txt"}
    assert files("safe") == {*kept, "data.txt"}
    assert files("tests") == kept


def test_has_the_same_bytes_from_another_path_umask_and_cache(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = "[console_scripts]\nprice = pricing:main\n"
    wheel = projects.wheel("pricing", **{"pricing-1.0.dist-info__entry_points.txt": scripts})
    first = bundled(projects.code(projects.pinned("orders", wheel)))
    elsewhere = projects.folder / "elsewhere"
    shutil.copytree(projects.folder / "orders", elsewhere / "copy")
    monkeypatch.setenv("UV_CACHE_DIR", str(elsewhere / "uv"))

    before = os.umask(0o077)
    try:
        second = bundled(PythonCode(str(elsewhere / "copy"), cache_dir=str(elsewhere / "cache")))
    finally:
        os.umask(before)

    assert first[0] == second[0]
    assert contents(first[1]) == contents(second[1])
    assert {mode for mode, _ in contents(second[1]).values()} == {0o644}


def test_does_not_change_the_cache_of_uv(projects: Projects) -> None:
    """Its files are links, and other environments have them too."""
    wheel = projects.wheel("pricing", **{"pricing__tests__a.py": "", "pricing__b.pyi": ""})
    project = projects.pinned("orders", wheel)
    before = os.umask(0o077)
    try:
        bundled(projects.code(project))
        cached = contents(projects.folder / "uv" / "archive-v0")
        bundled(projects.code(project, strip="tests", bytecode=True), runtime=lambda_.Runtime.PYTHON_3_11)
    finally:
        os.umask(before)

    assert {mode for mode, _ in cached.values()} == {0o600}
    assert contents(projects.folder / "uv" / "archive-v0") == cached


def test_unchanged_input_installs_nothing_and_functions_share_the_asset(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projects.pinned("orders", projects.wheel("pricing"))
    first = bundled(projects.code(project))[0]
    commands = installs(monkeypatch)
    stack, code = new_stack(), projects.code(project)
    create(stack, code)
    runtime, architecture = lambda_.Runtime.PYTHON_3_13, lambda_.Architecture.ARM_64
    lambda_.Function(
        stack,
        "Plain",
        code=code.as_code(stack, runtime, architecture),
        handler="app.handler",
        runtime=runtime,
        architecture=architecture,
    )

    keys = {
        each["Properties"]["Code"]["S3Key"] for each in resources(stack, "AWS::Lambda::Function").values()
    }

    assert keys == {first}
    assert commands == []


def test_a_changed_source_installs_nothing(projects: Projects, monkeypatch: pytest.MonkeyPatch) -> None:
    project = projects.pinned("orders", projects.wheel("pricing"))
    first = bundled(projects.code(project))[0]
    (project / "app.py").write_text(f"{HANDLER}# changed\n")
    commands = installs(monkeypatch)

    assert bundled(projects.code(project))[0] != first
    assert commands == []


def test_skipped_bundling_has_the_same_key_and_installs_nothing(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projects.pinned("orders", projects.wheel("pricing"))
    commands = installs(monkeypatch)
    skipped = bundled(projects.code(project), skip=True)

    assert commands == []
    assert projects.kept() == []
    assert not skipped[1].exists()
    assert bundled(projects.code(project))[0] == skipped[0]


def edit(project: Path) -> None:
    (project / "app.py").write_text("handler = print\n")


def make_executable(project: Path) -> None:
    (project / "app.py").chmod(0o755)


def rename(project: Path) -> None:
    (project / "app.py").rename(project / "main.py")


@pytest.mark.parametrize("change", [edit, make_executable, rename])
def test_key_follows_the_source(projects: Projects, change: Callable[[Path], None]) -> None:
    project = projects.pinned()
    first = bundled(projects.code(project), skip=True)[0]
    change(project)

    assert bundled(projects.code(project), skip=True)[0] != first


def test_key_follows_runtime_architecture_and_options(projects: Projects) -> None:
    project = projects.pinned("orders", projects.wheel("pricing"))
    variants: list[dict[str, Any]] = [
        {},
        {"runtime": lambda_.Runtime.PYTHON_3_12},
        {"architecture": lambda_.Architecture.X86_64},
    ]
    keys = {bundled(projects.code(project), skip=True, **each)[0] for each in variants}

    assert len({*keys, bundled(projects.code(project, strip="none"), skip=True)[0]}) == len(variants) + 1


def test_a_change_of_development_packages_does_not_change_the_key(projects: Projects) -> None:
    projects.wheel("pricing")
    projects.wheel("pytest")
    first = bundled(projects.code(projects.locked("pricing")), skip=True)[0]
    second = projects.locked("pricing", more='[dependency-groups]\ndev = ["pytest"]\n')

    assert 'name = "pytest"' in (second / "uv.lock").read_text()
    assert bundled(projects.code(second), skip=True)[0] == first


def test_code_of_a_path_is_an_asset_without_packages(projects: Projects) -> None:
    names = (
        "tests/test_app.py",
        "__pycache__/app.pyc",
        ".pytest_cache/README.md",
        "orders.egg-info/PKG-INFO",
    )
    environment = ("env/pyvenv.cfg", "env/lib/six.py", ".coverage", ".coverage.host.1")
    project = projects.project("orders", **dict.fromkeys((*names, *environment), ""))

    assert list(contents(bundled(str(project))[1])) == ["app.py"]


def test_what_cdk_writes_into_the_source_is_not_deployed(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projects.pinned()
    monkeypatch.chdir(project)
    for code in (str(project), projects.code(project, source=".")):
        first, second = (bundled(code, outdir=str(project / "build")) for _ in range(2))
        assert first == second
        assert sorted({*contents(second[1])} - {"requirements.txt"}) == ["app.py"]


def test_code_of_a_path_may_be_a_zip(projects: Projects) -> None:
    wheel = projects.wheel("shop", **{"app.py": HANDLER})

    key, folder = bundled(str(wheel.rename(wheel.with_suffix(".zip"))), handler="app.handler")

    assert folder.with_name(f"asset.{key}").is_file()


def test_path_crosses_stacks(projects: Projects) -> None:
    project, app = projects.project(), cdk.App()
    for name in ("Orders", "Invoices"):
        create(cdk.Stack(app, name), str(project))

    assert len(app.synth().stacks) == 2


def test_cache_is_in_the_cache_folder_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")

    assert default_cache() == Path("/caches/lambda-constructs")
