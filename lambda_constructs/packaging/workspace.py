"""The projects of a uv.lock: the one whose lock it is, the members of its workspace, and other folders.

https://docs.astral.sh/uv/concepts/projects/workspaces/
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

UV_LOCK: Final = "uv.lock"
PYPROJECT: Final = "pyproject.toml"
_FOLDERS: Final = ("editable", "virtual", "directory")


def normal(name: str) -> str:
    """The name of a package, as all tools write it."""
    return name.lower().replace("_", "-").replace(".", "-")


def projects(lock: Path) -> list[tuple[Mapping[str, Any], Path]]:
    """The entries of a lock whose packages are folders, with the folders; none if it cannot be read."""
    return [
        (each, (lock.parent / path).resolve())
        for each in _packages(lock)
        if isinstance(each, dict) and isinstance(source := each.get("source"), dict) and "name" in each
        for path in map(source.get, _FOLDERS)
        if isinstance(path, str)
    ]


def read_pyproject(folder: Path) -> Mapping[str, Any]:
    """The pyproject.toml of a folder; empty if it does not have one."""
    file = folder / PYPROJECT
    return tomllib.loads(file.read_text(encoding="utf-8-sig")) if file.is_file() else {}


def member_of(lock: Path, project: Path) -> str:
    """The name that a project has in a lock; empty if the lock is not its own."""
    if not lock.is_file():
        return ""
    found = (str(entry["name"]) for entry, folder in projects(lock) if folder == project)
    return next(found, "")


def folder_of(lock: Path, name: str) -> Path | None:
    """The folder of a project of a lock."""
    found = (folder for entry, folder in projects(lock) if normal(entry["name"]) == normal(name))
    return next(found, None)


def _packages(lock: Path) -> Sequence[Mapping[str, Any]]:
    try:
        packages = tomllib.loads(lock.read_text(encoding="utf-8")).get("package")
    except (OSError, ValueError):  # uv says what is wrong with it
        return []
    return packages if isinstance(packages, list) else []
