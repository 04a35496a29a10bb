"""An alarm on runs that did not happen, as far as alarms can look back.

It fires when the alias was not invoked at all for as long as the schedule lets the job rest at most. Of a
schedule with gaps of different lengths it therefore sees a missed run only after the longest; a retry, or an
invocation by hand, counts as a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from ..core.guard import Guard, Unknown
from ..core.stack_resources import seconds
from ..rules import derive
from ..rules.alarm import ALARM_WINDOW_MAXIMUM
from ..rules.missed_runs import missed_run_below_gap, missed_run_unwatched
from ..rules.ranges_events import missed_run_threshold_range

if TYPE_CHECKING:
    from ..core.alarms import Alarms, AlarmSet
    from .schedule import ScheduleFacts


def check_missed_run(guard: Guard, options: Alarms, facts: ScheduleFacts) -> int | None:
    """Check the threshold; returns the seconds without a run that are an alarm, or None without one."""
    # What is no `Alarms` at all is refused with the other options of the function.
    if not (facts.recurring and getattr(options, "missed_run", False)):
        return None
    if (threshold := options.missed_run_threshold) is not None:
        return _given(guard, threshold, facts.longest_gap)
    window = None
    if facts.longest_gap is not None:
        window = derive.missed_run(facts.longest_gap, facts.timeout)
    guard.check(missed_run_unwatched, facts.expression, window)
    return window if window is not None and window <= ALARM_WINDOW_MAXIMUM else None


def watch_missed_run(alarms: AlarmSet, alias: dict[str, str], window: int) -> None:
    """Watch that the alias with these dimensions is invoked within a window of seconds.

    Until the first run nothing is amiss, so the alarm warms up for as long, at most for two days.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
    """
    period, periods = derive.alarm_periods(window)
    alarm = alarms.add(
        "MissedRunAlarm",
        alarms.metric("AWS/Lambda", "Invocations", alias).with_(period=seconds(period)),
        1,
        "The job did not run: look at its schedule and at the failure queue",
        periods=periods,
        expected=True,
    )
    cast(cloudwatch.CfnAlarm, alarm.node.default_child).add_property_override(
        "WarmUpConfiguration", {"WarmUpPeriodDurationInMinutes": derive.alarm_warm_up(window)}
    )


def _given(guard: Guard, threshold: cdk.Duration, longest_gap: int | None) -> int:
    """Seconds of a threshold, which no schedule may rest for longer than."""
    window = guard.seconds("alarms.missed_run_threshold", threshold)
    if isinstance(window, Unknown):
        guard.refuse_type("alarms.missed_run_threshold", threshold, "a duration that is known at synthesis")
    guard.check(missed_run_threshold_range, window)
    if longest_gap is not None:
        guard.check(missed_run_below_gap, window, longest_gap)
    return window
