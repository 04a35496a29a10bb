"""Whole stacks: how large they are, and that they can be created at all."""

from __future__ import annotations

from ...rules.stack import circular_dependency, stack_resources_maximum, stack_resources_near_maximum
from ...template.dependencies import cycle
from ...template.intrinsics import Resolver
from ...template.template import Resource
from ..findings import Findings


def check(findings: Findings) -> None:
    """Check the number of resources, by the name of the template, and what they wait for."""
    template = findings.template
    if waiting := [template.resources[name] for name in cycle(template)]:
        paths = [each.path for each in waiting]
        findings.check(circular_dependency, waiting[0], "", paths, about=waiting[1:])
    stack = Resource(template.name, {"Type": "AWS::CloudFormation::Stack"}, Resolver({}))
    resources = len(template.resources)
    findings.check(stack_resources_maximum, stack, "", resources)
    findings.check(stack_resources_near_maximum, stack, "", resources)
