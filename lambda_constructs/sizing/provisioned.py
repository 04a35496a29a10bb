"""Provisioned concurrency from traffic: minimum, maximum and target, by Erlang's loss formula."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ..rules.provisioned_concurrency import UTILIZATION_MAXIMUM, UTILIZATION_MINIMUM, provisioned_range
from ..rules.ranges import timeout_range
from . import defaults, limits
from .checks import capacity as rules
from .checks import memory as arguments
from .erlang import erlang_b, offered_load, servers_for, utilization
from .findings import Finding, check, find

_WHERE = "ProvisionedConcurrency.for_traffic"


@dataclass(frozen=True, kw_only=True)
class ProvisionedPlan:
    """What traffic takes.

    Attributes:
        minimum: Environments at the least traffic; 1 or more.
        maximum: Environments at the peak.
        target_utilization: Use that scaling aims at; 0.1 to 0.9.
        spill: Share of the requests at the peak that finds none of them free.
        findings: What speaks against it.
    """

    minimum: int
    maximum: int
    target_utilization: float
    spill: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class ScheduledLevel:
    """A number of environments from a point in time on.

    Attributes:
        expression: `cron(...)`, `rate(...)` or `at(...)`, as Application Auto Scaling takes it.
        environments: How many; 1 or more.
    """

    expression: str
    environments: int


def plan_for_traffic(
    *, rps_low: float, rps_peak: float, duration_ms: float, spill: float = defaults.SPILL
) -> ProvisionedPlan:
    """Plan provisioned concurrency that follows its use.

    Args:
        rps_low: Requests per second at the quietest time; 0 or more.
        rps_peak: Requests per second at the peak, `rps_low` or more.
        duration_ms: Mean duration of an invocation; ms.
        spill: Share of the requests that may find no provisioned environment free, and use an on-demand one;
            0.0001 to 0.5. Default: 0.01

    Returns:
        Minimum and maximum for the loads at both times, and the highest target that scales out before more
        than the share is spilled, at any load between them.

    Raises:
        ConfigurationError: An argument is out of its range, or no target would ever be reached.
    """
    high = limits.REQUESTS_PER_ENVIRONMENT * defaults.LOAD_MAXIMUM
    check(_WHERE, arguments.sizing_argument, "rps_low", rps_low, 0, high)
    check(_WHERE, arguments.sizing_argument, "rps_peak", rps_peak, 0, high)
    check(_WHERE, arguments.sizing_argument, "duration_ms", duration_ms, 1, timeout_range.high * 1_000)
    check(_WHERE, arguments.sizing_argument, "spill", spill, 0.0001, 0.5)
    check(_WHERE, rules.traffic_order, rps_low, rps_peak)
    low, peak = offered_load(rps_low, duration_ms), offered_load(rps_peak, duration_ms)
    check(_WHERE, arguments.sizing_argument, "rps_peak x duration_ms / 1000", peak, 0, defaults.LOAD_MAXIMUM)

    target = _target(low, peak, duration_ms, spill)
    check(_WHERE, rules.provisioned_unreachable_target, target, duration_ms)
    busy = max(1, servers_for(peak, spill))
    maximum = max(busy, _quota(rps_peak))
    return ProvisionedPlan(
        minimum=max(1, servers_for(low, spill), _quota(rps_low)),
        maximum=maximum,
        target_utilization=target,
        spill=erlang_b(maximum, peak),
        findings=(
            *find(rules.provisioned_idle_night, rps_low),
            *find(rules.provisioned_request_quota, maximum, busy=busy, rps=rps_peak),
        ),
    )


def _quota(rps: float) -> int:
    """Environments that may serve so many requests per second."""
    return math.ceil(rps / limits.REQUESTS_PER_ENVIRONMENT)


def _target(low: float, peak: float, duration_ms: float, spill: float) -> float:
    """The least use that any load shows on just enough environments, or what their quota lets them reach.

    Of few environments most must be idle for a burst to find one: 4 busy ones need 10, 200 need 221.
    """
    step = (peak - low) / defaults.LOAD_STEPS
    loads = [low + step * number for number in range(defaults.LOAD_STEPS + 1)]
    least = min(utilization(max(1, servers_for(load, spill)), load) for load in loads)
    reachable = limits.REQUESTS_PER_ENVIRONMENT * duration_ms / 1000
    target = math.floor(100 * min(least, defaults.REACHABLE_TARGET_SHARE * reachable)) / 100
    return min(max(target, UTILIZATION_MINIMUM), UTILIZATION_MAXIMUM)


def scheduled_levels(levels: Mapping[str, int]) -> tuple[ScheduledLevel, ...]:
    """Check numbers of environments that follow the clock.

    Args:
        levels: A number for each expression: `{"cron(55 8 ? * MON-FRI *)": 10, ...}`.

    Returns:
        One level for each, in the same order.

    Raises:
        ConfigurationError: There is none, an expression is none of Application Auto Scaling's, or a number is
            below 1, which makes the next deployment fail.
    """
    where = "ProvisionedConcurrency.scheduled"
    check(where, rules.levels_empty, len(levels))
    for expression, environments in levels.items():
        name = f"levels[{expression!r}]"
        check(where, rules.level_schedule, expression)
        check(where, arguments.sizing_argument, name, environments, 0, defaults.LOAD_MAXIMUM, whole=True)
        check(where, provisioned_range, environments, environments, option=name)
    return tuple(
        ScheduledLevel(expression=expression, environments=environments)
        for expression, environments in levels.items()
    )
