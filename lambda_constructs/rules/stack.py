"""Rules for whole stacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..template.dependencies import cycle
from ..template.intrinsics import Resolver
from ..template.template import Resource, Template
from .ranges import Numbers, Service
from .rule import Place, Words, at, rule, warning

_QUOTAS_URL: Final = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
)
_TEMPLATE_URL: Final = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html"
_DEPENDS_ON_URL: Final = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html"
)
STACK_NAME_MAXIMUM: Final = 128  # characters: botocore, cloudformation CreateStackInput.StackName
# Room for two or three more workloads: time to split the stack before the limit stops a release.
_RESOURCES_WARNED: Final = 450
_LOOP_SHOWN: Final = 12  # resources in a message: a loop of two workloads has 8


def _resources(template: Template) -> Iterator[Place]:
    stack = Resource(template.name, {"Type": "AWS::CloudFormation::Stack"}, Resolver({}))
    yield at(stack, "", len(template.resources))


stack_resources_maximum = Service("CloudFormation", _QUOTAS_URL).allows(
    "stack-resources-maximum",
    (0, 500),
    "",
    "the number of resources",
    Numbers("the number of resources", _resources),
    why="CloudFormation refuses the template.",
    above="split the stack",
)


@warning(
    why="At the limit releases fail, and moving resources that hold data to another stack takes time.",
    source=_QUOTAS_URL,
)
def stack_resources_near_maximum(_: Words, resources: int) -> str | None:
    """A stack has room for more workloads: fewer than 450 resources."""
    maximum = stack_resources_maximum.high
    if not _RESOURCES_WARNED <= resources <= maximum:
        return None
    return (
        f"the stack has {resources} resources of the {maximum} that CloudFormation allows; put new workloads "
        "into another stack"
    )


stack_resources_near_maximum.in_template(_resources)


@rule(why="CloudFormation refuses the template.", source=_DEPENDS_ON_URL)
def circular_dependency(_: Words, resources: Sequence[str]) -> str | None:
    """Resources do not form a dependency loop."""
    if not resources:
        return None
    shown = resources
    if len(resources) > _LOOP_SHOWN:
        shown = [*resources[:_LOOP_SHOWN], f"{len(resources) - _LOOP_SHOWN} more"]
    loop = " -> ".join([*shown, resources[0]])
    return f"circular dependency {loop}; remove one of the references, or move a resource to another stack"


@circular_dependency.in_template
def _(template: Template) -> Iterator[Place]:
    if loop := [template.resources[name] for name in cycle(template)]:
        yield at(loop[0], "", [each.path for each in loop], about=loop[1:])


@warning(why="A mistake in the template would go unnoticed.", source=_TEMPLATE_URL)
def not_judged(_: Words, reason: str) -> str | None:
    """The rules are checked in every template of a synthesis."""
    if not reason:
        return None
    return f"the rules were not checked in the template: {reason}; audit it separately, or report the error"
