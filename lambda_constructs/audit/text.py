"""The report as text: the counts, then one line for all findings that say the same, errors first."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import Final

from ..rules.rule import CATALOGUE
from ..text_table import one_line
from .findings import SEVERITIES, Finding, id_of
from .report import Report

# https://en.wikipedia.org/wiki/ANSI_escape_code#Colors
_COLOURS: Final = {"error": "\033[31m", "warning": "\033[33m", "undecided": "\033[36m"}
_PLAIN: Final = "\033[0m"


def as_text(report: Report, *, undecided: bool, width: int = 0, colour: bool = False) -> str:
    """The whole report; a width folds longer lines."""
    lines = [*_counts(report, undecided=undecided), ""]
    findings = sorted(report.shown(undecided=undecided), key=lambda each: SEVERITIES.index(each.severity))
    same: dict[tuple[str, str, str], list[Finding]] = {}
    for each in findings:
        same.setdefault((each.template, id_of(each), each.message), []).append(each)
    for each, *others in same.values():
        subject = f"{each.path} {each.location}".rstrip()
        where = report.where(each)
        also = ", ".join(f"{other.path} in line {report.source(other).line(other)}" for other in others)
        message = f"{each.message} (also {also})" if also else each.message
        line = one_line(f"{where}: {each.severity} {id_of(each)}: {subject}: {message}")
        if width:
            fold = textwrap.TextWrapper(
                width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
            )
            line = fold.fill(line)
        if colour:
            coloured = f"{_COLOURS[each.severity]}{each.severity}{_PLAIN}"
            line = line.replace(f": {each.severity} ", f": {coloured} ", 1)
        lines.append(line)
    if findings:
        lines += ["", "lambda-constructs audit --explain CODE explains a rule and its source.", ""]
    return "\n".join([*lines, *map(one_line, _notes(report, undecided=undecided))]).rstrip()


def summary(report: Report) -> str:
    """The report without the findings themselves."""
    return "\n".join([*_counts(report, undecided=False), *map(one_line, _notes(report, undecided=True))])


def explain(code: str) -> str:
    """A rule in words: its demand, the reason, the page of AWS."""
    rule = CATALOGUE[code]
    return f"{code} ({rule.severity_in_templates}): {rule.demand}\nWhy: {rule.why}\nSource: {rule.source}"


def _counts(report: Report, *, undecided: bool) -> Iterator[str]:
    resources = sum(source.resources for source in report.sources)
    yield (
        f"{_number(len(report.sources), 'template')}, {_number(resources, 'resource')}: "
        f"{_number(report.count('error'), 'error')}, {_number(report.count('warning'), 'warning')}, "
        f"{len(report.ignored)} ignored"
    )
    counted = Counter((each.severity, each.code) for each in report.shown(undecided=undecided))
    for severity in SEVERITIES:
        for (of, code), count in counted.most_common():
            if of == severity:
                yield f"{count:>5} {severity} {code}"


def _notes(report: Report, *, undecided: bool) -> Iterator[str]:
    for source, note in report.notes():
        yield f"note: {source.name}: {note}"
    if report.unchecked:
        yield "not one function could be checked"
    if count := report.count("undecided"):
        listed = "" if undecided else "; --undecided lists them"
        yield f"undecided: {_number(count, 'check')}, because values are known only at deployment{listed}"
    if report.known:
        yield f"baseline: {_number(report.known, 'finding')} known"
    for gone in report.stale:
        yield f"baseline: {gone.code} at {gone.path} in {gone.template} is gone; --update-baseline removes it"
    for entry in report.unused:
        where = f" of {entry.template}" if entry.template else ""
        yield f"unused: no finding to ignore for {entry.code} at {entry.resource}{where}"
    for each in report.unreadable:
        yield f"not read: {each}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
