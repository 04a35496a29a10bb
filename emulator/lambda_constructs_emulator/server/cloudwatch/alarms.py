"""Evaluates CloudWatch alarms as AWS does, on the emulator's clock.

ministack evaluates an alarm only after PutMetricData, and over every metric of that name, whatever
its dimensions; it lacks M out of N, missing data and metric math. Here a
thread evaluates every alarm several times per period: its own metric or expression, its statistic,
its N periods, and what it says about missing data. State changes land in the alarm's history and in
the journal, as `alarm` with name, old, new and why, and on the default event bus; actions go to SNS, and
composite alarms follow, through ministack.

Two things differ from AWS. Periods are multiplied by the time scale. And the windows of the data points
slide: the newest one ends now, not at the last full minute, so an alarm needs no wait for the minute to end,
and can find M breaching windows where AWS's fixed ones would hold one less.

A state that SetAlarmState sets lasts until the next evaluation, as on AWS: a fraction of a period.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
"""

import logging
import threading
import time
from collections.abc import Callable, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Final

from ..cloudformation.resource_types import boolean
from ..core import clock, hooks, journal
from . import alarm_events, alarm_points, alarm_rules
from .metric_math import Series

Alarm = MutableMapping[str, Any]

_cloudwatch = hooks.module("services.cloudwatch")
_responses = hooks.module("core.responses")
_alarms: Any = hooks.attribute(_cloudwatch, "_alarms")
_dispatch_actions: Callable[[Alarm, str, str, str], None] = hooks.attribute(
    _cloudwatch, "_dispatch_alarm_actions"
)
_evaluate_composites: Callable[[Alarm], None] = hooks.attribute(_cloudwatch, "_evaluate_parent_alarms")
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    _responses, "request_scope"
)

_EVALUATE_EVERY: Final = 10
"""Seconds on AWS, so six times in the shortest usual period."""
_SHORTEST_TICK = 0.05
_LONGEST_TICK = 1.0

_log = logging.getLogger(__name__)

lock = threading.RLock()
"""Held while an alarm is written in steps, and while its state is decided."""


def install() -> None:
    """Evaluate alarms here instead of in ministack.

    Raises:
        hooks.HookError: ministack's evaluation works differently now.
    """
    # Only the clock triggers evaluations: a new alarm is INSUFFICIENT_DATA when its creation returns.
    hooks.wrap(_cloudwatch, "_evaluate_alarm", _not_now)
    # It replaces the lists of data points while other threads append to the old ones, and loses those;
    # nothing here lives for the two weeks after which it would remove a point.
    hooks.wrap(_cloudwatch, "_evict_old_metrics", _keep)
    hooks.wrap(_cloudwatch, "_record_history", _record)
    threading.Thread(target=_evaluate_forever, name="alarms", daemon=True).start()


def _not_now(_original: Callable[[Alarm], None], _alarm: Alarm) -> None:
    return None


def _keep(_original: Callable[[], None]) -> None:
    return None


def _record(
    original: Callable[..., None],
    name: str,
    old: str,
    new: str,
    reason: str,
    /,
    *more: object,
    **named: object,
) -> None:
    """Keep the history as ministack does, note each change in the journal, and send its event."""
    original(name, old, new, reason, *more, **named)
    if old != new:
        journal.note("alarm", name=name, old=old, new=new, why=reason)
        alarm_events.send(name, old, new, reason)


def _evaluate_forever() -> None:
    tick = min(_LONGEST_TICK, max(_SHORTEST_TICK, clock.here(_EVALUATE_EVERY)))
    while True:
        time.sleep(tick)
        for (account, region, _name), alarm in _alarms.all_items():
            try:
                with _request_scope(account, region):
                    _evaluate(alarm)
            except Exception:  # noqa: BLE001 - one bad alarm must not end the others
                _log.exception("the alarm %s cannot be evaluated", alarm.get("AlarmName"))


def _evaluate(alarm: Alarm) -> None:
    with lock:
        if _alarms.get(alarm["AlarmName"]) is not alarm:
            return
        new, reason = _judge(alarm)
        old = alarm["StateValue"]
        if new == old:
            return
        now = int(time.time())
        alarm.update(StateValue=new, StateReason=reason)
        alarm.update(StateUpdatedTimestamp=now, StateTransitionedTimestamp=now)
        _cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    # Without the lock: an action may run for long, or ask for an alarm itself.
    _dispatch_actions(alarm, old, new, reason)
    _evaluate_composites(alarm)


def _judge(alarm: Alarm) -> tuple[str, str]:
    """The state that the alarm ought to be in, and why."""
    periods = int(alarm["EvaluationPeriods"])
    needed = int(alarm.get("DatapointsToAlarm") or periods)
    points = alarm_points.points(alarm, time.time(), periods + alarm_rules.EXTRA_PERIODS)
    if _warms_up(alarm, points[-periods:]):
        return "INSUFFICIENT_DATA", "The warm-up period of the alarm has not ended"
    breaks = alarm_rules.COMPARISONS[alarm["ComparisonOperator"]]
    threshold = float(alarm["Threshold"])
    state = alarm_rules.judge(
        [None if point is None else breaks(point, threshold) for point in points],
        needed=needed,
        periods=periods,
        missing=alarm.get("TreatMissingData") or "missing",
        state=alarm["StateValue"],
    )
    values = ", ".join("missing" if point is None else f"{point:g}" for point in points)
    return state, (
        f"{alarm['ComparisonOperator']} {threshold:g} in {needed} out of {periods} data points: "
        f"the last {len(points)}, the newest at the end, are {values}"
    )


def _warms_up(alarm: Alarm, window: Series) -> bool:
    """Whether the alarm is not evaluated yet, because it is new and has a warm-up period.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
    """
    settings = alarm.get("WarmUpConfiguration")
    if not settings or alarm.get("WarmUpEnded"):
        return False
    length = clock.here(60 * int(settings["WarmUpPeriodDurationInMinutes"]))
    waits = boolean(settings.get("OnlyStartEvaluatingAfterWarmUpPeriodEnds", False))
    is_filled = not waits and all(point is not None for point in window)
    is_over = time.time() >= alarm["AlarmConfigurationUpdatedTimestamp"] + length
    alarm["WarmUpEnded"] = is_filled or is_over
    return not alarm["WarmUpEnded"]
