"""The baseline: findings that a team knows already, so that only new ones fail."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ..template.files import UnreadableError, read_text
from .findings import Finding, id_of

_VERSION: Final = 1


@dataclass(frozen=True, order=True, kw_only=True)
class Known:
    """The identity of a finding, whatever the value and the line are."""

    template: str  # the path of the template, as the command gets it
    path: str  # the path of the resource in the CDK app, or its logical id
    location: str  # the property
    code: str  # the code as the report shows it


def known(finding: Finding) -> Known:
    """The identity of a finding."""
    return Known(template=finding.template, path=finding.path, location=finding.location, code=id_of(finding))


def read_baseline(path: Path) -> list[Known]:
    """The findings of a baseline; an UnreadableError if the file is not one."""
    try:
        content = json.loads(read_text(path))
        if content["version"] != _VERSION:
            raise UnreadableError(f"{path}: the baseline has another version; write it again")
        return list(dict.fromkeys(Known(**each) for each in content["findings"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path}: not a baseline; write one with --update-baseline") from error


def write_baseline(path: Path, findings: Iterable[Finding]) -> None:
    """Write a baseline of findings."""
    entries = sorted({known(each) for each in findings if each.severity != "undecided"})
    content = {"version": _VERSION, "findings": [asdict(each) for each in entries]}
    path.write_text(f"{json.dumps(content, indent=1)}\n", encoding="utf-8")
