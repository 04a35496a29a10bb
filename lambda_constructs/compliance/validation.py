"""The report that CDK writes about the findings of validation plugins.

https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

REPORT: Final = "validation-report.json"
# CDK reports warnings of constructs as a plugin with this name, except those that are acknowledged.
_ANNOTATIONS: Final = "Construct Annotations"


@dataclass(frozen=True, kw_only=True, order=True)
class Violation:
    """A finding of a plugin on one construct."""

    plugin: str  # the plugin, such as "AwsSolutions"
    # The rule, such as "AwsSolutions-SQS3"; of an acknowledged finding, the id that is acknowledged, which is
    # then "AwsSolutions::AwsSolutions-SQS3"
    rule: str
    path: str  # the path of the construct
    description: str  # what the plugin says about it
    reason: str | None = None  # why it is acknowledged; None if it is not


def read_validation(assembly: Path) -> list[Violation] | None:
    """The findings of all plugins in an assembly, sorted; None if its app has no plugins."""
    file = assembly / REPORT
    if not file.exists():
        return None
    try:
        reports = json.loads(file.read_text(encoding="utf-8"))["pluginReports"]
        found = {
            violation
            for report in reports
            if report["pluginName"] != _ANNOTATIONS
            for violation in _violations(report)
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file} is not a validation report of CDK: {error!r}") from error
    return sorted(found, key=lambda each: (each.plugin, each.rule, each.path))


def _violations(report: dict[str, Any]) -> Iterator[Violation]:
    for key, rule, acknowledged in (
        ("violations", "ruleName", False),
        ("suppressedViolations", "acknowledgedId", True),
    ):
        for violation in report.get(key, []):
            for construct in violation["violatingConstructs"]:
                yield Violation(
                    plugin=_text(report["pluginName"]),
                    rule=_text(violation[rule]),
                    path=_text(construct.get("constructPath", "")),
                    description=_text(violation["description"]),
                    reason=_text(violation["reason"]) if acknowledged else None,
                )


def _text(value: Any) -> str:  # noqa: ANN401 - of a file
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
