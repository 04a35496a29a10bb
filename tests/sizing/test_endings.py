"""How failed invocations change what a profile recommends: never to less."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.floor import required_memory
from lambda_constructs.sizing.invocation_report import Ending, Report
from lambda_constructs.sizing.profile import Profile, profile_of
from lambda_constructs.sizing.timeout import Timeout
from tests.sizing.support import request_id

SUCCESSES = 300
FAILED: tuple[Ending, ...] = ("failed", "out of memory")


def reports(durations: Iterable[float], ending: Ending, peak: int = 100) -> list[Report]:
    return [
        Report(
            request_id=request_id(),
            duration_ms=ms,
            billed_ms=ms,
            memory_size=512,
            peak_memory=peak,
            init_ms=None,
            restore_ms=None,
            ending=ending,
        )
        for ms in durations
    ]


def recommended(profile: Profile) -> tuple[int, int]:
    """The least memory and the timeout."""
    return required_memory(profile, 0.2), Timeout.of(profile).resolve().seconds


SUCCEEDED = reports((50.0 + number for number in range(SUCCESSES)), "success")
ALONE = recommended(profile_of(SUCCEEDED, name="log"))


@given(
    st.sampled_from(FAILED),
    st.lists(st.floats(0, 900_000), min_size=1, max_size=SUCCESSES),
    st.integers(1, 512),
)
def test_adding_failed_invocations_never_lowers_a_floor_or_a_timeout(
    ending: Ending, durations: list[float], peak: int
) -> None:
    found = profile_of([*SUCCEEDED, *reports(durations, ending, peak)], name="log")
    memory, timeout = recommended(found)

    assert memory >= ALONE[0]
    assert timeout == ALONE[1]
    if ending == "out of memory":
        assert memory > 512


def test_every_share_of_failures_leaves_the_durations_or_is_refused() -> None:
    for percent in range(0, 100, 5):
        failures = reports([1.5] * (SUCCESSES * percent // (100 - percent)), "failed")
        if percent > 50:
            with pytest.raises(ConfigurationError, match="failed or ran out of memory"):
                profile_of([*SUCCEEDED, *failures], name="log")
            continue
        found = profile_of([*SUCCEEDED, *failures], name="log")
        assert recommended(found) == ALONE
        assert (found.p50_ms, found.maximum_ms) == (199, 349)
        assert [advice.code for advice in found.reliability()] == ["profile-failures"][: bool(percent)]


def test_every_share_of_slow_events_is_in_the_timeout_and_named_if_it_hides_a_second_kind() -> None:
    for percent in range(0, 101, 5):
        slow = SUCCESSES * percent // 100
        durations = [100.0] * (SUCCESSES - slow) + [5_500.0] * slow
        found = profile_of(reports(durations, "success"), name="log")
        _, timeout = recommended(found)

        assert timeout == (17 if percent else 1)
        bimodal = "profile-bimodal" in [advice.code for advice in found.reliability()]
        assert bimodal == (5 <= percent <= 50), percent
