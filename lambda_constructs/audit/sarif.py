"""The report as SARIF 2.1.0, which code hosts show next to the code.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from ..rules.rule import CATALOGUE
from ..version import __version__
from .assembly import Source, id_of
from .constructs import NAMESPACE
from .findings import Finding, Severity
from .report import Ignored, Report

Json: TypeAlias = dict[str, Any]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "undecided": "note"}


def as_sarif(report: Report, *, undecided: bool) -> str:
    """The whole report; ignored findings are marked as suppressed."""
    sources = {source.name: source for source in report.sources}
    shown = report.shown(undecided=undecided)
    results = [_result(each, sources[each.template], []) for each in shown]
    for ignored in report.ignored:
        finding = ignored.finding
        results.append(_result(finding, sources[finding.template], [_suppression(ignored)]))
    codes = sorted({each["ruleId"] for each in results})
    for each in results:
        each["ruleIndex"] = codes.index(each["ruleId"])
    run = {
        "tool": {
            "driver": {"name": NAMESPACE, "version": __version__, "rules": [_rule(code) for code in codes]}
        },
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report)}],
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str) -> Json:
    rule = CATALOGUE[code]
    return {
        "id": code,
        "shortDescription": {"text": _paragraph(str(rule.check.__doc__))},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} See {rule.source}", "markdown": f"{rule.why} [Source]({rule.source})"},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding, source: Source, suppressions: list[Json]) -> Json:
    # The location, not the message: with a changed value it is still the same finding.
    fingerprint = "\0".join((id_of(finding), finding.path, finding.location))
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.template)},
                    "region": {"startLine": _line(source.text, finding.resource)},
                },
                "logicalLocations": _logical_locations(finding),
            }
        ],
        "partialFingerprints": {f"{NAMESPACE}/v1": hashlib.sha256(fingerprint.encode()).hexdigest()},
        "suppressions": suppressions,
    }


def _logical_locations(finding: Finding) -> list[Json]:
    resource = {"name": finding.resource, "fullyQualifiedName": finding.path, "kind": "resource"}
    if not finding.location:
        return [resource]
    name = finding.location.rpartition("/")[2]
    place = f"{finding.resource}/{finding.location}"
    return [resource, {"name": name, "fullyQualifiedName": place, "kind": "property"}]


def _suppression(ignored: Ignored) -> Json:
    return {
        "kind": "inSource" if ignored.in_app else "external",
        "status": "accepted",
        "justification": ignored.reason,
    }


def _notifications(report: Report) -> list[Json]:
    return [
        {
            "level": "note",
            "message": {"text": note},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": quote(source.name)}}}],
        }
        for source, note in report.notes()
    ]


def _line(text: str, logical_id: str) -> int:
    """The line where a resource starts: its key, searched after the key of the Resources section."""
    key = r"""(?<![\w"'])["']?{}["']?\s*:"""
    section = re.search(key.format("Resources"), text)
    start = section.end() if section else 0
    found = re.compile(key.format(re.escape(logical_id))).search(text, start)
    return text.count("\n", 0, found.start() if found else start) + 1


def _paragraph(text: str) -> str:
    return " ".join(text.split())
