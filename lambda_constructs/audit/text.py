"""The report as text: by template and resource, then the counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from .assembly import id_of
from .findings import Finding
from .report import Report


def as_text(report: Report, *, undecided: bool) -> str:
    """The whole report."""
    return "\n".join([*_findings(report.shown(undecided=undecided)), *_summary(report, undecided=undecided)])


def summary(report: Report) -> str:
    """The end of the report, without the findings themselves."""
    return "\n".join(_summary(report, undecided=True))


def _findings(findings: list[Finding]) -> Iterator[str]:
    for template, of_template in groupby(findings, key=lambda each: each.template):
        yield template
        in_order = sorted(of_template, key=lambda each: (each.path, each.resource))
        for (path, resource), of_resource in groupby(in_order, key=lambda each: (each.path, each.resource)):
            yield f"  {path}" if resource in (path, template) else f"  {path} ({resource})"
            for each in of_resource:
                yield f"    {each.severity} {id_of(each)}{f' at {each.location}' if each.location else ''}"
                yield f"      {each.message}"
                yield f"      {each.source}"
        yield ""


def _summary(report: Report, *, undecided: bool) -> Iterator[str]:
    resources = sum(len(source.paths) for source in report.sources)
    yield (
        f"{_number(len(report.sources), 'template')}, {_number(resources, 'resource')}: "
        f"{_number(report.count('error'), 'error')}, {_number(report.count('warning'), 'warning')}, "
        f"{len(report.ignored)} ignored"
    )
    for source, note in report.notes():
        yield f"note: {source.name}: {note}"
    if count := report.count("undecided"):
        listed = "" if undecided else "; --undecided lists them"
        yield f"undecided: {_number(count, 'check')}, because values are known only at deployment{listed}"
    for entry in report.unused:
        where = f" of {entry.template}" if entry.template else ""
        yield f"unused: no finding to ignore for {entry.code} at {entry.resource}{where}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
