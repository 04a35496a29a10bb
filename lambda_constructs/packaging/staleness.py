"""Whether a uv.lock was made for the requirements that its projects have now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from .workspace import UV_LOCK, member_of, normal, projects, read_pyproject

_FROM_ELSEWHERE: Final = frozenset(("directory", "editable", "git", "path", "url", "virtual"))


class _Wanted(NamedTuple):
    """A requirement: the extra or the group that it belongs to is its part."""

    name: str
    part: str
    versions: str


def changed_since(lock: Path, groups: Collection[str] = ()) -> list[str]:
    """The names of requirements that the lock does not have as the projects, or these groups, have them."""
    if lock.name != UV_LOCK:
        return []
    root = read_pyproject(lock.parent)
    name = normal(root.get("project", {}).get("name", ""))
    if name and not member_of(lock, lock.parent):
        return [name]
    return sorted({each for entry, folder in projects(lock) for each in _changed(entry, folder, groups)})


def _changed(entry: Mapping[str, Any], folder: Path, groups: Collection[str]) -> Iterable[str]:
    pyproject = read_pyproject(folder)
    project = pyproject.get("project", {})
    name = normal(project.get("name", ""))
    if name != normal(entry["name"]):
        return [name] if name else []
    dynamic = project.get("dynamic", ())
    metadata = entry.get("metadata", {})
    locked = {
        each
        for each in _locked(metadata.get("requires-dist", ()))
        if ("optional-dependencies" if each.part else "dependencies") not in dynamic
    }
    wanted = _wanted(project)
    for group in groups:
        locked |= _locked(metadata.get("requires-dev", {}).get(group, ()), f"group {group}")
        wanted |= _parsed(f"group {group}", _of_group(pyproject.get("dependency-groups", {}), group))
    elsewhere = {each.name for each in locked if each.versions == "elsewhere"}
    wanted = {each._replace(versions="elsewhere") if each.name in elsewhere else each for each in wanted}
    return {each.name for each in wanted ^ locked}


def _wanted(project: Mapping[str, Any]) -> set[_Wanted]:
    """The requirements in pyproject.toml."""
    found = _parsed("", project.get("dependencies", ()))
    for extra, lines in project.get("optional-dependencies", {}).items():
        found |= _parsed(extra, lines)
    return found


def _of_group(
    groups: Mapping[str, Sequence[object]], name: str, within: Sequence[str] = ()
) -> Iterator[object]:
    """The requirements of a group, with those of the groups that it includes; uv refuses circles."""
    for each in groups.get(name, ()):
        if isinstance(each, Mapping):
            if (included := each["include-group"]) not in within:
                yield from _of_group(groups, included, (*within, included))
        else:
            yield each


def _parsed(part: str, lines: Iterable[object]) -> set[_Wanted]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - the extra

    if isinstance(lines, str):
        raise TypeError(f"{lines!r} is not a list of requirements")
    written = [Requirement(each) for each in lines if isinstance(each, str)]
    return {_Wanted(normal(each.name), part, _versions(str(each.specifier))) for each in written}


def _locked(entries: Sequence[Mapping[str, Any]], part: str = "") -> set[_Wanted]:
    """The requirements that the lock was made for."""
    return {
        _Wanted(
            normal(each["name"]),
            part or _extra(each.get("marker", "")),
            "elsewhere" if _FROM_ELSEWHERE & each.keys() else _versions(each.get("specifier", "")),
        )
        for each in entries
    }


def _extra(marker: str) -> str:
    """The extra that a marker of the lock names."""
    return marker.partition("extra == '")[2].partition("'")[0]


def _versions(specifier: str) -> str:
    return ",".join(sorted(specifier.replace(" ", "").split(",")))
