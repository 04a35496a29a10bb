"""The unit price behind a table of costs: the architecture, and rows that contradict it."""

from __future__ import annotations

from lambda_constructs.sizing.measurement import Point
from lambda_constructs.sizing.unit_price import unit_price
from tests.sizing.support import ARM, X86, points, rows

DURATIONS = {128: 5000.0, 512: 1500.0, 1024: 1000.0}
# AWS's list prices, for runs with a price table of their own.
LIST_X86, LIST_ARM = 0.0000166667 / 8 / 1000, 0.0000133334 / 8 / 1000


def test_unit_price_shows_the_architecture() -> None:
    architectures = {
        X86: "x86_64",
        ARM: "arm64",
        LIST_X86: "x86_64",
        LIST_ARM: "arm64",
        2.9e-9: "x86_64",
        1e-9: None,
    }

    for unit, architecture in architectures.items():
        found = unit_price(points(rows(DURATIONS, unit)))

        assert (found.architecture, found.contradictions) == (architecture, ()), unit


def test_row_with_the_cost_of_another_size_is_found() -> None:
    # AWS published "128 MB, 11.722 s, $0.024628" and "1536 MB, 1.465 s, $0.024638" per thousand: the second
    # is the money of 1,024 MB.
    found = unit_price(points([(128, 11_722.0, 24.628e-6), (1536, 1465.0, 24.638e-6)]))

    assert found.architecture == "x86_64"
    assert [(label, round(size, -1)) for label, size in found.contradictions] == [(1536, 1020)]


def test_costs_are_of_whole_milliseconds_rounded_up() -> None:
    assert unit_price(points(rows({128: 20.2}, X86))).architecture == "x86_64"


def test_short_durations_hide_the_price_because_costs_are_of_whole_milliseconds() -> None:
    found = unit_price(points(rows({128: 19.0, 256: 10.0, 512: 5.0})))

    assert (found.architecture, found.contradictions) == (None, ())


def test_short_rows_do_not_contradict_the_others() -> None:
    short = Point(memory_size=1024, duration_ms=1.2, cost_usd=1e-6)

    assert unit_price([*points(rows(DURATIONS)), short]).contradictions == ()


def test_a_price_that_explains_few_rows_explains_none() -> None:
    found = unit_price(points([(128, 100.0, 100 * ARM), (256, 100.0, 1e-3), (512, 100.0, 2e-3)]))

    assert (found.architecture, found.contradictions) == (None, ())
