"""Rules for scheduled jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from ..template.template import Resource, Template
from ..template.trigger_kinds import RULE, SCHEDULE
from ..template.triggers import triggers
from ..template.values import Unknown
from . import defaults
from .alarm import ALARM_WINDOW_MAXIMUM
from .cron import SCHEDULE_PATTERN, refusal
from .function import TIMEOUT_DEFAULT
from .ranges import timeout_range
from .recurrence import gaps
from .rule import Find, Place, Words, at, rule, texts, warning
from .urls import ALARM_API_URL, LAMBDA_QUOTAS_URL, RESERVED_URL

_EXPRESSION_URL: Final = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
_WINDOW_URL: Final = "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html"

SCHEDULE_MAXIMUM: Final = 256  # characters: botocore, scheduler ScheduleExpression
FLEXIBLE_WINDOW_MINIMUM: Final = 1  # minutes: botocore, scheduler MaximumWindowInMinutes
FLEXIBLE_WINDOW_MAXIMUM: Final = 1_440  # minutes
# Scheduler replaces this in a schedule's input with the time that the run is scheduled for:
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
SCHEDULED_TIME: Final = "<aws.scheduler.scheduled-time>"
_EXPRESSION: Final = "ScheduleExpression"
_OF_RULES: Final = (
    r"rate\(0*(1 (minute|hour|day)|(?!1 )[1-9][0-9]* (minutes|hours|days))\)|cron\(\S+( \S+){5}\)"
)
# The default of the parameter for which AWS Amplify always passes a schedule.
_PASSED: Final = "NONE"
_WINDOW: Final = ("FlexibleTimeWindow", "MaximumWindowInMinutes")


def _expressions(kind: str) -> Find:
    """The known expressions of the triggers of a kind."""

    def find(template: Template) -> Iterator[Place]:
        for trigger in triggers(template):
            expression = trigger.resource.get(_EXPRESSION)
            if trigger.name == kind and isinstance(expression, str) and expression != _PASSED:
                yield at(trigger.resource, _EXPRESSION, expression)

    return find


@rule(
    why="EventBridge Scheduler refuses the schedule.",
    source=_EXPRESSION_URL,
    names={"schedule": ("schedule", _EXPRESSION)},
)
def schedule_expression(words: Words, schedule: str) -> str | None:
    """A rate, a one-time date, or a cron expression with `?` for the day of the month or of the week."""
    fix = words(
        "create it with ScheduleExpression.rate, .cron or .at", "write one of these, such as rate(1 hour)"
    )
    accepted = f"but EventBridge Scheduler accepts only rate(...), cron(...) and at(...); {fix}"
    return refusal(words.schedule, schedule, SCHEDULE_PATTERN, accepted)


schedule_expression.in_template(_expressions(SCHEDULE))


@rule(
    why="EventBridge refuses the rule.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",
)
def rule_schedule(_: Words, schedule: str) -> str | None:
    """A rate whose unit is plural above 1, or a cron expression with a year."""
    otherwise = "which is not rate(...) or cron(...) with six fields; correct it"
    return refusal(_EXPRESSION, schedule, _OF_RULES, otherwise)


rule_schedule.in_template(_expressions(RULE))


@rule(
    "time-zone",
    why="The service refuses the schedule.",
    source=_EXPRESSION_URL,
    names={"zone": ("the time zone", "the time zone")},
)
def time_zone_known(words: Words, zone: str) -> str | None:
    """A time zone of the IANA database; nothing is checked where Python does not have the database."""
    known = _time_zones()
    if zone in known or not known:
        return None
    return f"{words.zone} is {zone!r}, which the IANA database does not have; choose one like Europe/Paris"


time_zone_known.in_template(texts("AWS::Scheduler::Schedule", "ScheduleExpressionTimezone"))


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"Factory", "localtime"}


@rule(why="EventBridge Scheduler refuses the schedule.", source=_WINDOW_URL)
def flexible_window_range(words: Words, flexible_window: float) -> str | None:
    """Whole minutes, 1 to 1,440; the window in seconds."""
    low, high = FLEXIBLE_WINDOW_MINIMUM, FLEXIBLE_WINDOW_MAXIMUM
    if flexible_window % 60 == 0 and low <= flexible_window // 60 <= high:
        return None
    found = words(
        f"flexible_window is {flexible_window} seconds", f"MaximumWindowInMinutes is {flexible_window / 60:g}"
    )
    return (
        f"{found}, EventBridge Scheduler allows {low} to {high} whole minutes; choose a window in that range"
    )


@flexible_window_range.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        minutes = trigger.resource.number(*_WINDOW)
        if minutes is not None:
            seconds = minutes if isinstance(minutes, Unknown) else 60 * minutes
            yield at(trigger.resource, "/".join(_WINDOW), seconds)


@rule(
    why="A reservation of 1 keeps the runs apart. With another reservation they can overlap.",
    source=RESERVED_URL,
)
def no_overlap_reserved(_: Words, *, reserved: bool) -> str | None:
    """A job without overlap has no other reservation."""
    if not reserved:
        return None
    return "no_overlap sets the reserved concurrency to 1; leave reserved_concurrency out"


@warning(
    why="A long run is still in progress when the next one starts, and both work on the same data.",
    source=RESERVED_URL,
    names={"timeout": ("timeout", "Timeout")},
)
def runs_overlap(words: Words, timeout: int, shortest_gap: int) -> str | None:
    """The timeout is at most the time until the next run, or the runs wait for each other."""
    if timeout <= shortest_gap:
        return None
    fix = words("pass no_overlap=True", "set ReservedConcurrentExecutions to 1")
    return (
        f"{words.timeout} is {timeout} seconds, but the next run can start after {max(0, shortest_gap)} "
        f"seconds, so runs can overlap; {fix}, lower {words.timeout}, or acknowledge this"
    )


@runs_overlap.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        function, gap = trigger.target.function, _shortest_gap(trigger.resource)
        if gap is not None and function.number("ReservedConcurrentExecutions") != 1:
            timeout = function.integer("Timeout", default=TIMEOUT_DEFAULT)
            yield at(trigger.resource, _EXPRESSION, timeout, gap, about=[function])


@warning(
    why="The work of a job grows with its data. When it needs more than 15 minutes, Lambda stops every run "
    "before its end, and every retry too.",
    source=LAMBDA_QUOTAS_URL,
)
def job_timeout(_: Words, timeout: int) -> str | None:
    """Well below the longest timeout of a function."""
    if timeout <= defaults.JOB_TIMEOUT_MAXIMUM:
        return None
    return (
        f"timeout is {timeout} seconds, close to the {timeout_range.high} that Lambda allows; split the work "
        "into steps with Step Functions, or acknowledge this"
    )


def _shortest_gap(resource: Resource) -> int | None:
    """Seconds between two starts, one late and the next early in its flexible window; None if not known."""
    expression = resource.get(_EXPRESSION)
    if not isinstance(expression, str) or len(expression) > SCHEDULE_MAXIMUM:
        return None
    if not re.fullmatch(SCHEDULE_PATTERN, expression):
        return None
    between, window = gaps(expression), resource.integer(*_WINDOW, default=0)
    if between is None or isinstance(window, Unknown):
        return None
    return between.shortest - 60 * window


@warning(why="The job can stop running without an alarm.", source=ALARM_API_URL)
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
