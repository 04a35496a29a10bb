"""Schedules and rules: what they cannot deliver, and runs that overtake each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ...rules import limits
from ...rules.event import target_event_age_range, target_retries_range
from ...rules.recurrence import gaps
from ...rules.rule import Rule
from ...rules.schedule import delivery_age_range, delivery_retries_range, runs_overlap, schedule_expression
from ...template.template import Resource
from ...template.triggers import RULE, SCHEDULE, Trigger, triggers
from ..findings import Findings

_RANGES: Final[Mapping[str, tuple[Rule[...], Rule[...]]]] = {
    RULE: (target_retries_range, target_event_age_range),
    SCHEDULE: (delivery_retries_range, delivery_age_range),
}


def check(findings: Findings) -> None:
    """Check everything that invokes a function by the clock, or by a rule."""
    for trigger in triggers(findings.template):
        if trigger.name in _RANGES:
            _check_delivery(findings, trigger)
            _check_runs(findings, trigger)


def _check_delivery(findings: Findings, trigger: Trigger) -> None:
    resource, target = trigger.resource, trigger.location.removesuffix("/Arn")
    path = [int(name) if name.isdecimal() else name for name in target.split("/")]
    options = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")
    for rule, option in zip(_RANGES[trigger.name], options, strict=True):
        value = resource.number(*path, "RetryPolicy", option)
        if value is not None:
            findings.check(rule, resource, f"{target}/RetryPolicy/{option}", value)


def _check_runs(findings: Findings, trigger: Trigger) -> None:
    """Runs of a function that one reservation keeps apart do not overlap."""
    function, expression = trigger.target.function, trigger.resource.get("ScheduleExpression")
    if trigger.name == SCHEDULE and isinstance(expression, str):
        findings.check(schedule_expression, trigger.resource, "ScheduleExpression", expression)
    between = _shortest_gap(trigger.resource)
    if between is None or function.number("ReservedConcurrentExecutions") == 1:
        return
    timeout = function.integer("Timeout", default=limits.TIMEOUT_DEFAULT)
    location = "ScheduleExpression"
    findings.check(runs_overlap, trigger.resource, location, timeout, between, about=[function])


def _shortest_gap(resource: Resource) -> int | None:
    """Seconds between two starts, one late and the other early in its window; None if that is not known."""
    expression = resource.get("ScheduleExpression")
    if not isinstance(expression, str) or len(expression) > limits.SCHEDULE_MAXIMUM:
        return None
    if not re.fullmatch(limits.SCHEDULE_PATTERN, expression):
        return None
    between, window = (
        gaps(expression),
        resource.integer("FlexibleTimeWindow", "MaximumWindowInMinutes", default=0),
    )
    if between is None or not isinstance(window, int):
        return None
    return between.shortest - 60 * window
