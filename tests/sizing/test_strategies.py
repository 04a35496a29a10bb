"""Choices among measured sizes, by Power Tuning's own test vectors and by the teaching example."""

from __future__ import annotations

from operator import attrgetter

from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.sizing.measurement import Point
from lambda_constructs.sizing.recommendation import balanced, cheapest, fastest, fastest_within
from tests.sizing.support import points, rows

# A published teaching example; its costs are those of x86_64 at the list price.
LESSON = points(rows({128: 5000.0, 512: 1500.0, 1024: 1000.0}, 0.0000166667 / 8 / 1000))
POSITIVE = st.floats(1e-9, 1e6)
TABLES = st.lists(
    st.builds(
        lambda size, ms, usd: Point(memory_size=size, duration_ms=ms, cost_usd=usd),
        st.integers(128, 10_240),
        POSITIVE,
        POSITIVE,
    ),
    min_size=1,
    max_size=12,
)

COST = attrgetter("cost_usd")


def table(*rows: tuple[int, float, float]) -> tuple[Point, ...]:
    """Size, cost and duration, in the order of the tool's own tests."""
    return tuple(Point(memory_size=size, cost_usd=cost, duration_ms=ms) for size, cost, ms in rows)


# test/unit/test-lambda.js of the tool, "analyzer".
CHEAP = table((128, 100, 100), (256, 200, 300), (512, 30, 200))
CHEAP_TIE = table((128, 100, 100), (256, 100, 90), (512, 300, 200))
FAST = table((128, 100, 300), (256, 200, 200), (512, 300, 100))
FAST_TIE = table((128, 100, 200), (256, 90, 200), (512, 300, 400))
MIDDLE = table((128, 101, 300), (256, 200, 200), (512, 300, 101))
STEEP = table((128, 100, 300), (256, 200, 200), (512, 300, 100), (1024, 1000, 50))


def test_cost_strategy_of_the_tool() -> None:
    assert cheapest(CHEAP).memory_size == 512
    assert cheapest(CHEAP_TIE).memory_size == 256


def test_speed_strategy_of_the_tool() -> None:
    assert fastest(FAST).memory_size == 512
    assert fastest(FAST_TIE).memory_size == 256


def test_balanced_strategy_of_the_tool() -> None:
    assert balanced(CHEAP, 1).memory_size == 512
    assert balanced(FAST, 0).memory_size == 512
    assert balanced(MIDDLE, 0.5).memory_size == 256
    assert balanced(STEEP, 0.3).memory_size == 512


def test_lesson_costs_what_it_teaches() -> None:
    assert [round(point.cost_usd * 1e6, 2) for point in LESSON] == [10.42, 12.50, 16.67]


def test_lesson_has_another_best_size_for_every_strategy() -> None:
    assert cheapest(LESSON).memory_size == 128
    assert fastest(LESSON).memory_size == 1024
    assert balanced(LESSON, 0.5).memory_size == 512
    assert fastest_within(LESSON, 0.25, COST).memory_size == 512
    assert fastest_within(LESSON, 0.10, COST).memory_size == 128


def test_balanced_choice_changes_with_a_size_that_you_would_not_choose() -> None:
    slow_and_dear = Point(memory_size=3008, duration_ms=1000.0, cost_usd=LESSON[-1].cost_usd * 3008 / 1024)

    assert balanced([*LESSON, slow_and_dear], 0.5).memory_size == 1024


@given(TABLES, st.floats(0, 10))
def test_default_choice_is_within_the_bound_and_nothing_in_it_is_faster(
    measured: list[Point], max_extra_cost: float
) -> None:
    choice = fastest_within(measured, max_extra_cost, COST)
    bound = cheapest(measured).cost_usd * (1 + max_extra_cost)

    assert choice in measured
    assert choice.cost_usd <= bound
    assert all(point.duration_ms >= choice.duration_ms for point in measured if point.cost_usd <= bound)


@given(TABLES)
def test_without_extra_cost_the_default_is_as_cheap_as_the_cheapest(measured: list[Point]) -> None:
    assert fastest_within(measured, 0, COST).cost_usd == cheapest(measured).cost_usd
