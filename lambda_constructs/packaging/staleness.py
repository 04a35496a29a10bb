"""Whether a uv.lock was made for the requirements that its pyproject.toml has now."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .lock import UV_LOCK


def changed_since(lock: Path) -> list[str]:
    """The requirements of the project that the lock does not have in the same way, by name."""
    project = lock.parent / "pyproject.toml"
    if lock.name != UV_LOCK or not project.is_file():
        return []
    wanted = tomllib.loads(project.read_text(encoding="utf-8"))
    name = _normal(wanted.get("project", {}).get("name", ""))
    locked = tomllib.loads(lock.read_text(encoding="utf-8")).get("package", [])
    entry = next((each for each in locked if _normal(each["name"]) == name), None)
    if entry is None:
        return [name] if name else []
    return sorted({each[0] for each in _wanted(wanted) ^ _locked(entry.get("metadata", {}))})


def _wanted(pyproject: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """What pyproject.toml requires, by name, part and version."""
    project = pyproject.get("project", {})
    dynamic = project.get("dynamic", ())
    found: set[tuple[str, str, str]] = set()
    if "dependencies" not in dynamic:
        found |= _parsed("", project.get("dependencies", ()))
    if "optional-dependencies" not in dynamic:
        for extra, lines in project.get("optional-dependencies", {}).items():
            found |= _parsed(extra, lines)
    return found


def _parsed(part: str, lines: Iterable[str]) -> set[tuple[str, str, str]]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - the extra

    return {(_normal(each.name), part, _versions(str(each.specifier))) for each in map(Requirement, lines)}


def _locked(metadata: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """What the lock was made for."""
    entries: Sequence[Mapping[str, Any]] = metadata.get("requires-dist", ())
    return {
        (_normal(each["name"]), _extra(each.get("marker", "")), _versions(each.get("specifier", "")))
        for each in entries
    }


def _extra(marker: str) -> str:
    """The extra that a marker of the lock names."""
    return marker.partition("extra == '")[2].partition("'")[0]


def _versions(specifier: str) -> str:
    return ",".join(sorted(specifier.replace(" ", "").split(",")))


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
