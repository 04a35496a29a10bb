"""What `PythonCode` refuses: each says what is wrong, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from syrupy.assertion import SnapshotAssertion

from lambda_constructs import ConfigurationError, PythonCode
from lambda_constructs.packaging.source_tree import source_files
from lambda_constructs.packaging.target import Target
from tests.packaging.projects import HANDLER, X86_64, Projects, bundled, create, elf, write_pyproject
from tests.support import new_stack

Make = Callable[[Projects], tuple[PythonCode | str, dict[str, Any]]]


def no_lock(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.project()), {}


def no_folder(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.folder / "nowhere"), {}


def no_path(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return str(projects.folder / "nowhere"), {}


def stale_lock(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    projects.wheel("pricing")
    project = projects.locked("pricing")
    write_pyproject(project, "pricing", "billing>=2")
    return projects.code(project), {}


def unknown_group(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.locked(), groups=["mail"]), {}


def broken_lock(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.project("orders", **{"pylock.toml": "packages = ["})), {}


def no_hashes(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.project("orders", **{"requirements.txt": "pricing==1.0\nidna>=3\n"})), {}


def option_of_another_lock(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.pinned(), extras=["mail"], sdk="runtime"), {}


def remote_package(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    lock = '[[packages]]\nname = "common"\nvcs = { type = "git" }\n'
    return projects.code(projects.project("orders", **{"pylock.toml": lock})), {}


def unknown_source(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.pinned(), allow_source=["pyspork"]), {}


def special_file(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    project = projects.pinned()
    os.mkfifo(project / "pipe")
    return projects.code(project), {}


def cache_is_a_file(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.pinned("orders", projects.wheel("pricing")), cache_dir="/dev/full"), {}


def another_hash(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    project = projects.pinned("orders", projects.wheel("pricing"))
    projects.wheel("pricing", **{"pricing__more.py": ""})
    return projects.code(project), {}


def not_in_the_index(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    wheel = projects.wheel("pricing")
    project = projects.pinned("orders", wheel)
    wheel.unlink()
    return projects.code(project), {}


def no_wheels(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    names = (
        "fast-1.0-cp313-cp313-manylinux_2_28_x86_64.whl",
        "fast-1.0-cp313-cp313-manylinux_2_28_aarch64.whl",
        "old-1.0-cp39-cp39-manylinux_2_17_aarch64.whl",
        "new-1.0-cp313-cp313-manylinux_2_39_aarch64.whl",
        "win-1.0-cp313-cp313-win_amd64.whl",
        "mac-1.0-cp313-cp313-macosx_11_0_arm64.whl",
    )
    lines = ['[[packages]]\nname = "source"\nversion = "1.0"\n']
    for package in ("fast", "old", "new", "win", "mac"):
        wheels = ", ".join(f'{{ name = "{each}" }}' for each in names if each.startswith(package))
        lines.append(f'[[packages]]\nname = "{package}"\nversion = "1.0"\nwheels = [{wheels}]\n')
    lines[4] += "marker = \"sys_platform == 'win32'\"\n"
    return projects.code(projects.project("orders", **{"pylock.toml": "".join(lines)})), {}


def another_language(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.pinned()), {"runtime": lambda_.Runtime.NODEJS_22_X}


def links_outside(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    project = projects.pinned()
    (project / "common").symlink_to(projects.folder)
    (project / "loop").symlink_to(project)
    (project / "gone.py").symlink_to(project / "missing.py")
    (project / "same.py").symlink_to(project / "app.py")
    return projects.code(project), {}


def unreadable(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    """A file that its reader may not read; the tests may be run by a user who may read all files."""
    project = projects.pinned("orders", **{"key.pem": ""})
    code = projects.code(project)

    class Locked(type(project)):  # type: ignore[misc]
        def read_bytes(self) -> bytes:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    found = source_files(project, ())
    bundle = code._bundle(Target("python3.13", "arm64"))
    vars(bundle)["files"] = [replace(each, path=Locked(each.path)) for each in found]
    return code, {}


def offline_cold(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    """An index, no network, and nothing in the cache of uv."""
    project = projects.pinned("orders", projects.wheel("pricing"))
    (projects.folder / "uv.toml").write_text('index-url = "http://127.0.0.1:9/index"\n')
    return projects.code(project), {}


def x86_only(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    core: dict[str, Any] = {"fast__core.so": elf(X86_64)}
    projects.wheel("fast", tag="cp313-cp313-manylinux_2_28_x86_64", **core)
    return projects.code(projects.locked("fast")), {}


def other_python(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.project("orders", **{"pylock.toml": 'requires-python = ">=3.14"\n'})), {}


def single_file(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return str(projects.project() / "app.py"), {}


def single_file_with_packages(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.pinned() / "app.py"), {}


def handler_outside_the_source(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    files = {"src/__init__.py": "", "src/orders/app.py": HANDLER}
    return projects.code(projects.pinned("orders", **files)), {"handler": "src.orders.app.handler"}


def nothing_to_deploy(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.pinned(), exclude=["*.py"]), {}


def more_requirements(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    lines = "--only-binary :all:\n-c constraints.txt\n-r base.txt\n--requirement more.txt\n-e .\n"
    return projects.code(projects.project("orders", **{"requirements.txt": lines})), {}


def token_as_cache(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.pinned(), cache_dir=cdk.Aws.STACK_NAME), {}


def wrong_choice(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.pinned(), sdk="none"), {}


EXPECTED: dict[Make, str] = {
    no_lock: "lock-missing",
    no_folder: "code-path-missing",
    no_path: "code-path-missing",
    stale_lock: "lock-stale",
    unknown_group: "lock-unreadable",
    broken_lock: "lock-unreadable",
    no_hashes: "lock-without-hashes",
    option_of_another_lock: "lock-option",
    remote_package: "lock-remote-package",
    unknown_source: "source-not-locked",
    special_file: "source-unreadable",
    cache_is_a_file: "cache-unusable",
    another_hash: "hash-mismatch",
    not_in_the_index: "packages-not-installed",
    no_wheels: "wheel-missing",
    another_language: "python-code-runtime",
    links_outside: "source-link-outside",
    wrong_choice: "option-type",
    unreadable: "source-unreadable",
    offline_cold: "packages-not-installed",
    x86_only: "wheel-missing",
    other_python: "lock-python",
    single_file: "code-path-file",
    single_file_with_packages: "code-path-file",
    nothing_to_deploy: "source-empty",
    handler_outside_the_source: "source-handler",
    more_requirements: "lock-without-hashes",
    token_as_cache: "option-type",
}


@pytest.mark.parametrize("make", EXPECTED, ids=lambda make: make.__name__)
def test_refuses(projects: Projects, make: Make, snapshot: SnapshotAssertion) -> None:
    code, options = make(projects)
    stack = new_stack()

    with pytest.raises(ConfigurationError) as refused:
        create(stack, code, **options)

    assert refused.value.code == EXPECTED[make]
    assert str(refused.value).replace(str(projects.folder), "").replace(str(Path.cwd()), ".") == snapshot
    assert stack.node.children == []
    assert projects.kept() == []


@pytest.mark.parametrize("module", ["uv", "packaging.markers"])
def test_names_the_extra_that_is_not_installed(
    projects: Projects, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    code = projects.code(projects.locked())
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(ConfigurationError, match=r"install lambda-constructs\[python\]"):
        create(new_stack(), code)


def test_plain_function_refuses_too(projects: Projects) -> None:
    code = projects.code(projects.project(), sdk="none")

    with pytest.raises(ConfigurationError, match=r"Shop/Code: code\.sdk is 'none'"):
        code.as_code(new_stack(), lambda_.Runtime.PYTHON_3_13, lambda_.Architecture.ARM_64)


PACKAGE = '[[packages]]\nname = "a"\nversion = "1"\n'


def test_a_damaged_lock_is_refused_and_never_a_crash(projects: Projects) -> None:
    damaged = {
        "pylock.toml": [
            'requires-python = "nonsense"',
            "requires-python = 3",
            "packages = 3",
            "packages = [{}]",
            "packages = [3]",
            "[packages]\na = 1",
            '[[packages]]\nname = 3\nversion = "1"',
            f'{PACKAGE}marker = "nonsense"',
            f"{PACKAGE}marker = 3",
            f"{PACKAGE}wheels = 3",
            f"{PACKAGE}wheels = [{{}}]",
            f'{PACKAGE}wheels = [{{ name = "a.whl" }}]',
            '[[packages]]\nname = "a"\ndirectory = {}',
        ],
        "requirements.txt": ["a==1 ; nonsense --hash=sha256:0"],
    }
    for name, texts in damaged.items():
        for text in texts:
            project = projects.project("damaged", **{name: f"{text}\n"})
            with pytest.raises(ConfigurationError) as refused:
                create(new_stack(), projects.code(project))
            assert refused.value.code == "lock-unreadable", text
            (project / name).unlink()


def test_needs_no_wheel_that_another_platform_needs(projects: Projects) -> None:
    lock = (
        '[[packages]]\nname = "win"\nversion = "1.0"\nmarker = "sys_platform == \'win32\'"\n'
        'wheels = [{ name = "win-1.0-cp313-cp313-win_amd64.whl" }]\n'
    )

    key, folder = bundled(projects.code(projects.project("orders", **{"pylock.toml": lock})))

    assert [path.name for path in folder.iterdir()] == ["app.py"]
    assert Path(key).suffix == ".zip"
