"""Erlang's loss formula against published tables and AWS's own examples."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.sizing.erlang import erlang_b, offered_load, servers_for, servers_that_pay, utilization

LOADS = st.floats(0.01, 300)


def test_loss_is_that_of_published_tables() -> None:
    published = {
        (1, 1): 0.5,
        (2, 1): 0.2,
        (5, 3): 0.110054,
        (10, 5): 0.018385,
        (20, 12): 0.009793,
        (100, 84.06): 0.01,
        (0, 3): 1.0,
        (3, 0): 0.0,
        (5000, 1): 0.0,
    }

    for (servers, load), share in published.items():
        assert erlang_b(servers, load) == pytest.approx(share, rel=1e-3), (servers, load)


def test_environments_for_a_loss_of_one_percent() -> None:
    loads = (0, 1, 2, 5, 10, 20, 50, 100, 200, 1000)

    assert [servers_for(load, 0.01) for load in loads] == [0, 5, 7, 11, 18, 30, 64, 117, 221, 1029]


def test_a_tenth_more_than_the_mean_is_not_a_rule() -> None:
    assert erlang_b(11, 10) == pytest.approx(0.163, abs=0.0005)
    assert erlang_b(22, 20) == pytest.approx(0.107, abs=0.0005)
    assert erlang_b(1100, 1000) < 2e-4


def test_concurrency_of_aws_examples() -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    assert offered_load(100, 500) == 50
    assert offered_load(100, 200) == 20


def test_metric_includes_the_invocation_that_publishes_it() -> None:
    assert utilization(1, 1e-9) == pytest.approx(1)
    assert utilization(10, 4) == pytest.approx(0.5 * (1 - erlang_b(10, 4)))


def test_environments_that_are_busy_for_60_percent_of_their_time() -> None:
    loads = (0, 1, 2, 5, 10, 50, 200)

    assert [servers_that_pay(load, 0.6) for load in loads] == [0, 0, 1, 4, 9, 50, 201]


def test_no_environment_pays_at_an_impossible_break_even() -> None:
    assert servers_that_pay(50, 0) == servers_that_pay(50, 1.01) == 0


def test_environments_that_pay_are_the_cheapest_number_of_all() -> None:
    idle, on_demand, provisioned = 0.6, 2.0, 1.0  # break-even: 0.6 / (2 - 1)

    def cost(servers: int, load: float) -> float:
        lost = load * erlang_b(servers, load)
        return servers * idle + (load - lost) * provisioned + lost * on_demand

    for load in (3.0, 7.5, 20.0):
        cheapest = min((cost(servers, load), servers) for servers in range(60))
        assert servers_that_pay(load, 0.6) == cheapest[1]


@given(LOADS, st.floats(1e-4, 0.5))
def test_servers_are_the_fewest_that_keep_the_loss(load: float, share: float) -> None:
    servers = servers_for(load, share)

    assert erlang_b(servers, load) <= share < erlang_b(servers - 1, load)


@given(st.lists(LOADS, min_size=2, max_size=4))
def test_more_load_never_needs_fewer_environments(loads: list[float]) -> None:
    needed = [servers_for(load, 0.01) for load in sorted(loads)]

    assert all(few <= many for few, many in itertools.pairwise(needed))
