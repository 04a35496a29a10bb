"""Checks any CloudFormation template against the rules, without AWS and without CDK."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..rules.catalogue import CATALOGUE
from ..template.template import Template
from .findings import Finding, judge

__all__ = ["Finding", "audit"]


def audit(name: str, template: Mapping[str, Any], folder: Path | None = None) -> list[Finding]:
    """Check a template against the rules.

    Args:
        name: For the findings: the name of the template's file or stack.
        template: A CloudFormation template, as JSON or YAML reads it.
        folder: Where the files are that it deploys.

    Returns:
        The findings in the order of the template's resources, undecided ones included.
    """
    read = Template(name, template, folder)
    found = [
        finding
        for rule in CATALOGUE.values()
        if rule.places is not None
        for place in rule.places(read)
        if (finding := judge(rule, place, name)) is not None
    ]
    order = {resource: position for position, resource in enumerate(read.resources)}
    return sorted(found, key=lambda each: (order.get(each.resource, -1), each.location))
