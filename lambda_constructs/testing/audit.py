"""Findings of the audit as lists."""

from __future__ import annotations

from constructs import Construct

from ..audit.findings import Finding
from ..audit.source import Source
from ..template.assembly import read_assembly
from ..template.files import readable
from .synthesis import app_of, synthesize, within


def audit_findings(scope: Construct) -> list[Finding]:
    """Synthesize the app and return the errors and warnings of all rules, as `lambda-constructs audit` does.

    Findings that the app acknowledges are not in the list, nor are rules that depend on values known only at
    deployment.

    Args:
        scope: A construct: the findings on it and below it; an app has all.

    Raises:
        TypeError: The scope is not in an app.
        UnreadableError: A template cannot be read.
    """
    return [
        finding
        for source in map(Source.of, readable(read_assembly(synthesize(app_of(scope)))))
        for finding in source.findings()
        if finding.severity != "undecided"
        and within(scope, finding.path)
        and source.acknowledgement(finding) is None
    ]
