"""Rules for whole stacks."""

from __future__ import annotations

from .. import limits
from ..rule import rule

# Two or three more workloads: what is due before the limit stops a release is to split the stack.
RESOURCES_WARNED = 450


@rule(
    "stack-resources-maximum",
    why="CloudFormation refuses the template.",
    source=limits.CLOUDFORMATION_QUOTAS_URL,
)
def stack_resources_maximum(resources: int) -> str | None:
    """At most 500 resources."""
    maximum = limits.STACK_RESOURCES_MAXIMUM
    if resources <= maximum:
        return None
    return f"the stack has {resources} resources, CloudFormation allows {maximum}; split it"


@rule(
    "stack-resources-near-maximum",
    severity="warning",
    why="What is split before it must be is split with care: moving what keeps data takes a plan.",
    source=limits.CLOUDFORMATION_QUOTAS_URL,
)
def stack_resources_near_maximum(resources: int) -> str | None:
    """Room for some more workloads."""
    maximum = limits.STACK_RESOURCES_MAXIMUM
    if not RESOURCES_WARNED <= resources <= maximum:
        return None
    return (
        f"the stack has {resources} resources of the {maximum} that CloudFormation allows; put what comes "
        "next into another stack"
    )
