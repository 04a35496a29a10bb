"""Runs checkov over templates, in an environment that is made for it: the library does not depend on it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

VERSION: Final = "3.3.30"
ENVIRONMENT: Final = Path(__file__).parents[1] / "build" / f"checkov-{VERSION}"


def failed(folder: Path) -> dict[str, set[str]]:
    """The ids of the checks that fail, by the name of the template's file."""
    command = [_installed(), "--directory", folder, "--framework", "cloudformation", "--output", "json"]
    done = subprocess.run(
        [*map(str, command), "--compact", "--quiet", "--skip-download"],
        capture_output=True,
        text=True,
        check=False,  # it exits with 1 because checks fail
    )
    found: dict[str, set[str]] = {each.name: set() for each in folder.iterdir()}
    for check in json.loads(done.stdout)["results"]["failed_checks"]:
        found[check["file_path"].removeprefix("/")].add(check["check_id"])
    return found


def _installed() -> Path:
    """The program, installed on first use."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        uv = Path(sys.executable).parent / "uv"
        subprocess.run([uv, "venv", "--quiet", ENVIRONMENT], check=True)
        install = [uv, "pip", "install", "--quiet", "--python", python, f"checkov=={VERSION}"]
        subprocess.run(list(map(str, install)), check=True)
    return python.parent / "checkov"
