"""Provisioned concurrency from traffic: minimum, maximum and target, with Erlang's loss formula."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..rules.provisioned_concurrency import UTILIZATION_MAXIMUM, UTILIZATION_MINIMUM, provisioned_range
from ..rules.ranges import timeout_range
from .advice import Advice, advise, check
from .erlang import LOAD_MAXIMUM, erlang_b, offered_load, servers_for, utilization
from .margins import SPILL
from .rules import capacity as rules
from .rules.arguments import sizing_argument

_WHERE: Final = "ProvisionedConcurrency.for_traffic"
# Target tracking reacts only if the metric can exceed the target, so the target stays a fifth below the
# utilization at the quota of requests.
_REACHABLE_TARGET_SHARE: Final = 0.8
# The target is the lowest utilization at any load between the two; this many loads are calculated.
_LOAD_STEPS: Final = 20


@dataclass(frozen=True, kw_only=True)
class ProvisionedPlan:
    """Provisioned concurrency for a given traffic."""

    minimum: int  # environments at the lowest traffic; 1 or more
    maximum: int  # environments at the peak
    target_utilization: float  # the utilization that target tracking keeps; 0.1 to 0.9
    spill: float  # share of the requests at the peak that find all of them busy
    advice: tuple[Advice, ...]  # warnings about this plan


def plan_for_traffic(
    *, rps_low: float, rps_peak: float, duration_ms: float, spill: float = SPILL
) -> ProvisionedPlan:
    """Plan provisioned concurrency that scales with its utilization.

    Minimum and maximum are for the two request rates. The target is the highest that scales out before more
    than the share of requests spills over, at any rate between them; one that is never reached is refused.
    """
    high = rules.REQUESTS_PER_ENVIRONMENT * LOAD_MAXIMUM
    check(_WHERE, sizing_argument, "rps_low", rps_low, 0, high)
    check(_WHERE, sizing_argument, "rps_peak", rps_peak, 0, high)
    check(_WHERE, sizing_argument, "duration_ms", duration_ms, 1, timeout_range.high * 1_000)
    check(_WHERE, sizing_argument, "spill", spill, 0.0001, 0.5)
    check(_WHERE, rules.traffic_order, rps_low, rps_peak)
    low, peak = offered_load(rps_low, duration_ms), offered_load(rps_peak, duration_ms)
    check(_WHERE, sizing_argument, "rps_peak x duration_ms / 1000", peak, 0, LOAD_MAXIMUM)

    target = _target(low, peak, duration_ms, spill)
    check(_WHERE, rules.provisioned_unreachable_target, target, duration_ms)
    busy = max(1, servers_for(peak, spill))
    maximum = max(busy, _quota(rps_peak))
    return ProvisionedPlan(
        minimum=max(1, servers_for(low, spill), _quota(rps_low)),
        maximum=maximum,
        target_utilization=target,
        spill=erlang_b(maximum, peak),
        advice=(
            *advise(rules.provisioned_idle_night, rps_low),
            *advise(rules.provisioned_request_quota, maximum, busy=busy, rps=rps_peak),
        ),
    )


def _quota(rps: float) -> int:
    """The environments whose quota of requests allows this many requests per second."""
    return math.ceil(rps / rules.REQUESTS_PER_ENVIRONMENT)


def _target(low: float, peak: float, duration_ms: float, spill: float) -> float:
    """The lowest utilization at any load with just enough environments, or what their quota can reach.

    The fewer the environments, the more of them must be idle for a burst: 4 busy environments need 10 in
    total, 200 need 221.
    """
    step = (peak - low) / _LOAD_STEPS
    loads = [low + step * number for number in range(_LOAD_STEPS + 1)]
    least = min(utilization(max(1, servers_for(load, spill)), load) for load in loads)
    reachable = rules.REQUESTS_PER_ENVIRONMENT * duration_ms / 1000
    target = math.floor(100 * min(least, _REACHABLE_TARGET_SHARE * reachable)) / 100
    return min(max(target, UTILIZATION_MINIMUM), UTILIZATION_MAXIMUM)


def check_levels(levels: Mapping[str, int]) -> None:
    """Check numbers of environments by the expression of their schedule.

    An expression that Application Auto Scaling does not know is refused, and a number below 1, which makes
    the next deployment fail.
    """
    where = "ProvisionedConcurrency.scheduled"
    check(where, rules.levels_empty, len(levels))
    for expression, environments in levels.items():
        name = f"levels[{expression!r}]"
        check(where, rules.level_schedule, expression)
        check(where, sizing_argument, name, environments, 0, LOAD_MAXIMUM, whole=True)
        check(where, provisioned_range, environments, environments, option=name)
