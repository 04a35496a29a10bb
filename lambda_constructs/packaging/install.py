"""Packages installed into a folder: the same bytes on every machine, and nothing of the machine in it."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..rules.python_code import hash_mismatch, packages_not_installed
from .lock import Package
from .refusal import RefusedError
from .source_tree import normal_mode
from .target import Target
from .uv import in_one_line, run_uv

# They name paths, times or the installer of this machine, or their hashes.
_OF_THIS_MACHINE: Final = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_*.json")
_SOURCES: Final = (".pyi", ".pyx", ".pxd", ".c", ".h", ".hpp", ".cpp", ".a", ".f90")
_MISMATCH: Final = re.compile(r"Hash mismatch for `([^`]+)`")


def install(packages: Sequence[Package], lock: Path, target: Target, folder: Path, strip: str) -> None:
    """Install packages for a runtime.

    Args:
        packages: What to install; its dependencies are among it.
        lock: Where it is locked, for messages.
        target: The runtime and the architecture.
        folder: An empty folder.
        strip: What to remove: "none", "safe" for what no import reads, "tests" for tests too.

    Raises:
        RefusedError: A package cannot be installed.
    """
    requirements = folder.with_name(f"{folder.name}.txt")
    requirements.write_text("".join(f"{each.requirement}\n" for each in packages), encoding="utf-8")
    try:
        installed = run_uv(
            *("pip", "install", "--quiet", "--no-deps", "--require-hashes", "--link-mode", "copy"),
            *("--only-binary", ":all:", "--python", sys.executable, "--python-version", target.python),
            *("--python-platform", target.uv_platform, "--target", str(folder), "-r", str(requirements)),
            folder=lock.parent,
        )
    finally:
        requirements.unlink()
    if installed.returncode:
        if changed := _MISMATCH.findall(installed.stderr):
            raise RefusedError(hash_mismatch, str(lock), changed)
        raise RefusedError(packages_not_installed, str(lock), in_one_line(installed.stderr))
    _clean(folder, strip)


def _clean(folder: Path, strip: str) -> None:
    """Remove what differs between machines and what no import reads, and set the same permissions."""
    shutil.rmtree(folder / "bin", ignore_errors=True)
    (folder / ".lock").unlink(missing_ok=True)
    for path in [each for name in _OF_THIS_MACHINE for each in folder.glob(f"*.dist-info/{name}")]:
        path.unlink()
    for path in list(folder.rglob("*")):
        if path.is_dir():
            if path.name == "__pycache__" or (strip == "tests" and path.name in ("test", "tests")):
                shutil.rmtree(path)
        elif path.exists():
            if strip != "none" and path.suffix in _SOURCES:
                path.unlink()
            else:
                path.chmod(normal_mode(path))
    for path in [folder, *(each for each in folder.rglob("*") if each.is_dir())]:
        path.chmod(0o755)
