"""Rules for concurrency that follows from traffic."""

from __future__ import annotations

import re
from typing import Final

from ...rules.ranges_mapping import max_concurrency_range
from ...rules.rule import Words, rule, warning
from ...rules.urls import PROVISIONED_URL, SQS_SCALING_URL, TARGET_TRACKING_URL

_CONCURRENCY_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"

# Requests per second that one environment serves: Lambda's quota of requests per second is ten times the
# concurrency (_CONCURRENCY_URL, "Understanding concurrency and requests per second"). The developer guide of
# 2022 said that the quota also holds for the provisioned concurrency of an alias (awsdocs/
# aws-lambda-developer-guide@4f313b9, gettingstarted-limits.md); today's pages do not mention it.
REQUESTS_PER_ENVIRONMENT: Final = 10
# With fewer requests per minute, one minute in twenty has none (e ** -3 = 5 %): Lambda then publishes no
# metric, and target tracking stalls.
TRACKED_REQUESTS_MINIMUM: Final = 3


@rule(
    why="The minimum of provisioned concurrency would be greater than its maximum.", source=_CONCURRENCY_URL
)
def traffic_order(_: Words, rps_low: float, rps_peak: float) -> str | None:
    """The lowest request rate is at most the peak rate."""
    if rps_low <= rps_peak:
        return None
    return f"rps_low is {rps_low:g} per second, which is more than rps_peak of {rps_peak:g}; swap them"


@rule(
    why="The quota of ten requests per second limits how busy a provisioned environment can be. If the "
    "metric cannot reach the target, nothing scales out.",
    source=PROVISIONED_URL,
)
def provisioned_unreachable_target(_: Words, target_utilization: float, duration_ms: float) -> str | None:
    """The target is below the utilization of an environment at its quota of requests."""
    reachable = REQUESTS_PER_ENVIRONMENT * duration_ms / 1000
    if target_utilization < reachable:
        return None
    return (
        f"target_utilization is {target_utilization:g}, but {REQUESTS_PER_ENVIRONMENT} requests per second "
        f"of {duration_ms:g} ms keep an environment busy for at most {reachable:.0%} of its time; use a "
        "fixed number or a schedule"
    )


@warning(
    why="Without requests Lambda publishes no metric, and without a metric nothing scales in: you pay for "
    "the environments of the day all night.",
    source=TARGET_TRACKING_URL,
)
def provisioned_idle_night(_: Words, rps_low: float) -> str | None:
    """Every minute has requests."""
    per_minute = rps_low * 60
    if per_minute >= TRACKED_REQUESTS_MINIMUM:
        return None
    return (
        f"at {per_minute:g} requests per minute some minutes have no requests, so nothing scales in; "
        "lower the maximum by a schedule when traffic ends"
    )


@warning(
    why="A provisioned environment serves at most ten requests per second, however short they are.",
    source=PROVISIONED_URL,
)
def provisioned_request_quota(_: Words, environments: int, *, busy: int, rps: float) -> str | None:
    """The durations determine the number of environments, not the quota of requests."""
    if environments <= busy:
        return None
    return (
        f"{busy} environments have time for {rps:g} requests per second, but the quota of "
        f"{REQUESTS_PER_ENVIRONMENT} requests per second requires {environments}; handle several requests in "
        "one invocation, or use SnapStart instead"
    )


@warning(
    why="An event source mapping runs at most 1,000 concurrent invocations: the queue grows.",
    source=SQS_SCALING_URL,
)
def capacity_above_mapping(_: Words, needed: int) -> str | None:
    """One event source mapping is enough for the queue."""
    maximum = max_concurrency_range.high
    if needed <= maximum:
        return None
    return (
        f"the queue needs {needed} concurrent invocations, but max_concurrency is at most {maximum}; "
        "use larger batches, shorter invocations or provisioned_pollers"
    )


@warning(
    why="Lambda runs one invocation at a time for each message group of a FIFO queue: the queue grows.",
    source=SQS_SCALING_URL,
)
def capacity_message_groups(_: Words, needed: int, message_groups: int | None) -> str | None:
    """The queue has at least as many message groups as it needs concurrent invocations."""
    if message_groups is None or needed <= message_groups:
        return None
    return (
        f"the queue needs {needed} concurrent invocations but has only {message_groups} message groups; "
        "use more message groups or larger batches"
    )


@rule(why="Without a number of environments nothing is provisioned.", source=PROVISIONED_URL)
def levels_empty(_: Words, levels: int) -> str | None:
    """At least one number of environments."""
    if levels:
        return None
    return 'levels are empty; pass at least one, such as {"cron(55 8 ? * MON-FRI *)": 10}'


@rule(
    why="Application Auto Scaling refuses the schedule.",
    source="https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html",
)
def level_schedule(_: Words, expression: object) -> str | None:
    """A `cron(...)`, `rate(...)` or `at(...)` expression."""
    if isinstance(expression, str) and re.fullmatch(r"(cron|rate|at)\([^()]+\)", expression):
        return None
    return f"{expression!r} is not a schedule; write cron(...), rate(...) or at(...)"
