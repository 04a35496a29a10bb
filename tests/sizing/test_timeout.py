"""Timeouts from profiles: the margin, how long the trigger waits, and profiles with too few samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.rules.timeout import PERCENTILE_SAMPLES_MINIMUM
from lambda_constructs.sizing.timeout import Timeout
from tests.sizing.support import insights, profile, text_report


def save(folder: Path, value: object) -> Path:
    path = folder / "orders.profile"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def seconds(**changes: float) -> int:
    return Timeout(profile=profile(**changes)).resolve().seconds


def test_timeout_is_three_times_the_99th_percentile_rounded_up() -> None:
    assert seconds(p99_ms=800.0, maximum_ms=900.0) == 3


def test_timeout_is_at_least_the_longest_duration_and_a_second() -> None:
    assert seconds(p99_ms=800.0, maximum_ms=7000.0) == 7
    assert seconds(p99_ms=2.0, maximum_ms=3.0) == 1


def test_timeout_includes_an_initialization_that_lambda_repeats() -> None:
    assert seconds(init_maximum_ms=12_000.0) == 15


def test_margin_is_an_option() -> None:
    assert Timeout(profile=profile(p99_ms=800.0), margin=10).resolve().seconds == 8


def test_trigger_limits_the_timeout_with_a_warning() -> None:
    slow = Timeout(profile=profile(p99_ms=15_000.0, maximum_ms=16_000.0))
    found = slow.within(29, trigger="the API").resolve()

    assert found.seconds == 29
    (advice,) = found.advice
    assert advice.code == "timeout-bounded"
    assert advice.message.startswith(
        "the measured durations require a timeout of 45 seconds, but the API waits 29"
    )


def test_refuses_if_the_percentile_itself_does_not_fit() -> None:
    with pytest.raises(
        ConfigurationError, match=r"takes 29\.1 seconds or more, but the API waits 29 seconds"
    ) as refused:
        Timeout(profile=profile(p99_ms=29_100.0)).within(29, trigger="the API").resolve()

    assert refused.value.code == "timeout-above-bound"


def test_the_trigger_that_waits_least_is_the_bound() -> None:
    timeout = Timeout(profile=profile(p99_ms=15_000.0)).within(30, trigger="the API")

    assert timeout.within(900, trigger="Lambda") == timeout
    assert timeout.within(29, trigger="the proxy").resolve().seconds == 29


def test_bound_is_a_timeout_that_lambda_allows() -> None:
    bounds: list[Any] = [0, 901, 29.5]
    for bound in bounds:
        with pytest.raises(ConfigurationError, match=f"bound is {bound}"):
            Timeout(profile=profile()).within(bound, trigger="the API")


def test_warns_about_timeouts_and_long_initializations() -> None:
    found = Timeout(profile=profile(timeouts=1, init_maximum_ms=10_001.0)).resolve()

    assert [each.code for each in found.advice] == ["timeout-cut-off", "timeout-long-init"]


def test_profile_from_reports_or_a_query(tmp_path: Path) -> None:
    log = "\n".join(text_report(number) for number in range(1, 301))

    assert Timeout.from_profile(save(tmp_path, log)).resolve().seconds == 1
    assert (
        Timeout.from_profile(save(tmp_path, insights(p99=4000, maxMs=5000)), margin=2).resolve().seconds == 8
    )


def test_refuses_a_profile_with_too_few_samples(tmp_path: Path) -> None:
    log = "\n".join(text_report(number) for number in range(1, 299))

    with pytest.raises(
        ConfigurationError, match="298 invocations are too few to know their 99th percentile"
    ) as refused:
        Timeout.from_profile(save(tmp_path, log))
    assert refused.value.code == "timeout-unsupported-percentile"


def test_299_samples_have_one_above_the_percentile_with_a_confidence_of_95_percent() -> None:
    least = PERCENTILE_SAMPLES_MINIMUM

    assert 1 - 0.99**least >= 0.95 > 1 - 0.99 ** (least - 1)


def test_refuses_a_profile_in_which_too_many_invocations_timed_out(tmp_path: Path) -> None:
    log = "\n".join(
        [text_report(10) for _ in range(297)] + [text_report(3000, status="timeout") for _ in range(3)]
    )

    with pytest.raises(ConfigurationError, match="3 of 300 invocations timed out") as refused:
        Timeout.from_profile(save(tmp_path, log))
    assert refused.value.code == "timeout-cut-off-percentile"


def test_margin_is_a_number_from_1_to_100(tmp_path: Path) -> None:
    margins: list[Any] = [0.9, 101, float("nan"), "3"]
    for margin in margins:
        with pytest.raises(ConfigurationError, match=r"margin is .*; pass a number from 1 to 100"):
            Timeout.from_profile(save(tmp_path, insights()), margin=margin)


def test_evidence_contains_the_file_without_its_folder(tmp_path: Path) -> None:
    assert Timeout.from_profile(save(tmp_path, insights())).evidence() == {
        "profile": "orders.profile",
        "samples": 1250,
        "p99Ms": 240.9,
        "maximumMs": 1100.5,
        "margin": 3.0,
    }


@given(st.floats(0, 900_000), st.floats(0, 900_000), st.integers(1, 900))
def test_timeout_is_within_the_bound_and_holds_the_percentile(p99: float, above: float, bound: int) -> None:
    timeout = Timeout(profile=profile(p99_ms=p99, maximum_ms=p99 + above), bound=bound)
    if p99 > bound * 1000:
        with pytest.raises(ConfigurationError):
            timeout.resolve()
        return

    assert p99 / 1000 <= timeout.resolve().seconds <= bound
