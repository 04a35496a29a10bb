"""The formulas agree with an exact simulation, whatever the distribution of durations."""

from __future__ import annotations

from functools import cache

import pytest

from lambda_constructs.sizing.capacity import Capacity
from lambda_constructs.sizing.erlang import blocking, erlang_b, utilization
from lambda_constructs.sizing.provisioned import plan_for_traffic
from tests.sizing.simulation import Outcome, constant, exponential, log_normal, simulate

SECONDS = 0.2
REQUESTS = 20_000
LAWS = {
    "exponential": exponential(SECONDS),
    "constant": constant(SECONDS),
    "log-normal": log_normal(SECONDS),
}


@cache
def simulated(law: str, rps: float, environments: int) -> Outcome:
    return simulate(rps=rps, service=LAWS[law], environments=environments, requests=REQUESTS, seed=1)


def test_share_of_requests_that_spill_over() -> None:
    for law in LAWS:
        for load, environments, tolerance in ((10, 11, 0.012), (4, 10, 0.002), (50, 64, 0.004)):
            found = simulated(law, load / SECONDS, environments)

            assert found.spilled == pytest.approx(erlang_b(environments, load), abs=tolerance), law


def test_utilization_that_the_metric_shows() -> None:
    for law in LAWS:
        for load, environments in ((10, 11), (4, 10)):
            found = simulated(law, load / SECONDS, environments)

            assert found.utilization == pytest.approx(utilization(environments, load), abs=0.01), law


def test_environments_are_used_first_to_last() -> None:
    load, environments = 5.0, 11
    shares = [share for share, _ in zip(blocking(load), range(environments + 1), strict=False)]
    for law in LAWS:
        for number, busy in enumerate(simulated(law, load / SECONDS, environments).busy):
            assert busy == pytest.approx(load * (shares[number] - shares[number + 1]), abs=0.02), law


def test_plan_keeps_the_spill_at_both_ends() -> None:
    plan = plan_for_traffic(rps_low=2, rps_peak=20, duration_ms=1000 * SECONDS)
    for law in LAWS:
        for rps, environments in ((2, plan.minimum), (20, plan.maximum)):
            assert simulated(law, rps, environments).spilled <= 0.01 + 0.003, law


def test_reservation_for_requests_throttles_almost_nothing() -> None:
    reserved = Capacity.for_requests(rps_peak=50, duration_ms=1000 * SECONDS).reserved_concurrency

    for law in LAWS:
        assert simulated(law, 50, reserved - 1).spilled <= 0.002, law
