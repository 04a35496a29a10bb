"""Whether a uv.lock was made for the requirements that its pyproject.toml has now."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .lock import UV_LOCK


def changed_since(lock: Path) -> list[str]:
    """The requirements of the project that the lock does not have in the same way, by name."""
    file = lock.parent / "pyproject.toml"
    if lock.name != UV_LOCK or not file.is_file():
        return []
    wanted = tomllib.loads(file.read_text(encoding="utf-8"))
    name = _normal(wanted.get("project", {}).get("name", ""))
    locked = tomllib.loads(lock.read_text(encoding="utf-8")).get("package", [])
    entry = next((each for each in locked if _normal(each["name"]) == name), None)
    if entry is None:
        return [name] if name else []
    project = wanted["project"]
    dynamic = project.get("dynamic", ())
    requirements = {each for each in _locked(entry.get("metadata", {})) if _section(each[1]) not in dynamic}
    return sorted({each[0] for each in _wanted(project) ^ requirements})


def _section(extra: str) -> str:
    """Where pyproject.toml has the requirements of an extra, or of the project itself."""
    return "optional-dependencies" if extra else "dependencies"


def _wanted(project: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """The requirements in pyproject.toml, by name, extra and version."""
    found = _parsed("", project.get("dependencies", ()))
    for extra, lines in project.get("optional-dependencies", {}).items():
        found |= _parsed(extra, lines)
    return found


def _parsed(extra: str, lines: Iterable[str]) -> set[tuple[str, str, str]]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - the extra

    return {(_normal(each.name), extra, _versions(str(each.specifier))) for each in map(Requirement, lines)}


def _locked(metadata: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """The requirements that the lock was made for."""
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
