"""The report of an audit: open findings, ignored ones with their reasons, and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from .assembly import Source
from .findings import Finding, Severity
from .ignored import Ignore

_MACRO: Final = "the macro {} may create or change resources unseen here; audit the processed template too"


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A finding that is accepted.

    Attributes:
        finding: The finding.
        reason: Why it is acceptable.
        in_app: Whether the CDK app acknowledges it, not the ignore file.
    """

    finding: Finding
    reason: str
    in_app: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """The findings in all templates.

    Attributes:
        sources: The templates.
        findings: Open findings in the order of the templates, undecided ones included.
        ignored: Accepted findings.
        unused: Entries of the ignore file that match no finding.
    """

    sources: Sequence[Source]
    findings: list[Finding] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    unused: list[Ignore] = field(default_factory=list)

    def count(self, severity: Severity) -> int:
        """The number of open findings with a severity."""
        return sum(each.severity == severity for each in self.findings)

    def shown(self, *, undecided: bool) -> list[Finding]:
        """The open findings, with or without the undecided ones."""
        return [each for each in self.findings if undecided or each.severity != "undecided"]

    def notes(self) -> Iterator[tuple[Source, str]]:
        """Notes on parts of a template that the audit could not check."""
        for source in self.sources:
            declared = source.template.get("Transform") or []
            for name in declared if isinstance(declared, list) else [declared]:
                macro = name.get("Name") if isinstance(name, dict) else name
                yield source, _MACRO.format(macro)


def make_report(sources: Sequence[Source], ignores: Sequence[Ignore] = ()) -> Report:
    """Audit templates.

    Args:
        sources: The templates.
        ignores: The entries of the ignore file.
    """
    report = Report(sources=sources)
    used: set[Ignore] = set()
    for source in sources:
        for finding in source.findings():
            entry = next((each for each in ignores if each.covers(finding)), None)
            acknowledged = source.acknowledgement(finding)
            if acknowledged is not None:
                report.ignored.append(Ignored(finding=finding, reason=acknowledged, in_app=True))
            elif entry is not None:
                report.ignored.append(Ignored(finding=finding, reason=entry.reason, in_app=False))
            else:
                report.findings.append(finding)
            used |= {entry} if entry is not None else set()
    report.unused.extend(each for each in ignores if each not in used)
    return report
