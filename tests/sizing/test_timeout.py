"""Timeouts from profiles: the margin, the bound of the trigger, and samples that do not tell enough."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing import defaults
from lambda_constructs.sizing.timeout import Timeout
from tests.sizing.support import PROPERTY, insights, profile, text_report


def save(folder: Path, value: object) -> Path:
    path = folder / "orders.profile"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        pytest.param({"p99_ms": 800.0, "maximum_ms": 900.0}, 3, id="three times the percentile, rounded up"),
        pytest.param({"p99_ms": 800.0, "maximum_ms": 7000.0}, 7, id="not below what was seen"),
        pytest.param({"p99_ms": 2.0, "maximum_ms": 3.0}, 1, id="at least a second"),
        pytest.param({"init_maximum_ms": 12_000.0}, 15, id="an initialization that Lambda repeats"),
    ],
)
def test_timeout_is_three_times_the_99th_percentile(changes: dict[str, Any], seconds: int) -> None:
    assert Timeout(profile=profile(**changes)).resolve().seconds == seconds


def test_margin_is_the_users() -> None:
    assert Timeout(profile=profile(p99_ms=800.0), margin=10).resolve().seconds == 8


@pytest.mark.parametrize(
    ("bound", "trigger"), [(29, "the API"), (180 // 6, "a sixth of the queue's visibility timeout")]
)
def test_trigger_bounds_the_timeout_and_warns(bound: int, trigger: str) -> None:
    found = (
        Timeout(profile=profile(p99_ms=15_000.0, maximum_ms=16_000.0))
        .within(bound, trigger=trigger)
        .resolve()
    )

    assert found.seconds == bound
    (finding,) = found.findings
    assert finding.code == "timeout-bounded"
    assert finding.message.startswith(
        f"the measured durations ask for a timeout of 45 seconds, {trigger} waits {bound}"
    )


def test_refuses_if_the_percentile_itself_does_not_fit() -> None:
    with pytest.raises(
        ConfigurationError, match=r"takes 29\.1 seconds or more, the API waits 29 seconds"
    ) as refused:
        Timeout(profile=profile(p99_ms=29_100.0)).within(29, trigger="the API").resolve()

    assert refused.value.code == "timeout-above-bound"


def test_the_trigger_that_waits_least_is_the_bound() -> None:
    timeout = Timeout(profile=profile(p99_ms=15_000.0)).within(30, trigger="the API")

    assert timeout.within(900, trigger="Lambda") == timeout
    assert timeout.within(29, trigger="the proxy").resolve().seconds == 29


@pytest.mark.parametrize("bound", [0, 901, 29.5])
def test_bound_is_one_that_lambda_has(bound: Any) -> None:
    with pytest.raises(ConfigurationError, match="bound is "):
        Timeout(profile=profile()).within(bound, trigger="the API")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"timeouts": 1}, "timeout-cut-off"), ({"init_maximum_ms": 10_001.0}, "timeout-long-init")],
)
def test_warns_of_what_the_profile_shows(changes: dict[str, Any], code: str) -> None:
    assert [each.code for each in Timeout(profile=profile(**changes)).resolve().findings] == [code]


def test_profile_from_reports_or_a_query(tmp_path: Path) -> None:
    log = "\n".join(text_report(number) for number in range(1, 301))

    assert Timeout.from_profile(save(tmp_path, log)).resolve().seconds == 1
    assert (
        Timeout.from_profile(save(tmp_path, insights(p99=4000, maxMs=5000)), margin=2).resolve().seconds == 8
    )


def test_refuses_a_percentile_that_the_sample_does_not_support(tmp_path: Path) -> None:
    log = "\n".join(text_report(number) for number in range(1, 299))

    with pytest.raises(
        ConfigurationError, match="298 invocations do not tell their 99th percentile"
    ) as refused:
        Timeout.from_profile(save(tmp_path, log))
    assert refused.value.code == "timeout-unsupported-percentile"


def test_299_samples_have_one_above_the_percentile_with_a_confidence_of_95_percent() -> None:
    least = defaults.PERCENTILE_SAMPLES_MINIMUM

    assert 1 - 0.99**least >= 0.95 > 1 - 0.99 ** (least - 1)


def test_refuses_a_percentile_that_timeouts_have_cut_off(tmp_path: Path) -> None:
    log = "\n".join([text_report(10)] * 297 + [text_report(3000, status="timeout")] * 3)

    with pytest.raises(ConfigurationError, match="3 of 300 invocations were ended") as refused:
        Timeout.from_profile(save(tmp_path, log))
    assert refused.value.code == "timeout-cut-off-percentile"


@pytest.mark.parametrize("margin", [0.9, 101, float("nan"), "3"])
def test_margin_is_at_least_one(tmp_path: Path, margin: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"margin is .*; pass a number from 1 to 100"):
        Timeout.from_profile(save(tmp_path, insights()), margin=margin)


def test_evidence_names_the_file_and_no_folder(tmp_path: Path) -> None:
    assert Timeout.from_profile(save(tmp_path, insights())).evidence() == {
        "profile": "orders.profile",
        "samples": 1250,
        "p99Ms": 240.9,
        "maximumMs": 1100.5,
        "margin": 3.0,
    }


@PROPERTY
@given(st.floats(0, 900_000), st.floats(0, 900_000), st.integers(1, 900))
def test_timeout_is_within_the_bound_and_holds_the_percentile(p99: float, above: float, bound: int) -> None:
    timeout = Timeout(profile=profile(p99_ms=p99, maximum_ms=p99 + above), bound=bound)
    if p99 > bound * 1000:
        with pytest.raises(ConfigurationError):
            timeout.resolve()
        return

    assert p99 / 1000 <= timeout.resolve().seconds <= bound
