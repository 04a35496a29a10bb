"""The rules over any CloudFormation template, without AWS and without CDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..rules.catalogue import CATALOGUE
from ..template.template import Template
from .checks import CHECKS
from .findings import Finding, Findings

__all__ = ["Finding", "audit"]


def audit(name: str, template: Mapping[str, Any]) -> list[Finding]:
    """What the rules find in a template.

    Args:
        name: For the findings: the name of the template's file or stack.
        template: A CloudFormation template, as JSON or YAML reads it.

    Returns:
        The findings in the order of the template's resources; those that are undecided among them.
    """
    findings = Findings(Template(name, template))
    for check in CHECKS:
        check(findings)
    for rule in CATALOGUE.values():
        if rule.places is not None:
            for place in rule.places(findings.template):
                findings.check(
                    rule, place.resource, place.location, *place.values, about=place.about, **place.named
                )
    order = {name: position for position, name in enumerate(findings.template.resources)}
    return sorted(findings.found, key=lambda each: (order.get(each.resource, -1), each.location))
