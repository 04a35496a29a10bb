"""Rules for jobs that run by the clock."""

from __future__ import annotations

import re

from . import defaults, limits
from .ranges import timeout_range
from .rule import Words, rule
from .urls import LAMBDA_QUOTAS_URL, RESERVED_URL


@rule("schedule-expression", why="EventBridge Scheduler refuses the schedule.", source=limits.SCHEDULE_URL)
def schedule_expression(_: Words, schedule: str) -> str | None:
    """A rate, a point in time, or a cron expression that leaves one of its two fields of days open."""
    if re.fullmatch(limits.SCHEDULE_PATTERN, schedule) is None:
        return (
            f"schedule is {schedule!r}, EventBridge Scheduler knows rate(...), cron(...) and at(...); make "
            "it with ScheduleExpression.rate, .cron or .at"
        )
    fields = schedule.removeprefix("cron(").split()
    if len(fields) > 4 and fields[2] == fields[4] == "*":
        return f"schedule is {schedule!r}, with every day of the month and of the week; make one of them ?"
    return None


@rule(
    "flexible-window-range",
    why="EventBridge Scheduler refuses the schedule.",
    source="https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html",
)
def flexible_window_range(_: Words, flexible_window: int) -> str | None:
    """Whole minutes, 1 to 1,440."""
    low, high = limits.FLEXIBLE_WINDOW_MINIMUM, limits.FLEXIBLE_WINDOW_MAXIMUM
    if flexible_window % 60 == 0 and low <= flexible_window // 60 <= high:
        return None
    return (
        f"flexible_window is {flexible_window} seconds, EventBridge Scheduler allows {low} to {high} whole "
        "minutes; choose one of these"
    )


@rule(
    "delivery-retries-range",
    why="EventBridge Scheduler refuses the schedule.",
    source=limits.DELIVERY_URL,
)
def delivery_retries_range(_: Words, delivery_retry_attempts: int) -> str | None:
    """0 to 185."""
    maximum = delivery_retries_range.high
    if 0 <= delivery_retry_attempts <= maximum:
        return None
    return (
        f"delivery_retry_attempts is {delivery_retry_attempts}, EventBridge Scheduler allows 0 to {maximum}; "
        "choose one of these"
    )


@rule(
    "delivery-age-range",
    why="EventBridge Scheduler refuses the schedule.",
    source=limits.DELIVERY_URL,
)
def delivery_age_range(_: Words, max_delivery_age: int) -> str | None:
    """One minute to 24 hours."""
    low, high = delivery_age_range.low, delivery_age_range.high
    if low <= max_delivery_age <= high:
        return None
    return (
        f"max_delivery_age is {max_delivery_age} seconds, EventBridge Scheduler allows {low} to {high}; "
        "choose one in that range"
    )


@rule(
    "no-overlap-reserved",
    why="Runs are kept apart by a reservation of one; another reservation lets them overlap.",
    source=RESERVED_URL,
)
def no_overlap_reserved(_: Words, *, reserved: bool) -> str | None:
    """A job without overlap has no other reservation."""
    if not reserved:
        return None
    return "no_overlap reserves one invocation at once itself; leave reserved_concurrency out"


@rule(
    "runs-overlap",
    severity="warning",
    why="A run that takes its time still goes on when the next one starts: both work on the same data.",
    source=RESERVED_URL,
)
def runs_overlap(_: Words, timeout: int, shortest_gap: int) -> str | None:
    """A run ends before the next one starts, or waits for it."""
    if timeout <= shortest_gap:
        return None
    return (
        f"timeout is {timeout} seconds, the next run can start {shortest_gap} after the one before: they can "
        "overlap; reserve one invocation at once (no_overlap=True), shorten timeout, or acknowledge this"
    )


@rule(
    "job-timeout",
    severity="warning",
    why="Work that grows with its data outgrows the 15 minutes in which Lambda ends every run: it is then "
    "cut off in the middle, and again on each retry.",
    source=LAMBDA_QUOTAS_URL,
)
def job_timeout(_: Words, timeout: int) -> str | None:
    """Well below the longest timeout of a function."""
    if timeout <= defaults.JOB_TIMEOUT_MAXIMUM:
        return None
    return (
        f"timeout is {timeout} seconds, near the {timeout_range.high} that Lambda ends every run at; "
        "split the work into steps with Step Functions, or acknowledge this"
    )


@rule(
    "missed-run-unwatched",
    severity="warning",
    why="A job that silently does not run any more is noticed by nobody.",
    source=limits.ALARM_NAME_URL,
)
def missed_run_unwatched(_: Words, schedule: str, window: int | None) -> str | None:
    """An alarm can look back far enough to miss a run."""
    maximum = limits.ALARM_WINDOW_MAXIMUM
    if window is None:
        return (
            f"how often {schedule} starts is not known here, so no alarm watches for a missed run; set "
            "alarms.missed_run_threshold, or Alarms(missed_run=False)"
        )
    if window > maximum:
        return (
            f"a missed run of {schedule} shows after {window} seconds, an alarm looks back {maximum}, so "
            "none watches for it; watch what the job produces, and set Alarms(missed_run=False)"
        )
    return None


@rule("missed-run-threshold-range", why="CloudWatch refuses the alarm.", source=limits.ALARM_NAME_URL)
def missed_run_threshold_range(_: Words, threshold: int) -> str | None:
    """Up to seven days."""
    maximum = limits.ALARM_WINDOW_MAXIMUM
    if 0 < threshold <= maximum:
        return None
    return (
        f"alarms.missed_run_threshold is {threshold} seconds, an alarm looks back {maximum} at most; choose "
        "less, or Alarms(missed_run=False)"
    )


@rule(
    "missed-run-below-gap",
    why="The alarm would fire between any two runs.",
    source=limits.ALARM_NAME_URL,
)
def missed_run_below_gap(_: Words, threshold: int, longest_gap: int) -> str | None:
    """No shorter than the schedule itself lets the job rest."""
    if threshold >= longest_gap:
        return None
    return (
        f"alarms.missed_run_threshold is {threshold} seconds, the job itself rests for up to {longest_gap}; "
        "raise it or leave it out"
    )
