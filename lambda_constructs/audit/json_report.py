"""The report as JSON, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from .findings import id_of
from .report import Report


def as_json(report: Report, *, undecided: bool) -> str:
    """The whole report."""
    findings = [
        {**asdict(each), "id": id_of(each), "line": report.source(each).line(each)}
        for each in report.shown(undecided=undecided)
    ]
    content = {
        "findings": findings,
        "ignored": [
            {"id": id_of(each.finding), "path": each.finding.path, "reason": each.reason}
            for each in report.ignored
        ],
        "notes": [{"template": source.name, "note": note} for source, note in report.notes()],
        "unread": [str(each) for each in report.unreadable],
        "unchecked": report.unchecked,
    }
    return json.dumps(content, indent=1)
