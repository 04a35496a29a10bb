"""Memory sizes from measurements: the choice, its evidence, and its warnings."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.advice import Advice
from lambda_constructs.sizing.floor import memory_floor
from lambda_constructs.sizing.memory import MemorySize
from lambda_constructs.sizing.recommendation import Policy, Strategy, recommend
from tests.sizing.support import (
    EXAMPLE,
    EXAMPLES,
    X86,
    execution,
    insights,
    json_report,
    measurement,
    profile,
    rows,
    text_report,
)

LESSON = {128: 5000.0, 512: 1500.0, 1024: 1000.0}
WIDE = {128: 5000.0, 256: 2500.0, 512: 1300.0, 1024: 800.0, 1536: 790.0}


class Milliseconds:
    """A duration like CDK's, without starting the process that runs CDK."""

    def __init__(self, value: float, *, unresolved: bool = False) -> None:
        self._value, self._unresolved = value, unresolved

    def to_milliseconds(self) -> float:
        return self._value

    def is_unresolved(self) -> bool:
        return self._unresolved


def codes(advice: tuple[Advice, ...]) -> list[str]:
    return [each.code for each in advice]


def save(folder: Path, value: object, name: str = "orders.json") -> str:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def test_bills_of_production_are_compared_at_a_measured_size_only() -> None:
    for memory_size, times in ((512, 0.08), (2048, None)):
        found = recommend(measurement(LESSON), profile(memory_size=memory_size), Policy())
        assert found.production == times, memory_size


def test_lesson_by_every_strategy() -> None:
    sizes: dict[Strategy | None, int] = {None: 512, "cost": 128, "speed": 1024, "balanced": 512}

    for strategy, size in sizes.items():
        found = recommend(measurement(LESSON), None, Policy(strategy=strategy))

        assert found.choice.memory_size == size
        assert found.cheapest.memory_size == 128


def test_balanced_takes_the_weight_of_the_run() -> None:
    assert (
        recommend(
            measurement(LESSON, balanced_weight=1), None, Policy(strategy="balanced")
        ).choice.memory_size
        == 128
    )


def test_floor_leaves_the_headroom_free() -> None:
    assert [memory_floor(peak, 0.2) for peak in (64, 80, 110, 400, 410)] == [128, 128, 138, 500, 513]
    assert memory_floor(300, 0) == 300


def test_sizes_below_the_floor_are_not_chosen_and_do_not_count_as_the_cheapest() -> None:
    found = recommend(measurement(LESSON), profile(peak_memory=110), Policy())

    assert (found.floor, found.cheapest.memory_size, found.choice.memory_size) == (138, 512, 512)


def test_max_duration_excludes_slower_sizes() -> None:
    found = recommend(measurement(WIDE), None, Policy(max_duration_ms=800))

    assert found.choice.memory_size == 1024


def test_refuses_if_no_measured_size_holds_the_memory() -> None:
    with pytest.raises(
        ConfigurationError, match="requires 1025 MB, but the largest measured size is 1024 MB"
    ) as refused:
        recommend(measurement(LESSON), profile(peak_memory=820), Policy())

    assert (refused.value.code, refused.value.construct_path) == (
        "memory-unmeasured-floor",
        "measurements/orders.json",
    )


def test_refuses_if_no_measured_size_is_fast_enough() -> None:
    with pytest.raises(
        ConfigurationError, match=r"max_duration is 999 ms, but the fastest measured size .* takes 1000 ms"
    ) as refused:
        recommend(measurement(LESSON), None, Policy(max_duration_ms=999))

    assert refused.value.code == "memory-too-slow"


def test_refuses_impossible_policies() -> None:
    impossible: list[tuple[dict[str, Any], str]] = [
        ({"max_extra_cost": -0.1}, "sizing-argument"),
        ({"max_extra_cost": math.nan}, "sizing-argument"),
        ({"headroom": 1}, "sizing-argument"),
        ({"max_duration_ms": 0}, "sizing-argument"),
        ({"strategy": "value"}, "sizing-choice"),
        ({"strategy": "cost", "max_extra_cost": 0.1}, "strategy-with-extra-cost"),
    ]

    for policy, code in impossible:
        with pytest.raises(ConfigurationError) as refused:
            recommend(measurement(LESSON), None, Policy(**policy))

        assert refused.value.code == code, policy


def test_good_measurement_has_no_warnings() -> None:
    found = recommend(measurement(WIDE), profile(peak_memory=90), Policy())

    assert found.choice.memory_size == 512
    assert found.at_the_edge() + found.reliability("arm64") == ()


def test_warns_about_unreliable_measurements() -> None:
    unreliable: list[tuple[dict[str, Any], str]] = [
        ({"parallel": True}, "measurement-parallel"),
        ({"samples": 10}, "measurement-few-samples"),
        ({"samples": None}, "measurement-few-samples"),
        ({"unit": X86}, "measurement-architecture"),
        ({"cold": True}, "measurement-cold-starts"),
        ({"events": 0}, "measurement-empty-event"),
    ]

    for changes, code in unreliable:
        found = recommend(measurement(WIDE, **changes), profile(peak_memory=90), Policy())

        assert codes(found.reliability("arm64")) == [code]


def test_warns_if_the_peak_is_unknown() -> None:
    assert codes(recommend(measurement(WIDE), None, Policy()).reliability("arm64")) == ["memory-peak-unknown"]


def test_warns_about_a_table_that_contradicts_itself() -> None:
    table = measurement(WIDE)
    wrong = [*table.points[:-1], measurement({1536: 1200.0}).points[0]]
    mislabelled = tuple(
        point
        if point.memory_size != 1536
        else type(point)(memory_size=1536, duration_ms=790.0, cost_usd=point.cost_usd)
        for point in wrong
    )
    found = recommend(measurement(WIDE, points=mislabelled), profile(peak_memory=90), Policy())

    (advice,) = found.reliability("arm64")
    assert advice.code == "measurement-inconsistent"
    assert "1536 MB costs as much as 2333 MB would" in advice.message


@pytest.mark.parametrize(
    ("durations", "peak", "edges"),
    [
        pytest.param({256: 1000.0, 512: 900.0, 1024: 800.0}, 90, ["smallest"], id="smaller could be cheaper"),
        pytest.param({512: 1000.0, 1024: 400.0}, 90, ["largest"], id="larger could be faster"),
        pytest.param({128: 1000.0, 512: 900.0}, 90, [], id="there is no smaller one"),
        pytest.param({255: 1000.0, 512: 900.0}, 204, [], id="a smaller one would not hold the memory"),
        pytest.param({5120: 1000.0, 10_240: 400.0}, 90, [], id="there is no larger one"),
    ],
)
def test_warns_about_a_choice_at_the_edge_of_the_measured_sizes(
    durations: dict[int, float], peak: int, edges: list[str]
) -> None:
    found = recommend(measurement(durations), profile(peak_memory=peak), Policy()).at_the_edge()

    assert codes(found) == ["measurement-edge"] * len(edges)
    assert all(edge in advice.message for edge, advice in zip(edges, found, strict=True))


def test_measured_size_is_that_of_the_file(tmp_path: Path) -> None:
    path = save(tmp_path, execution(rows(WIDE), num=50))
    reports = save(tmp_path, text_report(1300, used=90), "orders.log")
    found = MemorySize.measured(path, profile=reports)

    assert found.value == 512
    assert found.advice_for("arm64") == ()
    assert codes(found.advice_for("x86_64")) == ["measurement-architecture"]


def test_measured_size_takes_every_argument(tmp_path: Path) -> None:
    path = save(tmp_path, execution(rows(WIDE), num=50))
    reports = save(tmp_path, insights(maxUsedMB=300), "profile.json")

    assert MemorySize.measured(path, strategy="speed").value == 1536
    assert MemorySize.measured(path, max_extra_cost=0).value == 256
    assert MemorySize.measured(path, profile=reports, headroom=0.5).value == 1024
    assert MemorySize.measured(path, max_duration=Milliseconds(800)).value == 1024


def test_max_duration_is_a_known_duration(tmp_path: Path) -> None:
    path = save(tmp_path, execution(rows(WIDE)))
    durations: list[Any] = [Milliseconds(1, unresolved=True), 800]
    for duration in durations:
        with pytest.raises(ConfigurationError, match="max_duration is nan"):
            MemorySize.measured(path, max_duration=duration)


def test_pinned_size_is_your_size() -> None:
    found = MemorySize.pinned(512)

    assert (found.value, found.advice_for("arm64"), found.evidence()) == (512, (), {})


def test_pinned_size_is_one_that_lambda_allows() -> None:
    impossible: list[Any] = [127, 10_241, 512.0, "512", True]
    for size in impossible:
        with pytest.raises(ConfigurationError, match=r"^MemorySize\.pinned: memory_size is .*128 to 10240"):
            MemorySize.pinned(size)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (512, []),
        (384, []),
        (1024, ["memory-off-optimum"]),
        (1536, ["memory-off-optimum"]),
        (3008, ["memory-outside-measurement"]),
        (128, ["memory-headroom"]),
    ],
)
def test_pinned_size_is_compared_with_the_measurement(tmp_path: Path, size: int, expected: list[str]) -> None:
    path = save(tmp_path, execution(rows(WIDE), num=50))
    reports = save(tmp_path, insights(maxUsedMB=110, meanMs=1300, p50=900), "profile.json")
    found = MemorySize.pinned(size, measurement=path, profile=reports)

    assert found.value == size
    assert codes(found.advice_for("arm64")) == expected


def test_pinned_size_is_compared_with_the_memory_that_is_used(tmp_path: Path) -> None:
    reports = save(tmp_path, text_report(100, used=110), "orders.log")

    assert codes(MemorySize.pinned(128, profile=reports).advice) == ["memory-headroom"]
    assert MemorySize.pinned(128, profile=reports, headroom=0.1).advice == ()
    assert MemorySize.pinned(138, profile=reports).advice == ()


def test_regret_is_the_extra_cost_compared_with_the_cheapest_suitable_size() -> None:
    found = recommend(measurement(LESSON), profile(peak_memory=110), Policy())

    assert found.regret(512) == 0
    assert found.regret(1024) == pytest.approx((13.3334 + 0.2) / (0.75 * 13.3334 + 0.2) - 1)
    assert found.regret(2048) is None


def test_evidence_is_only_what_the_files_contain() -> None:
    evidence = recommend(measurement(WIDE, samples=None), None, Policy()).evidence()

    assert evidence.keys().isdisjoint({"samplesPerSize", "profile", "peakMemory", "floor"})


def test_evidence_is_the_same_wherever_the_files_are(tmp_path: Path) -> None:
    evidence = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        path = save(folder, execution(rows(WIDE), num=50), "orders.tuning.json")
        reports = save(folder, insights(), "orders.profile.json")
        evidence.append(MemorySize.measured(path, profile=reports).evidence())

    assert evidence[0] == {
        "measurement": "orders.tuning.json",
        "measuredSizes": [128, 256, 512, 1024, 1536],
        "strategy": "fastest within 25% extra cost",
        "recommended": 512,
        "durationMs": 1300.0,
        "usdPerMillion": 8.867,
        "cheapest": 256,
        "samplesPerSize": 50,
        "profile": "orders.profile.json",
        "peakMemory": 118,
        "floor": 148,
    }
    assert json.dumps(evidence[0]) == json.dumps(evidence[1])


@pytest.mark.parametrize(
    ("example", "size"),
    [(EXAMPLE / "orders", 768), (EXAMPLES / "task_api" / "measurements" / "task_api", 768)],
)
def test_measurements_of_the_examples_say_that_they_are_illustrative_and_have_no_warnings(
    example: Path, size: int
) -> None:
    path, profile = example.with_suffix(".tuning.json"), example.with_suffix(".profile.json")
    found = MemorySize.measured(path, profile=profile)

    assert found.value == size
    assert found.advice_for("arm64") == ()
    assert "not measured on AWS" in path.read_text()
    assert "not measured on AWS" in profile.read_text()


SIZES = st.lists(st.integers(128, 10_240), min_size=1, max_size=8, unique=True)
PEAKS = st.integers(1, 10_240)
HEADROOMS = st.floats(0, 0.9)


@st.composite
def tables(draw: st.DrawFn) -> dict[int, float]:
    return {size: draw(st.floats(1, 900_000)) for size in sorted(draw(SIZES))}


@given(tables(), PEAKS, HEADROOMS, st.sampled_from([None, "cost", "speed", "balanced"]))
def test_recommendation_is_a_measured_size_and_never_below_the_floor(
    durations: dict[int, float], peak: int, headroom: float, strategy: Strategy | None
) -> None:
    policy = Policy(strategy=strategy, headroom=headroom)
    used = profile(peak_memory=peak)
    if memory_floor(peak, headroom) > max(durations):
        with pytest.raises(ConfigurationError):
            recommend(measurement(durations), used, policy)
        return
    found = recommend(measurement(durations), used, policy)

    assert found.choice.memory_size in durations
    assert found.choice.memory_size >= found.floor
    assert found.choice.memory_size * (1 - headroom) >= peak - 1e-3


@given(PEAKS, HEADROOMS, HEADROOMS)
def test_floor_grows_with_the_headroom(peak: int, one: float, other: float) -> None:
    assert memory_floor(peak, min(one, other)) <= memory_floor(peak, max(one, other))


@given(tables(), st.integers(1, 1000), HEADROOMS, HEADROOMS)
def test_more_headroom_never_chooses_a_cheaper_size(
    durations: dict[int, float], peak: int, one: float, other: float
) -> None:
    if memory_floor(peak, max(one, other)) > max(durations):
        return
    little, much = (
        recommend(
            measurement(durations), profile(peak_memory=peak), Policy(strategy="cost", headroom=headroom)
        )
        for headroom in sorted((one, other))
    )

    assert little.floor <= much.floor
    assert little.choice.cost_usd <= much.choice.cost_usd


def test_memory_that_was_used_up_is_at_least_what_is_needed(tmp_path: Path) -> None:
    path = save(tmp_path, execution(rows(WIDE), num=50))
    rare = save(tmp_path, [json_report(9) for _ in range(199)] + [json_report(9, used=512)], "rare.log")
    often = save(tmp_path, [json_report(9) for _ in range(98)] + [json_report(9, used=512)], "often.log")

    found = MemorySize.measured(path, profile=rare, headroom=0)
    assert found.value > 512
    assert codes(found.advice) == ["memory-exhausted"]
    with pytest.raises(ConfigurationError, match="1 of 99 invocations used all 512 MB") as refused:
        MemorySize.measured(path, profile=often)
    assert refused.value.code == "memory-cut-off"
    pinned = MemorySize.pinned(640, measurement=path, profile=often)
    assert {"memory-exhausted"} <= set(codes(pinned.advice))
    assert codes(MemorySize.pinned(512, profile=often).advice) == ["memory-exhausted", "memory-headroom"]


def test_failures_and_an_older_query_are_warnings_about_the_size(tmp_path: Path) -> None:
    failures = [json_report(9) for _ in range(90)] + [json_report(1, status="failure") for _ in range(10)]
    profiles = {
        "profile-failures": save(tmp_path, failures, "failures.log"),
        "profile-endings-unknown": save(tmp_path, insights(statuses=None), "older.json"),
    }
    for code, path in profiles.items():
        measured = MemorySize.measured(save(tmp_path, execution(rows(WIDE), num=50)), profile=path)
        assert code in codes(measured.advice_for("arm64"))
        assert code in codes(MemorySize.pinned(1024, profile=path).advice)


def test_a_profile_of_other_durations_than_the_measurement_is_a_warning(tmp_path: Path) -> None:
    tuning = save(tmp_path, execution(rows(WIDE), num=50))
    for mean, size, expected in ((1300, 512, []), (5500, 512, ["measurement-differs"]), (1, 3008, [])):
        reports = save(tmp_path, insights(meanMs=mean, memoryMB=size, minMemoryMB=size), "profile.json")
        found = MemorySize.measured(tuning, profile=reports).recommendation
        assert found is not None
        assert [
            each for each in codes(found.reliability("arm64")) if each == "measurement-differs"
        ] == expected


def test_a_measurement_of_cold_starts_is_for_a_function_that_mostly_starts_cold() -> None:
    # 1,300 ms of which the initialization takes 1,000.
    mostly = {"mean_ms": 300.0, "init_mean_ms": 1000.0, "init_maximum_ms": 1000.0, "billed_ms": 9000.0}
    for cold, starts, expected in (
        (True, 900, []),
        (True, 10, ["measurement-cold-starts"]),
        (False, 900, ["measurement-differs"]),
    ):
        found = recommend(measurement(WIDE, cold=cold), profile(cold_starts=starts, **mostly), Policy())

        assert codes(found.reliability("arm64")) == expected
    alone = recommend(measurement(WIDE, cold=True), None, Policy())
    assert codes(alone.reliability("arm64")) == ["measurement-cold-starts", "memory-peak-unknown"]


def test_warns_if_the_measurement_is_older_than_the_profile() -> None:
    for day, expected in (("2026-05-21", ["measurement-old"]), ("2026-05-22", []), (None, [])):
        found = recommend(measurement(WIDE, day=day), profile(days=("2026-11-01", "2026-11-21")), Policy())

        assert codes(found.reliability("arm64")) == expected


def test_warns_if_memory_does_not_explain_the_durations() -> None:
    for durations, expected in (
        ({128: 1000.0, 256: 1500.0, 512: 500.0}, ()),
        ({128: 1000.0, 256: 1501.0}, ((128, 1000.0, 256, 1501.0),)),
        ({128: 1000.0, 256: 333.0}, ((128, 1000.0, 256, 333.0),)),
        ({128: 1000.0, 256: 334.0}, ()),
    ):
        found = recommend(measurement(durations), None, Policy())

        assert found.measurement.implausible == expected
        assert ("measurement-implausible" in codes(found.reliability("arm64"))) == bool(expected)
