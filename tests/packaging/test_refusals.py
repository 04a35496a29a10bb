"""What `PythonCode` refuses: each says what is wrong, and leaves nothing behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import ConfigurationError, PythonCode
from tests.packaging.projects import Projects, bundled, create, write_pyproject
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


def wrong_choice(projects: Projects) -> tuple[PythonCode | str, dict[str, Any]]:
    return projects.code(projects.pinned(), sdk="none"), {}


WITHOUT_WHEEL = (
    "mac 1.0 (wheels for cp313-macosx_11_0_arm64)",
    "new 1.0 (wheels for cp313-manylinux_2_39_aarch64)",
    "old 1.0 (wheels for cp39-manylinux_2_17_aarch64)",
    "source 1.0 (source only)",
)
EXPECTED: dict[Make, tuple[str, str]] = {
    no_lock: ("lock-missing", "orders has no uv.lock, pylock.toml or requirements.txt; run uv lock in it"),
    no_folder: ("code-path-missing", "nowhere', which does not exist"),
    no_path: ("code-path-missing", "nowhere', which does not exist"),
    stale_lock: ("lock-stale", "uv.lock does not match pyproject.toml in billing; run uv lock"),
    unknown_group: ("lock-unreadable", "mail"),
    broken_lock: ("lock-unreadable", "pylock.toml cannot be read"),
    no_hashes: ("lock-without-hashes", "has no version or no hashes for pricing, idna;"),
    option_of_another_lock: ("lock-option", "extras, sdk cannot be used with"),
    remote_package: ("lock-remote-package", "pylock.toml takes common from a repository"),
    unknown_source: ("source-not-locked", "allow_source names pyspork, which"),
    special_file: ("source-unreadable", "pipe cannot be read: it is not a regular file;"),
    cache_is_a_file: ("cache-unusable", "packages cannot be kept in /dev/full: File exists; free space,"),
    another_hash: ("hash-mismatch", "the files of pricing==1.0 do not have the hashes in"),
    not_in_the_index: ("packages-not-installed", "pricing"),
    no_wheels: (
        "wheel-missing",
        f"no wheel for python3.13 on arm64: {', '.join(WITHOUT_WHEEL)};",
    ),
    another_language: ("python-code-runtime", "runtime is 'nodejs22.x', but PythonCode supports python3.10,"),
    links_outside: ("source-link-outside", "no target in the source folder: common, gone.py, loop;"),
    wrong_choice: ("option-type", "code.sdk is 'none' (str); pass 'lock' or 'runtime'"),
}


@pytest.mark.parametrize("make", EXPECTED, ids=lambda make: make.__name__)
def test_refuses(projects: Projects, make: Make) -> None:
    code, options = make(projects)
    stack, (rule, message) = new_stack(), EXPECTED[make]

    with pytest.raises(ConfigurationError) as refused:
        create(stack, code, **options)

    assert refused.value.code == rule
    assert message in str(refused.value)
    assert str(refused.value).startswith("Shop/Orders: ")
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


def test_needs_no_wheel_that_another_platform_needs(projects: Projects) -> None:
    lock = (
        '[[packages]]\nname = "win"\nversion = "1.0"\nmarker = "sys_platform == \'win32\'"\n'
        'wheels = [{ name = "win-1.0-cp313-cp313-win_amd64.whl" }]\n'
    )

    key, folder = bundled(projects.code(projects.project("orders", **{"pylock.toml": lock})))

    assert [path.name for path in folder.iterdir()] == ["app.py"]
    assert Path(key).suffix == ".zip"
