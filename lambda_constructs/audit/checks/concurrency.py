"""The reserved concurrency of functions against the concurrency of the mappings of queues."""

from __future__ import annotations

from ...rules import limits
from ...rules.mapping import (
    max_concurrency_above_reserved,
    max_concurrency_missing,
    reserved_concurrency_too_low,
)
from ...template.sources import Consumer, consumers
from ...template.targets import FUNCTION
from ...template.template import Resource
from ...template.values import Unknown
from ...template.warm import total
from ..findings import Findings

_RESERVED = "ReservedConcurrentExecutions"


def check(findings: Findings) -> None:
    """Check every function with a reservation that reads queues."""
    template = findings.template
    readers = [each for each in consumers(template) if each.kind == "queue" and not each.idle]
    for function in template.of_type(FUNCTION):
        reserved = function.number(_RESERVED)
        if reserved is not None:
            queues = [each for each in readers if each.target and each.target.function is function]
            _check_queues(findings, function, reserved, queues)


def _check_queues(
    findings: Findings, function: Resource, reserved: float | Unknown, queues: list[Consumer]
) -> None:
    """Check what the mappings of queues start against what the function may run."""
    if not queues:
        return
    about = [each.mapping for each in queues]
    findings.check(reserved_concurrency_too_low, function, _RESERVED, reserved, about=about)
    if isinstance(reserved, int) and reserved_concurrency_too_low(reserved) is not None:
        return
    bounds = [(each.mapping, _bound(each.mapping)) for each in queues]
    for mapping, bound in bounds:
        if bound is None:
            findings.check(
                max_concurrency_missing,
                mapping,
                "ScalingConfig",
                reserved,
                bounded=False,
                about=[function],
            )
    known = [bound for _, bound in bounds if bound is not None]
    if known:
        option = "the mapping" if len(known) == 1 else "the mappings together"
        findings.check(
            max_concurrency_above_reserved,
            function,
            _RESERVED,
            total(known, sum),
            reserved,
            option=option,
            about=[mapping for mapping, bound in bounds if bound is not None],
        )


def _bound(mapping: Resource) -> float | Unknown | None:
    """The most invocations that a mapping starts at once; None if nothing bounds them."""
    if mapping.get("ProvisionedPollerConfig") is None:
        return mapping.number("ScalingConfig", "MaximumConcurrency")
    pollers = mapping.number("ProvisionedPollerConfig", "MaximumPollers")
    return pollers if isinstance(pollers, Unknown | None) else pollers * limits.CONCURRENCY_PER_POLLER
