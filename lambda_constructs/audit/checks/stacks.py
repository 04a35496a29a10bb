"""Whole stacks."""

from __future__ import annotations

from ...rules.checks import stack as rules
from ..findings import Findings
from ..intrinsics import Resolver
from ..template import Resource


def check(findings: Findings) -> None:
    """Check the number of resources; the finding is about the template, by its name."""
    template = findings.template
    stack = Resource(template.name, {"Type": "AWS::CloudFormation::Stack"}, Resolver({}))
    resources = len(template.resources)
    findings.check(rules.stack_resources_maximum, stack, "", resources)
    findings.check(rules.stack_resources_near_maximum, stack, "", resources)
