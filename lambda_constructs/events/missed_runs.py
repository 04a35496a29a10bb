"""An alarm on missed runs: it fires when nothing invokes the alias for the longest time between two runs.

For a schedule with gaps of different lengths it therefore finds a missed run only after the longest gap. A
retry counts as a run, and so does a manual invocation.
"""

from __future__ import annotations

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from ..core.alarm_set import LAMBDA
from ..core.cdk_objects import seconds
from ..core.context import Context
from ..core.guard import Guard
from ..function.settings import Settings
from ..rules import derive
from ..rules.alarm import ALARM_WINDOW_MAXIMUM
from ..rules.ranges_events import missed_run_threshold_range
from ..rules.schedule import missed_run_below_gap, missed_run_unwatched
from .schedule import ScheduleFacts


def check_missed_run(settings: Settings, facts: ScheduleFacts) -> int | None:
    """Check the threshold; returns the seconds after which the alarm fires, or None without an alarm."""
    guard, alarms = settings.guard, settings.alarms
    if not (facts.recurring and alarms.has("missed_run")):
        return None
    if alarms.missed_run_threshold is not None:
        return _given(guard, alarms.missed_run_threshold, facts.longest_gap)
    window = None
    if facts.longest_gap is not None:
        window = derive.missed_run(facts.longest_gap, settings.longest)
    guard.check(missed_run_unwatched, facts.expression, window)
    return window if window is not None and window <= ALARM_WINDOW_MAXIMUM else None


def watch_missed_run(context: Context, window: int | None) -> None:
    """Alarm when nothing invokes the alias within a window of seconds.

    The alarm has a warm-up period until the first run, at most two days.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
    """
    if window is None:
        return
    period, periods = derive.alarm_periods(window)
    alarm = context.alarms.add(
        "MissedRunAlarm",
        context.alarms.metric(LAMBDA, "Invocations", context.alias_dimensions, period=seconds(period)),
        1,
        "The job did not run: check its schedule and the failure queue",
        periods=periods,
        expected=True,
    )
    cast(cloudwatch.CfnAlarm, alarm.node.default_child).add_property_override(
        "WarmUpConfiguration", {"WarmUpPeriodDurationInMinutes": derive.alarm_warm_up(window)}
    )


def _given(guard: Guard, threshold: cdk.Duration, longest_gap: int | None) -> int:
    """Seconds of a threshold, which must be longer than the longest gap of the schedule."""
    window = guard.known_seconds("alarms.missed_run_threshold", threshold)
    guard.check(missed_run_threshold_range, window)
    if longest_gap is not None:
        guard.check(missed_run_below_gap, window, longest_gap)
    return window
