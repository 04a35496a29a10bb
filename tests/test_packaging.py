"""What users install: the package and nothing else, with the metadata that pip and reviewers read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest
import uv

import lambda_constructs
from docs.site.configuration import repository

ROOT = Path(__file__).parent.parent
PACKAGE = "lambda_constructs"
VERSION = lambda_constructs.__version__
# Prints where the package comes from, then resolves every public name: each module is there.
PROGRAM = f"""
import {PACKAGE}
print({PACKAGE}.__file__)
print(*(name for name in {PACKAGE}.__all__ if getattr({PACKAGE}, name)))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheel and sdist, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def sdist(built: Path) -> Path:
    (found,) = built.glob("*.tar.gz")
    return found


def files_of_the_package() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / PACKAGE).rglob("*")
        if path.suffix in (".gz", ".json", ".py", ".pyi", ".txt") or path.name == "py.typed"
    }


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_wheel_is_for_every_python_3_and_platform(wheel: Path) -> None:
    assert wheel.name == f"{PACKAGE}-{VERSION}-py3-none-any.whl"


def test_wheel_holds_every_module_and_the_typing_marker_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert f"{PACKAGE}/py.typed" in names
    assert names == files_of_the_package()


def test_sdist_holds_the_package_and_what_it_is_built_from_and_nothing_else(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in archive.getnames()}

    beside = {
        "pyproject.toml",
        "hatch_build.py",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        ".gitignore",
    }
    assert names == files_of_the_package() | beside


def test_wheel_brings_its_license(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/licenses/LICENSE"))
        assert "Apache License" in archive.read(name).decode()


def test_wheel_requires_cdk_and_constructs_only(wheel: Path) -> None:
    required = metadata(wheel).get_all("Requires-Dist", [])
    always = {line for line in required if "extra ==" not in line}
    optional = {line for line in required if "extra ==" in line}

    assert always == {"aws-cdk-lib<3,>=2.271", "constructs<11,>=10.5"}
    assert optional == {
        "aws-sam-translator<2,>=1.110; extra == 'sam'",
        "boto3>=1.34; extra == 'ops'",
        "pyyaml>=6.0.3; extra == 'sam'",
        "cdk-nag<4,>=3.0.2; extra == 'nag'",
        "packaging>=24; extra == 'python'",
        "pyyaml>=6.0.3; extra == 'audit'",
        "uv>=0.9.30; extra == 'python'",
    }


def test_metadata_says_name_version_python_and_license(wheel: Path) -> None:
    found = metadata(wheel)

    assert (found["Name"], found["Version"]) == ("lambda-constructs", VERSION)
    assert found["Requires-Python"] == ">=3.11"
    assert found["License-Expression"] == "Apache-2.0"
    assert found.get_all("Provides-Extra") == ["audit", "nag", "ops", "python", "sam"]


def test_wheel_installs_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/entry_points.txt"))
        assert "lambda-constructs = lambda_constructs.__main__:main" in archive.read(name).decode()


def test_description_is_the_readme_with_links_that_work_everywhere(wheel: Path) -> None:
    found = metadata(wheel)
    pages = f"{repository()}/blob/main/"
    description = str(found.get_payload())

    assert found["Description-Content-Type"] == "text/markdown"
    assert description.replace(f"]({pages}", "](") == (ROOT / "README.md").read_text()
    assert f"[tutorial]({pages}docs/tutorial/first-worker.md)" in description
    for text in (description, (ROOT / "emulator" / "README.md").read_text()):
        assert re.findall(r"\]\((?!https:|#)[^)]*\)", text) == []


def test_metadata_leads_to_source_documentation_changes_and_issues(wheel: Path) -> None:
    found = metadata(wheel)
    urls = dict(line.split(", ") for line in found.get_all("Project-URL", []))
    emulator = tomllib.loads((ROOT / "emulator" / "pyproject.toml").read_text())["project"]["urls"]

    assert set(urls) == set(emulator) == {"Repository", "Documentation", "Changelog", "Issues"}
    assert all(url.startswith(urls["Repository"]) for url in (*urls.values(), *emulator.values()))
    classifiers = found.get_all("Classifier", [])
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in range(11, 14)} < set(classifiers)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
def test_both_distributions_install_into_an_empty_environment_and_run_the_readme(
    kind: str, built: Path, tmp_path: Path
) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT / "emulator", check=True, capture_output=True)
    files = [str(file) for folder in (built, tmp_path) for file in folder.glob(f"*.{kind}")]
    program, python = uv.find_uv_bin(), tmp_path / "environment" / "bin" / "python"
    subprocess.run([program, "venv", "-q", "--python", sys.executable, str(python.parents[1])], check=True)
    subprocess.run([program, "pip", "install", "-q", "--python", str(python), *files], check=True)
    clean = {name: os.environ[name] for name in ("HOME", "JSII_NODE", "PATH")}

    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert len(files) == 2
    run(str(python), str(ROOT / "tests" / "readme.py"))
    assert run(str(python.with_name("lambda-constructs")), "--version") == f"lambda-constructs {VERSION}\n"
    assert "usage: lambda-emulator" in run(str(python.with_name("lambda-emulator")), "--help")
    assert str(tmp_path) in run(str(python), "-c", PROGRAM)


def test_unpacked_wheel_imports_with_all_its_public_names(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)  # noqa: S202 - made by this test

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    where, names = done.stdout.splitlines()

    assert where == str(tmp_path / PACKAGE / "__init__.py")
    assert "SqsWorker" in names.split()
