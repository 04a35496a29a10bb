"""Schedules and rules: what they cannot deliver, and runs that overlap."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, function, parameter, ref, resource, template
from tests.for_each import for_each

OVERLAP = "runs-overlap"


def rule(expression: Any = "rate(1 hour)", **target: Any) -> Json:
    targets = [{"Id": "One", "Arn": arn("Function"), **target}]
    return resource("AWS::Events::Rule", ScheduleExpression=expression, Targets=targets)


def schedule(expression: Any = "rate(1 hour)", *, minutes: Any = None, **target: Any) -> Json:
    window = {"Mode": "OFF"} if minutes is None else {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}
    return resource(
        "AWS::Scheduler::Schedule",
        ScheduleExpression=expression,
        FlexibleTimeWindow=window,
        Target={"Arn": arn("Function"), **target},
    )


def shop(trigger: Json, **properties: Any) -> Json:
    return template(Function=function(**properties), Trigger=trigger)


def test_rules_for_other_targets_are_not_looked_at() -> None:
    source = template(
        Function=function(), Rule=resource("AWS::Events::Rule", Targets=[{"Arn": arn("Queue")}])
    )

    assert found(source, OVERLAP) == []


@for_each("made", [rule, schedule])
@for_each("expression", ["rate(5 minutes)", "cron(0/5 * * * ? *)"])
def test_a_run_ends_before_the_next_one(made: Any, expression: str) -> None:
    assert found(shop(made(expression), Timeout=300), OVERLAP) == []
    assert found(shop(made(expression), Timeout=301), OVERLAP) == [(OVERLAP, "warning", "Trigger")]
    assert found(shop(made(expression), Timeout=301, ReservedConcurrentExecutions=1), OVERLAP) == []


def test_a_flexible_window_brings_runs_nearer_together() -> None:
    assert found(shop(schedule("rate(10 minutes)", minutes=5), Timeout=300), OVERLAP) == []
    assert found(shop(schedule("rate(10 minutes)", minutes=6), Timeout=300), OVERLAP) == [
        (OVERLAP, "warning", "Trigger")
    ]


@for_each(
    "expression", ["at(2030-01-01T00:00:00)", "cron(0 9 1 * ? *)", "cron(0 9)", "often", None, ref("When")]
)
def test_gaps_that_are_not_known_are_not_judged(expression: Any) -> None:
    sections = {"Parameters": {"When": parameter("String")}}

    for made in (rule(expression), schedule(expression)):
        assert found({**shop(made, Timeout=900), **sections}, OVERLAP) == []


def test_a_timeout_that_is_only_known_at_deployment_is_undecided() -> None:
    source = {**shop(rule(), Timeout=ref("Seconds")), "Parameters": {"Seconds": parameter()}}

    assert found(source, OVERLAP) == [(OVERLAP, "undecided", "Trigger")]


def test_a_schedule_that_scheduler_does_not_understand() -> None:
    code = "schedule-expression"

    assert found(shop(schedule("every hour")), code) == [(code, "error", "Trigger")]
    assert found(shop(schedule("cron(0 9 * * ? *)")), code) == []
    assert found(shop(schedule("cron(0 9 * * * *)")), code) == [(code, "error", "Trigger")]
    assert found(shop(rule("every hour")), code) == []
    amplify = {"Parameters": {"CloudWatchRule": parameter("String", Default="NONE")}}
    assert found({**amplify, **shop(rule(ref("CloudWatchRule")))}, "rule-schedule") == []


def test_a_flexible_window_is_in_schedulers_range() -> None:
    code = "flexible-window-range"

    for minutes in (0, 1.5, 1_441):
        (finding,) = findings(shop(schedule(minutes=minutes)), code)
        assert (finding.severity, finding.resource) == ("error", "Trigger")
        assert f"MaximumWindowInMinutes is {minutes}," in finding.message
    for fine in (None, 1, 1_440):
        assert found(shop(schedule(minutes=fine)), code) == []


def test_a_flexible_window_that_is_only_known_at_deployment_is_undecided() -> None:
    code = "flexible-window-range"
    source = {**shop(schedule(minutes=ref("Minutes"))), "Parameters": {"Minutes": parameter()}}

    assert found(source, code, OVERLAP) == [(code, "undecided", "Trigger")]
