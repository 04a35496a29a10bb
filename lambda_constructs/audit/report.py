"""The report of an audit: open findings, accepted ones with their reasons, and notes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

from ..template.files import UnreadableError
from .baseline import Known, known
from .findings import Finding, Severity, id_of
from .ignored import Ignore
from .source import Source


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A finding that is accepted."""

    finding: Finding
    reason: str  # why it is acceptable
    in_source: bool  # whether the CDK app or the template accepts it, not the ignore file


@dataclass(kw_only=True)
class Report:
    """The findings in all templates."""

    sources: Sequence[Source]  # the templates
    unreadable: Sequence[UnreadableError] = ()  # templates that cannot be read
    # Open findings in the order of the templates, undecided ones included
    findings: list[Finding] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)  # accepted findings
    unused: list[Ignore] = field(default_factory=list)  # entries of the ignore file that match no finding
    known: int = 0  # how many findings the baseline has, which are not open
    stale: list[Known] = field(default_factory=list)  # entries of the baseline that match no finding

    @property
    def unchecked(self) -> bool:
        """Whether templates have functions, and not one could be checked."""
        read = [source.expanded for source in self.sources]
        return any(each.unchecked for each in read) and not any(each.checked for each in read)

    def count(self, severity: Severity) -> int:
        """The number of open findings with a severity."""
        return sum(each.severity == severity for each in self.findings)

    def shown(self, *, undecided: bool) -> list[Finding]:
        """The open findings, with or without the undecided ones."""
        return [each for each in self.findings if undecided or each.severity != "undecided"]

    def source(self, finding: Finding) -> Source:
        """The template of a finding."""
        return self._sources[finding.template]

    @cached_property
    def _sources(self) -> Mapping[str, Source]:
        return {source.name: source for source in self.sources}

    def where(self, finding: Finding) -> str:
        """The file and the line of a finding."""
        return f"{finding.template}:{self.source(finding).line(finding)}"

    def notes(self) -> Iterator[tuple[Source, str]]:
        """Notes on parts of a template that the audit could not check."""
        for source in self.sources:
            for note in source.notes:
                yield source, note


def make_report(
    sources: Sequence[Source],
    ignores: Sequence[Ignore] = (),
    *,
    unreadable: Sequence[UnreadableError] = (),
    select: Collection[str] = ("*",),
    ignore: Collection[str] = (),
    baseline: Collection[Known] = (),
) -> Report:
    """Audit templates; what the ignore file, the baseline or a pattern of codes names is not open."""
    report = Report(sources=sources, unreadable=unreadable)
    used: set[Ignore] = set()
    found: set[Known] = set()
    for source in sources:
        for finding in source.findings():
            if not _matches(finding, select) or _matches(finding, ignore):
                continue
            entry = next((each for each in ignores if each.covers(finding)), None)
            used |= {entry} if entry is not None else set()
            reason = source.acknowledgement(finding)
            if reason is not None or entry is not None:
                accepted = reason if reason is not None else str(entry and entry.reason)
                report.ignored.append(Ignored(finding=finding, reason=accepted, in_source=reason is not None))
            elif (key := known(finding)) in baseline:
                found.add(key)
                report.known += 1
            else:
                report.findings.append(finding)
    report.unused.extend(each for each in ignores if each not in used)
    report.stale.extend(each for each in baseline if each not in found)
    return report


def _matches(finding: Finding, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name, each) for each in patterns for name in (finding.code, id_of(finding)))
