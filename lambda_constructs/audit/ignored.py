"""The ignore file: accepted findings, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final

from ..rules.rule import CATALOGUE
from ..template.files import UnreadableError
from .findings import Finding, id_of
from .settings import read_toml

_KEYS: Final = {"code", "resource", "reason", "template"}
_REQUIRED: Final = ("code", "resource", "reason")


@dataclass(frozen=True, kw_only=True)
class Ignore:
    """One entry of the file: a code and a resource."""

    code: str  # the code as the report shows it
    resource: str  # the whole logical id or path in the CDK app
    reason: str  # why the finding is acceptable
    # The template that the entry applies to: its path as given, or the name of its file. None is any.
    template: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether the entry is about a finding."""
        return (
            self.code == id_of(finding)
            and self.resource in (finding.resource, finding.path)
            and self.template in (None, finding.template, PurePath(finding.template).name)
        )


def read_ignores(path: Path) -> list[Ignore]:
    """The entries of an ignore file; an UnreadableError if it is not TOML, or if an entry is wrong."""
    content = read_toml(path)
    entries = content.get("ignore", [])
    if content.keys() - {"ignore"} or not isinstance(entries, list):
        raise UnreadableError(f"{path}: it may contain only [[ignore]] entries")
    return [_entry(f"{path}: entry {number}", entry) for number, entry in enumerate(entries, 1)]


def _entry(where: str, entry: Any) -> Ignore:  # noqa: ANN401 - whatever its author wrote
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        raise UnreadableError(f"{where}: every value must be a string")
    if unknown := entry.keys() - _KEYS:
        raise UnreadableError(f"{where}: unknown {', '.join(sorted(unknown))}")
    for key in _REQUIRED:
        if not entry.get(key, "").strip():
            raise UnreadableError(f"{where}: it needs a {key}")
    if entry["code"].partition("[")[0] not in CATALOGUE:
        raise UnreadableError(f"{where}: there is no rule {entry['code']!r}")
    return Ignore(**entry)
