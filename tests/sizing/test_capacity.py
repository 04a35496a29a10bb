"""Concurrency for queues and for callers that do not wait."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.rules import queue_mapping, ranges_mapping
from lambda_constructs.sizing.capacity import Capacity


def codes(capacity: Capacity) -> list[str]:
    return [each.code for each in capacity.advice]


def test_peak_of_a_queue_uses_four_fifths_of_the_capacity() -> None:
    found = Capacity.for_queue(messages_per_second=100, duration_ms=500)

    assert (found.max_concurrency, found.reserved_concurrency, found.ramp_seconds) == (7, 8, 1)
    assert found.advice == ()


def test_utilization_and_batch_size_are_options() -> None:
    assert Capacity.for_queue(messages_per_second=100, duration_ms=500, batch_size=1).max_concurrency == 63
    assert Capacity.for_queue(messages_per_second=80, duration_ms=500, utilization=1).max_concurrency == 4
    assert Capacity.for_queue(messages_per_second=80, duration_ms=500, utilization=0.8).max_concurrency == 5


def test_max_concurrency_is_at_least_two() -> None:
    found = Capacity.for_queue(messages_per_second=0.01, duration_ms=10)

    assert (found.max_concurrency, found.reserved_concurrency, found.ramp_seconds) == (2, 3, 0)


def test_max_concurrency_is_at_most_a_thousand_and_takes_minutes_to_reach() -> None:
    found = Capacity.for_queue(messages_per_second=1e6, duration_ms=5000)

    assert (found.max_concurrency, found.ramp_seconds) == (1000, 199)
    assert codes(found) == ["capacity-above-mapping"]


def test_message_groups_limit_a_fifo_queue() -> None:
    found = Capacity.for_queue(messages_per_second=1000, duration_ms=1000, message_groups=6)

    assert (found.max_concurrency, found.ramp_seconds) == (6, 0)
    assert codes(found) == ["capacity-message-groups"]
    assert Capacity.for_queue(messages_per_second=1000, duration_ms=1000, message_groups=125).advice == ()


def test_requests_that_do_not_wait_need_more_than_their_mean() -> None:
    found = Capacity.for_requests(rps_peak=20, duration_ms=200)

    assert (found.reserved_concurrency, found.max_concurrency, found.advice) == (13, None, ())
    assert Capacity.for_requests(rps_peak=20, duration_ms=200, throttled=0.1).reserved_concurrency == 8
    assert Capacity.for_requests(rps_peak=1000, duration_ms=10).reserved_concurrency == 101
    assert Capacity.for_requests(rps_peak=0, duration_ms=10).reserved_concurrency == 2


def test_refuses_impossible_queues() -> None:
    impossible: list[dict[str, Any]] = [
        {"messages_per_second": -1},
        {"duration_ms": 0},
        {"batch_size": 0},
        {"batch_size": 1.5},
        {"utilization": 0},
        {"message_groups": 0},
    ]

    for changes in impossible:
        (name,) = changes
        with pytest.raises(ConfigurationError, match=rf"^Capacity\.for_queue: {name} is ") as refused:
            Capacity.for_queue(**{"messages_per_second": 1, "duration_ms": 1, **changes})

        assert refused.value.code == "sizing-argument"


def test_refuses_impossible_requests() -> None:
    impossible: list[dict[str, Any]] = [
        {"rps_peak": -1},
        {"duration_ms": 0},
        {"throttled": 0},
        {"rps_peak": 1e6, "duration_ms": 9e5},
    ]

    for changes in impossible:
        with pytest.raises(ConfigurationError, match=r"^Capacity\.for_requests: ") as refused:
            Capacity.for_requests(**{"rps_peak": 1, "duration_ms": 1, **changes})

        assert refused.value.code == "sizing-argument"


@given(st.floats(0, 1e6), st.floats(1, 900_000), st.integers(1, 10_000))
def test_capacity_of_a_queue_passes_the_rules_and_is_enough_or_says_so(
    messages: float, duration_ms: float, batch_size: int
) -> None:
    found = Capacity.for_queue(messages_per_second=messages, duration_ms=duration_ms, batch_size=batch_size)
    concurrency = found.max_concurrency or 0

    assert ranges_mapping.max_concurrency_range(concurrency) is None
    assert (
        queue_mapping.max_concurrency_above_reserved(concurrency, found.reserved_concurrency, option="x")
        is None
    )
    rate = concurrency * batch_size / (duration_ms / 1000)
    assert found.advice or rate >= messages or math.isclose(rate, messages)
