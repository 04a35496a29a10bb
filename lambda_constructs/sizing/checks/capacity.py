"""Rules for concurrency that follows from traffic."""

from __future__ import annotations

import re

from ...rules.ranges_mapping import max_concurrency_range
from ...rules.rule import Words, rule
from ...rules.urls import PROVISIONED_URL, SQS_SCALING_URL, TARGET_TRACKING_URL
from .. import defaults, limits


@rule(
    "traffic-order",
    why="Minimum and maximum would change places.",
    source=limits.CONCURRENCY_URL,
)
def traffic_order(_: Words, rps_low: float, rps_peak: float) -> str | None:
    """The least traffic is at most the peak."""
    if rps_low <= rps_peak:
        return None
    return f"rps_low is {rps_low:g} per second, above rps_peak of {rps_peak:g}; exchange them"


@rule(
    "provisioned-unreachable-target",
    why="At its quota of requests a provisioned environment is busy for ten durations of each second: a use "
    "above that is never seen, and nothing ever scales.",
    source=PROVISIONED_URL,
)
def provisioned_unreachable_target(_: Words, target_utilization: float, duration_ms: float) -> str | None:
    """The target is below the use that environments can have at their quota of requests."""
    reachable = limits.REQUESTS_PER_ENVIRONMENT * duration_ms / 1000
    if target_utilization < reachable:
        return None
    return (
        f"target_utilization is {target_utilization:g}, but invocations of {duration_ms:g} ms at "
        f"{limits.REQUESTS_PER_ENVIRONMENT} per second use an environment by {reachable:.0%} at most; use a "
        "fixed number or a schedule"
    )


@rule(
    "provisioned-idle-night",
    severity="warning",
    why="Without requests there is no metric, and without a metric nothing scales in: the environments of "
    "the day are paid for all night.",
    source=TARGET_TRACKING_URL,
)
def provisioned_idle_night(_: Words, rps_low: float) -> str | None:
    """There are requests in every minute."""
    per_minute = rps_low * 60
    if per_minute >= defaults.TRACKED_REQUESTS_MINIMUM:
        return None
    return (
        f"at {per_minute:g} requests per minute there are minutes without any, so nothing scales in; "
        "lower the maximum by a schedule when traffic ends"
    )


@rule(
    "provisioned-request-quota",
    severity="warning",
    why="A provisioned environment serves ten requests per second, however short they are.",
    source=PROVISIONED_URL,
)
def provisioned_request_quota(_: Words, environments: int, *, busy: int, rps: float) -> str | None:
    """It is the work that sets the number of environments, not the quota of requests."""
    if environments <= busy:
        return None
    return (
        f"{busy} environments could do the work of {rps:g} requests per second, their quota of requests "
        f"takes {environments}; answer several requests by one, or use SnapStart instead"
    )


@rule(
    "capacity-above-mapping",
    severity="warning",
    why="A mapping runs at most 1,000 invocations at once: the queue grows.",
    source=SQS_SCALING_URL,
)
def capacity_above_mapping(_: Words, needed: int) -> str | None:
    """The work fits into one mapping."""
    maximum = max_concurrency_range.high
    if needed <= maximum:
        return None
    return (
        f"the queue needs {needed} invocations at once, max_concurrency can be {maximum}; "
        "use larger batches, shorter invocations or provisioned_pollers"
    )


@rule(
    "capacity-message-groups",
    severity="warning",
    why="A FIFO queue runs one invocation per message group: the queue grows.",
    source=SQS_SCALING_URL,
)
def capacity_message_groups(_: Words, needed: int, message_groups: int | None) -> str | None:
    """There are as many message groups as invocations are needed."""
    if message_groups is None or needed <= message_groups:
        return None
    return (
        f"the queue needs {needed} invocations at once and has {message_groups} message groups; "
        "send with more groups, or use larger batches"
    )


@rule(
    "levels-empty",
    why="Without a number of environments nothing is provisioned.",
    source=PROVISIONED_URL,
)
def levels_empty(_: Words, levels: int) -> str | None:
    """At least one number of environments."""
    if levels:
        return None
    return 'levels are empty; pass at least one, such as {"cron(55 8 ? * MON-FRI *)": 10}'


@rule(
    "level-schedule",
    why="Application Auto Scaling refuses the schedule.",
    source=limits.SCHEDULE_URL,
)
def level_schedule(_: Words, expression: object) -> str | None:
    """A `cron(...)`, `rate(...)` or `at(...)` expression."""
    if isinstance(expression, str) and re.fullmatch(r"(cron|rate|at)\([^()]+\)", expression):
        return None
    return f"the schedule {expression!r} is none; write cron(...), rate(...) or at(...)"
