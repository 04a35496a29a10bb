"""Provisioned concurrency from traffic: bounds, target, and traffic that no target can follow."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.rules import provisioned_concurrency
from lambda_constructs.sizing.erlang import erlang_b, offered_load
from lambda_constructs.sizing.provisioned import (
    ProvisionedPlan,
    check_levels,
    plan_for_traffic,
)

TRAFFIC = st.floats(0.1, 500)


def codes(plan: ProvisionedPlan) -> list[str]:
    return [each.code for each in plan.advice]


def test_plan_of_a_small_and_of_a_large_function() -> None:
    small = plan_for_traffic(rps_low=2, rps_peak=20, duration_ms=200)
    large = plan_for_traffic(rps_low=100, rps_peak=1000, duration_ms=200)

    assert (small.minimum, small.maximum, small.target_utilization) == (3, 10, 0.38)
    assert (large.minimum, large.maximum, large.target_utilization) == (30, 221, 0.69)
    assert small.spill == erlang_b(10, 4)
    assert small.advice == large.advice == ()


def test_spill_is_an_option() -> None:
    assert plan_for_traffic(rps_low=2, rps_peak=20, duration_ms=200, spill=0.1).maximum == 7


def test_short_invocations_need_more_environments_than_their_durations() -> None:
    plan = plan_for_traffic(rps_low=100, rps_peak=1000, duration_ms=20)

    assert (plan.minimum, plan.maximum, plan.target_utilization) == (10, 100, 0.16)
    assert codes(plan) == ["provisioned-request-quota"]
    assert "30 environments have time for 1000 requests per second" in plan.advice[0].message


def test_refuses_a_target_that_the_utilization_cannot_reach() -> None:
    with pytest.raises(ConfigurationError, match="busy for at most 10% of its time") as refused:
        plan_for_traffic(rps_low=100, rps_peak=1000, duration_ms=10)

    assert (refused.value.code, refused.value.construct_path) == (
        "provisioned-unreachable-target",
        "ProvisionedConcurrency.for_traffic",
    )


def test_warns_if_traffic_stops() -> None:
    for rps_low in (0, 0.04):
        plan = plan_for_traffic(rps_low=rps_low, rps_peak=20, duration_ms=200)

        assert plan.minimum == 1
        assert codes(plan) == ["provisioned-idle-night"]


def test_refuses_impossible_traffic() -> None:
    impossible: list[tuple[dict[str, Any], str]] = [
        ({"rps_low": -1}, "sizing-argument"),
        ({"rps_peak": float("inf")}, "sizing-argument"),
        ({"duration_ms": 0}, "sizing-argument"),
        ({"duration_ms": 900_001}, "sizing-argument"),
        ({"spill": 0}, "sizing-argument"),
        ({"spill": "1%"}, "sizing-argument"),
        ({"rps_peak": 1000, "duration_ms": 200_000}, "sizing-argument"),
        ({"rps_low": 21}, "traffic-order"),
    ]

    for changes, code in impossible:
        with pytest.raises(ConfigurationError) as refused:
            plan_for_traffic(**{"rps_low": 2, "rps_peak": 20, "duration_ms": 200, **changes})

        assert refused.value.code == code, changes


@given(TRAFFIC, TRAFFIC, st.floats(20, 2000), st.floats(0.001, 0.2))
def test_plan_passes_the_rules_and_keeps_its_promise(
    one: float, other: float, duration_ms: float, spill: float
) -> None:
    low, peak = sorted((one, other))
    assume(offered_load(peak, duration_ms) < 200)
    plan = plan_for_traffic(rps_low=low, rps_peak=peak, duration_ms=duration_ms, spill=spill)

    assert provisioned_concurrency.provisioned_range(plan.minimum, plan.maximum) is None
    assert provisioned_concurrency.target_utilization_range(plan.target_utilization) is None
    assert plan.target_utilization < duration_ms / 100
    assert plan.spill <= spill
    assert erlang_b(plan.minimum, offered_load(low, duration_ms)) <= spill
    assert plan.maximum * 10 >= peak


def test_refuses_levels_that_cannot_be_deployed() -> None:
    check_levels({"cron(55 8 ? * MON-FRI *)": 10, "cron(30 17 ? * MON-FRI *)": 3})
    refused_levels: list[tuple[dict[str, Any], str]] = [
        ({}, "levels-empty"),
        ({"55 8 * * *": 10}, "level-schedule"),
        ({"rate(1 day)": 0}, "provisioned-range"),
        ({"rate(1 day)": -1}, "sizing-argument"),
        ({"rate(1 day)": 1.5}, "sizing-argument"),
    ]

    for levels, code in refused_levels:
        with pytest.raises(ConfigurationError) as refused:
            check_levels(levels)

        assert refused.value.code == code, levels


def test_bounds_of_the_target_are_those_of_application_auto_scaling() -> None:
    lowest = plan_for_traffic(rps_low=1, rps_peak=1, duration_ms=12.5)
    highest = plan_for_traffic(rps_low=10_000, rps_peak=10_000, duration_ms=2000)

    assert lowest.target_utilization == provisioned_concurrency.UTILIZATION_MINIMUM
    assert highest.target_utilization == provisioned_concurrency.UTILIZATION_MAXIMUM
