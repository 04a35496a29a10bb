"""The report as SARIF 2.1.0, which code hosts show next to the code.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from ..rules.rule import CATALOGUE, Rule
from ..template.constructs import NAMESPACE
from ..version import __version__
from .findings import Finding, Severity, id_of
from .report import Ignored, Report

Json: TypeAlias = dict[str, Any]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "undecided": "note"}


def as_sarif(report: Report, *, undecided: bool) -> str:
    """The whole report; ignored findings are marked as suppressed."""
    results = [_result(each, report, []) for each in report.shown(undecided=undecided)]
    results += [_result(each.finding, report, [_suppression(each)]) for each in report.ignored]
    codes = sorted({each["ruleId"] for each in results})
    for each in results:
        each["ruleIndex"] = codes.index(each["ruleId"])
    run = {
        "tool": {
            "driver": {"name": NAMESPACE, "version": __version__, "rules": [_rule(code) for code in codes]}
        },
        "invocations": [
            {
                "executionSuccessful": not report.unreadable,
                "toolExecutionNotifications": _notifications(report),
            }
        ],
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str) -> Json:
    rule = CATALOGUE[code]
    return {
        "id": code,
        "shortDescription": {"text": rule.demand},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} See {rule.source}", "markdown": _markdown(rule)},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": rule.severity_in_templates},
    }


def _markdown(rule: Rule[...]) -> str:
    return f"{rule.demand}\n\n**Why**: {rule.why}\n\n[Source]({rule.source})"


def _result(finding: Finding, report: Report, suppressions: list[Json]) -> Json:
    # The location, not the message: with a changed value it is still the same finding.
    fingerprint = "\0".join((id_of(finding), finding.path, finding.location))
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.template)},
                    "region": {"startLine": report.source(finding).line(finding)},
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
        "kind": "inSource" if ignored.in_source else "external",
        "status": "accepted",
        "justification": ignored.reason,
    }


def _notifications(report: Report) -> list[Json]:
    notes: list[Json] = [
        {
            "level": "note",
            "message": {"text": note},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(source.name)}}}],
        }
        for source, note in report.notes()
    ]
    return notes + [{"level": "error", "message": {"text": str(each)}} for each in report.unreadable]


def _uri(name: str) -> str:
    """The path of a file in its repository, where a code host finds it; outside of one as it was given."""
    file, here = Path(name).resolve(), Path.cwd()
    root = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
    return quote(file.relative_to(root).as_posix() if file.is_relative_to(root) else name)
