"""`make setup` on the machines of others: what is missing is named, and their settings change nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UNCHANGED = ("PATH", "HOME", "SSL_CERT_FILE")
SETTINGS = {
    "PIP_REQUIRE_VIRTUALENV": "1",
    "PIP_USER": "1",
    "NODE_ENV": "production",
    "NPM_CONFIG_OMIT": "dev",
    "UV_PYTHON_PREFERENCE": "only-managed",
    "VIRTUAL_ENV": "/nonexistent",
    "MAKEFLAGS": "-j8",
    "LC_ALL": "C",
}


def make(folder: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    kept = {name: os.environ[name] for name in UNCHANGED if name in os.environ}
    program = shutil.which("make")
    assert program is not None
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={**kept, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder with a space and an accent, without what was installed."""
    folder = tmp_path / "Café projects" / "checkout"
    folder.mkdir(parents=True)
    for name in ("Makefile", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    for name in ("requirements", "emulator"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    return folder


def test_a_missing_or_old_python_is_named_with_the_command_that_names_another(checkout: Path) -> None:
    old = checkout / "old"
    old.write_text("#!/bin/sh\necho 'old is Python 3.9.6' >&2; exit 1\n")
    old.chmod(0o755)
    for python, said in (("python3.0", "python3.0 is not installed"), ("./old", "old is Python 3.9.6")):
        status, output = make(checkout, "setup", f"PYTHON={python}")
        assert status == 2, output
        assert said in output
        assert ".venv/bin/python" not in output
    assert "make setup PYTHON=python3.13" in make(checkout, "setup", "PYTHON=python3.0")[1]


@pytest.mark.slow
def test_settings_of_others_do_not_change_what_is_installed(checkout: Path) -> None:
    status, output = make(checkout, "setup", **SETTINGS)
    assert status == 0, output
    for program in ("ruff", "pytest", "mypy"):
        assert (checkout / ".venv" / "bin" / program).exists()
    for package in ("aws-cdk", "pyright"):
        assert (checkout / "node_modules" / package).is_dir()

    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python3")
    status, output = make(checkout, "setup", **SETTINGS)
    assert status == 0, output
    assert make(checkout, "setup", **SETTINGS)[1] == "make: Nothing to be done for 'setup'.\n"


@pytest.mark.slow
def test_a_user_without_a_home_and_a_registry_that_is_down(checkout: Path) -> None:
    down = {"NPM_CONFIG_REGISTRY": "http://127.0.0.1:9/", "NPM_CONFIG_FETCH_RETRIES": "0"}
    status, output = make(checkout, "setup", HOME="/dev/null/home", **down)
    assert status == 2
    assert "ECONNREFUSED" in output

    status, output = make(checkout, "setup", HOME="/dev/null/home")
    assert status == 0, output
    assert {path.name for path in (checkout / "build" / "cache").iterdir()} >= {"uv", "npm"}
