"""Findings of several assignments of parameters, as one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from ..template.assignments import Assignment, described
from .findings import SEVERITIES, Finding

_Key: TypeAlias = tuple[str, str, str, int]


def merged(of_each: Sequence[tuple[Assignment, list[Finding]]]) -> list[Finding]:
    """Each finding once; one that does not hold for all assignments names the values for which it holds."""
    if len(of_each) == 1:
        return of_each[0][1]
    found: dict[_Key, list[tuple[Assignment, Finding]]] = {}
    for assignment, findings in of_each:
        seen: Counter[tuple[str, str, str]] = Counter()
        for each in findings:
            key = (each.code, each.resource, each.location)
            found.setdefault((*key, seen[key]), []).append((assignment, each))
            seen[key] += 1
    everything = [assignment for assignment, _ in of_each]
    return [_one(entries, everything) for entries in found.values()]


def _one(entries: list[tuple[Assignment, Finding]], everything: list[Assignment]) -> Finding:
    """The gravest of the same findings, with the assignment if it does not always hold."""
    severity = min((each.severity for _, each in entries), key=SEVERITIES.index)
    holding = [(assignment, each) for assignment, each in entries if each.severity == severity]
    assignment, finding = holding[0]
    if len(holding) == len(everything):
        return finding
    names = _decisive(assignment, [each for each, _ in holding], everything)
    text = described(assignment, names or list(assignment))
    return replace(finding, assignment=text, message=f"with {text}: {finding.message}")


def _decisive(assignment: Assignment, holding: list[Assignment], everything: list[Assignment]) -> list[str]:
    """The fewest parameters whose values tell the assignments for which a finding holds from the others."""
    usual = everything[0]
    common = [name for name, value in assignment.items() if all(each[name] == value for each in holding)]
    names: list[str] = []
    for name in sorted(common, key=lambda name: assignment[name] == usual[name]):
        if sum(all(each[one] == assignment[one] for one in names) for each in everything) == len(holding):
            break
        names.append(name)
    return names
