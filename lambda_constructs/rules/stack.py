"""Rules for whole stacks."""

from __future__ import annotations

from collections.abc import Sequence

from . import limits
from .rule import Words, rule

# Two or three more workloads: what is due before the limit stops a release is to split the stack.
RESOURCES_WARNED = 450


@rule(
    "stack-resources-maximum",
    why="CloudFormation refuses the template.",
    source=limits.CLOUDFORMATION_QUOTAS_URL,
)
def stack_resources_maximum(_: Words, resources: int) -> str | None:
    """At most 500 resources."""
    maximum = limits.STACK_RESOURCES_MAXIMUM
    if resources <= maximum:
        return None
    return f"the stack has {resources} resources, CloudFormation allows {maximum}; split it"


@rule(
    "circular-dependency",
    why="CloudFormation refuses the template.",
    source=limits.DEPENDS_ON_URL,
)
def circular_dependency(_: Words, waiting: Sequence[str]) -> str | None:
    """No resource waits for itself."""
    if not waiting:
        return None
    return (
        f"one waits for the next: {', '.join([*waiting, waiting[0]])}; let one of them do without the "
        "reference, or move it to another stack"
    )


@rule(
    "stack-resources-near-maximum",
    severity="warning",
    why="What is split before it must be is split with care: moving what keeps data takes a plan.",
    source=limits.CLOUDFORMATION_QUOTAS_URL,
)
def stack_resources_near_maximum(_: Words, resources: int) -> str | None:
    """Room for some more workloads."""
    maximum = limits.STACK_RESOURCES_MAXIMUM
    if not RESOURCES_WARNED <= resources <= maximum:
        return None
    return (
        f"the stack has {resources} resources of the {maximum} that CloudFormation allows; put what comes "
        "next into another stack"
    )


@rule(
    "not-judged",
    severity="warning",
    why="A mistake in the template would go unnoticed.",
    source=limits.CLOUDFORMATION_TEMPLATE_URL,
)
def not_judged(_: Words, reason: str) -> str | None:
    """Every template of a synthesis is judged."""
    if not reason:
        return None
    return f"the template is not judged: {reason}; audit it by itself, or report the fault"
