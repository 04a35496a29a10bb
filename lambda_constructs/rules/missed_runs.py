"""Rules for the alarm on missed runs of a scheduled job."""

from __future__ import annotations

from .alarm import ALARM_WINDOW_MAXIMUM
from .rule import Words, rule
from .urls import ALARM_API_URL


@rule(
    "missed-run-unwatched",
    severity="warning",
    why="The job can stop running without an alarm.",
    source=ALARM_API_URL,
)
def missed_run_unwatched(_: Words, schedule: str, window: int | None) -> str | None:
    """An alarm can look back far enough to notice a missed run."""
    if window is None:
        return (
            f"the time between two runs of {schedule} is unknown, so no alarm watches for a missed run; set "
            "alarms.missed_run_threshold, or pass Alarms(missed_run=False)"
        )
    if window > ALARM_WINDOW_MAXIMUM:
        return (
            f"a missed run of {schedule} shows after {window} seconds, but an alarm looks back at most "
            f"{ALARM_WINDOW_MAXIMUM}, so no alarm watches for it; monitor the results of the job, and pass "
            "Alarms(missed_run=False)"
        )
    return None


@rule(
    "missed-run-below-gap",
    why="The alarm would fire between any two runs.",
    source=ALARM_API_URL,
    names={"threshold": ("alarms.missed_run_threshold", "Threshold")},
)
def missed_run_below_gap(_: Words, threshold: int, longest_gap: int) -> str | None:
    """At least the longest time between two runs of the schedule."""
    if threshold >= longest_gap:
        return None
    return (
        f"alarms.missed_run_threshold is {threshold} seconds, but the schedule leaves up to {longest_gap} "
        "between two runs; raise it or leave it out"
    )
