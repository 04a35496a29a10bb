"""Some published runs of Lambda Power Tuning, read from the URLs of their visualizations.

From github.com/ubc-cirrus-lab/unfaasener (Apache-2.0), commit 659a2e1b, in
benchmarks/aws_step_functions/powerTuning: ImageProcessingBenchmark/sample_{1,2,4} and
RegressionTuningBenchmark/N10/RegressionTuningGetInput.
"""

from __future__ import annotations

from operator import attrgetter

import pytest

from lambda_constructs.sizing.measurement import Measurement
from lambda_constructs.sizing.power_tuning import parse_measurement
from lambda_constructs.sizing.strategies import cheapest, fastest_within
from lambda_constructs.sizing.unit_price import unit_price

FILTER = "gAAAAQACAAQACMAL;PTrsQ8YSg0OnbR9Dw5UPQyx56kKnDelC;h1GFNcRBlDV9Y7Q1ilkiNl8JhTbavcE2"
FLIP = "gAAAAQACAAQACMAL;7369QwfaQUOPAvhCbWDYQrw7xEL5RcpC;1aVVNaG4WjW67Yw1jsf1NR47XzYn56g2"
LARGE_FILTER = "gAAAAQACAAQACMAL;PfYsRugmrkUsCy9FZhzFRM0ehERZqopE;jQLDN0pZxDfbXsU3kz7eNyj2FDj3wWU4"
ROTATE = "gAAAAQACAAQACMAL;asXpRCyxZ0SC3gVExkqHQ+8eV0PvBoND;ttaDNg2kgjZSE5c2QcSYNk+G8zaYwFk3"
GET_INPUT = "gAAAAQACAAQACMAL;Om2QPwc6jT/otJE/w/WIP83MjD9qA50/;l0+QMZdPEDKXT5Ayl08QM5dPkDPm9NMz"

COST = attrgetter("cost_usd")


def published(encoded: str) -> Measurement:
    return parse_measurement(f"https://lambda-power-tuning.show/#{encoded}", name="published")


def test_cheapest_size_is_the_one_that_the_run_names() -> None:
    named = {
        FILTER: (128, 472.455, 9.933e-07),
        FLIP: (128, 378.9916666666666, 7.959e-07),
        LARGE_FILTER: (128, 11069.559166666666, 2.32470e-05),
        ROTATE: (256, 926.7683333333333, 3.8934e-06),
        GET_INPUT: (128, 1.1283333333333332, 4.2e-09),
    }

    for encoded, (size, ms, usd) in named.items():
        found = cheapest(published(encoded).points)

        assert found.memory_size == size
        assert found.duration_ms == pytest.approx(ms, rel=1e-6)
        assert found.cost_usd == pytest.approx(usd, rel=1e-6)


def test_unit_price_shows_that_x86_was_measured_and_no_row_is_wrong() -> None:
    for encoded in (FILTER, FLIP, LARGE_FILTER, ROTATE):
        found = unit_price(published(encoded).points)

        assert (found.architecture, found.contradictions) == ("x86_64", ())


def test_duration_of_a_millisecond_hides_the_unit_price() -> None:
    assert unit_price(published(GET_INPUT).points).architecture is None


def test_a_little_more_cost_buys_much_speed() -> None:
    points = published(LARGE_FILTER).points
    least = cheapest(points)
    within_a_tenth, within_a_quarter = fastest_within(points, 0.1, COST), fastest_within(points, 0.25, COST)

    assert (least.memory_size, round(least.duration_ms / 1000, 2)) == (128, 11.07)
    assert (within_a_tenth.memory_size, round(within_a_tenth.duration_ms / 1000, 2)) == (512, 2.80)
    assert (within_a_quarter.memory_size, round(within_a_quarter.duration_ms / 1000, 2)) == (1024, 1.58)
    assert within_a_tenth.cost_usd / least.cost_usd == pytest.approx(1.012, abs=0.001)
    assert within_a_quarter.cost_usd / least.cost_usd == pytest.approx(1.14, abs=0.005)
