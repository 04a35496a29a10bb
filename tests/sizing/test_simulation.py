"""The formulas agree with an exact simulation, whatever the distribution of durations."""

from __future__ import annotations

import pytest

from lambda_constructs.sizing.capacity import Capacity
from lambda_constructs.sizing.erlang import blocking, erlang_b, utilization
from lambda_constructs.sizing.provisioned import plan_for_traffic
from tests.sizing.simulation import Service, constant, exponential, log_normal, simulate

SECONDS = 0.2
REQUESTS = 20_000
LAWS = pytest.mark.parametrize(
    "service",
    [
        pytest.param(exponential(SECONDS), id="exponential"),
        pytest.param(constant(SECONDS), id="constant"),
        pytest.param(log_normal(SECONDS), id="log-normal"),
    ],
)


@LAWS
def test_share_of_requests_that_spill_over(service: Service) -> None:
    for load, environments, tolerance in ((10, 11, 0.012), (4, 10, 0.002), (50, 64, 0.004)):
        found = simulate(
            rps=load / SECONDS, service=service, environments=environments, requests=REQUESTS, seed=1
        )

        assert found.spilled == pytest.approx(erlang_b(environments, load), abs=tolerance)


@LAWS
def test_utilization_that_the_metric_shows(service: Service) -> None:
    for load, environments in ((10, 11), (4, 10)):
        found = simulate(
            rps=load / SECONDS, service=service, environments=environments, requests=REQUESTS, seed=2
        )

        assert found.utilization == pytest.approx(utilization(environments, load), abs=0.01)


@LAWS
def test_environments_are_used_first_to_last(service: Service) -> None:
    load, environments = 5.0, 11
    found = simulate(
        rps=load / SECONDS, service=service, environments=environments, requests=REQUESTS, seed=3
    )
    shares = [share for share, _ in zip(blocking(load), range(environments + 1), strict=False)]

    for number, busy in enumerate(found.busy):
        assert busy == pytest.approx(load * (shares[number] - shares[number + 1]), abs=0.02)


@LAWS
def test_plan_keeps_the_spill_at_both_ends(service: Service) -> None:
    plan = plan_for_traffic(rps_low=2, rps_peak=20, duration_ms=1000 * SECONDS)

    for rps, environments in ((2, plan.minimum), (20, plan.maximum)):
        found = simulate(rps=rps, service=service, environments=environments, requests=REQUESTS, seed=4)

        assert found.spilled <= 0.01 + 0.003


@LAWS
def test_reservation_for_requests_throttles_almost_nothing(service: Service) -> None:
    reserved = Capacity.for_requests(rps_peak=50, duration_ms=1000 * SECONDS).reserved_concurrency

    found = simulate(rps=50, service=service, environments=reserved - 1, requests=REQUESTS, seed=5)

    assert found.spilled <= 0.002
