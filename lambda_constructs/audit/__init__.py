"""Checks any CloudFormation template against the rules, without AWS and without CDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ..rules.catalogue import CATALOGUE
from ..rules.references import reference_to_nothing
from ..rules.stack import circular_dependency
from ..template.assignments import Assignment, assignments
from ..template.intrinsics import mapping
from ..template.template import Template
from .findings import Finding, judge
from .macros import Expanded, expand
from .merging import merged

__all__ = ["Finding", "audit"]

_DECLARED: Final = ("AWSTemplateFormatVersion", "Transform")
_SECTIONS: Final = ("Parameters", "Conditions", "Resources")


def audit(name: str, template: Mapping[str, Any], folder: Path | None = None) -> list[Finding]:
    """Check a template against the rules.

    Args:
        name: For the findings: the name of the template's file or stack.
        template: A CloudFormation template, as JSON or YAML reads it; also one with macros such as AWS SAM's.
        folder: Where the files are that it deploys.

    Returns:
        The findings in the order of the template's resources, undecided ones included.
    """
    return find(name, expand(template, folder), folder)


def find(name: str, expanded: Expanded, folder: Path | None = None) -> list[Finding]:
    """Check a template whose macros are expanded; the findings are about what its author wrote."""
    possible = assignments(expanded.template).each
    found = merged([(each, _find(name, expanded, folder, each)) for each in possible])
    resources = mapping(expanded.template.get("Resources"))
    order = {resource: position for position, resource in enumerate(resources)}
    found.sort(key=lambda each: (order.get(each.resource, -1), each.location))
    written = expanded.written
    placed = []
    for each in found:
        resource, location, place = written.place(each.resource, each.location)
        about = tuple(dict.fromkeys(written.place(other, "")[0] for other in each.about))
        path = each.path if resource == each.resource else resource
        placed.append(
            replace(each, resource=resource, path=path, location=location, place=place, about=about)
        )
    return list(dict.fromkeys(placed))


def _find(name: str, expanded: Expanded, folder: Path | None, assignment: Assignment) -> list[Finding]:
    """The findings for one assignment of the parameters."""
    written = mapping(expanded.written.document.get("Resources"))
    template = Template(name, expanded.template, folder, assignment, elsewhere=written)
    misled: list[object] = [circular_dependency] if expanded.notes else []
    if not _is_whole(expanded):
        misled.append(reference_to_nothing)
    return [
        finding
        for rule in CATALOGUE.values()
        if rule.places is not None and rule not in misled
        for place in rule.places(template)
        if (finding := judge(rule, place, name)) is not None
    ]


def _is_whole(expanded: Expanded) -> bool:
    """Whether a template has all its names: no macro is left, and no tool adds the rest."""
    keys = (str(key) for section in _SECTIONS for key in mapping(expanded.template.get(section)))
    declared = any(name in expanded.written.document for name in _DECLARED)
    return declared and not expanded.notes and not any(key.startswith("Fn::") for key in keys)
