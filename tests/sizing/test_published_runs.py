"""Published runs of Lambda Power Tuning, read from the addresses of their visualizations.

data/published-runs.json has the source and its license. Only addresses and results are in it.
"""

from __future__ import annotations

import json
from collections import Counter
from operator import attrgetter

import pytest

from lambda_constructs.sizing.measurement import Measurement
from lambda_constructs.sizing.power_tuning import parse_measurement
from lambda_constructs.sizing.recommendation import Policy, cheapest, fastest_within, recommend
from lambda_constructs.sizing.unit_price import unit_price
from tests.sizing.support import DATA

RUNS = json.loads((DATA / "published-runs.json").read_text())["runs"]
COST = attrgetter("cost_usd")


def published(address: str) -> Measurement:
    return parse_measurement(f"https://lambda-power-tuning.show/#{address}", name="published")


MEASUREMENTS = [published(run["address"]) for run in RUNS]
# The third sample of ImageProcessingFilter, with images that take longer.
LARGE_FILTER = next(each for each in MEASUREMENTS if each.points[0].duration_ms > 11_000)


def test_strategy_of_every_run_chooses_the_size_that_the_run_names() -> None:
    assert len(RUNS) == 69
    for run, measurement in zip(RUNS, MEASUREMENTS, strict=True):
        found = recommend(measurement, None, Policy(strategy="cost")).choice

        assert found.memory_size == run["power"], run
        assert found.duration_ms == pytest.approx(run["duration"], rel=1e-6)
        assert found.cost_usd == pytest.approx(run["cost"], rel=1e-6)


def test_unit_price_shows_that_x86_was_measured_and_no_row_is_wrong() -> None:
    found = Counter(unit_price(each.points) for each in MEASUREMENTS)

    assert {(each.architecture, each.contradictions): number for each, number in found.items()} == {
        ("x86_64", ()): 64,
        # Its invocations take a millisecond, which hides the unit price.
        (None, ()): sum(run["function"] == "RegressionTuningGetInput" for run in RUNS),
    }


def test_the_real_bill_buys_more_speed_than_the_cost_of_the_tool() -> None:
    # The tool leaves out the price of the request, which is the same at every size.
    changed = []
    for measurement in MEASUREMENTS:
        found, old = recommend(measurement, None, Policy()), fastest_within(measurement.points, 0.25, COST)
        if found.choice != old:
            changed.append(old.duration_ms / found.choice.duration_ms)
        assert found.extra_cost(found.choice) <= 0.25
        assert found.choice.duration_ms <= old.duration_ms

    assert sorted(round(times, 2) for times in changed) == [1.05, 1.07, 1.18]


def test_a_little_more_cost_buys_much_speed() -> None:
    points = LARGE_FILTER.points
    least = cheapest(points)
    within_a_tenth, within_a_quarter = fastest_within(points, 0.1, COST), fastest_within(points, 0.25, COST)

    assert (least.memory_size, round(least.duration_ms / 1000, 2)) == (128, 11.07)
    assert (within_a_tenth.memory_size, round(within_a_tenth.duration_ms / 1000, 2)) == (512, 2.80)
    assert (within_a_quarter.memory_size, round(within_a_quarter.duration_ms / 1000, 2)) == (1024, 1.58)
    assert within_a_tenth.cost_usd / least.cost_usd == pytest.approx(1.012, abs=0.001)
    assert within_a_quarter.cost_usd / least.cost_usd == pytest.approx(1.14, abs=0.005)
