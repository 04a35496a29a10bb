"""Scheduled jobs that do not synthesize, and what is warned of."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import Alarms, ConfigurationError, ScheduledJob
from tests.support import assert_refused, basics, new_stack, resources, warnings

HOURLY = scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))
MONTHLY = scheduler.ScheduleExpression.cron(minute="0", hour="3", day="1")


def job(scope: Construct, **options: Any) -> ScheduledJob:
    return ScheduledJob(scope, "Orders", **{"schedule": HOURLY, **basics(), **options})


def threshold(duration: cdk.Duration) -> Alarms:
    return Alarms(missed_run_threshold=duration)


LITERALS: list[tuple[str, dict[str, Any], str]] = [
    ("option-type", {"schedule": "rate(1 hour)"}, "ScheduleExpression"),
    (
        "schedule-expression",
        {"schedule": scheduler.ScheduleExpression.expression("every day")},
        "'every day'",
    ),
    (
        "schedule-expression",
        {"schedule": scheduler.ScheduleExpression.expression("cron(0 3 * * * *)")},
        "replace one of them with ?",
    ),
    ("option-type", {"input": ["daily"]}, "input"),
    ("option-type", {"input": {"at": [object()]}}, "JSON values"),
    ("option-type", {"input": {"share": float("nan")}}, "JSON values"),
    ("option-type", {"input": {1: "one"}}, "a key of input is 1 (int)"),
    ("option-type", {"group": "reports"}, "group"),
    ("trigger-name", {"schedule_name": "a/b"}, "schedule_name is 'a/b'"),
    ("flexible-window-range", {"flexible_window": cdk.Duration.seconds(90)}, "90 seconds"),
    ("flexible-window-range", {"flexible_window": cdk.Duration.hours(25)}, "90000 seconds"),
    ("delivery-retries-range", {"delivery_retry_attempts": 186}, "delivery_retry_attempts is 186"),
    ("delivery-age-range", {"max_delivery_age": cdk.Duration.seconds(59)}, "59 seconds"),
    ("delivery-age-range", {"max_delivery_age": cdk.Duration.days(2)}, "172800 seconds"),
    ("retry-attempts-range", {"retry_attempts": 3}, "retry_attempts is 3"),
    ("event-age-range", {"max_event_age": cdk.Duration.hours(7)}, "25200 seconds"),
    (
        "no-overlap-reserved",
        {"no_overlap": True, "reserved_concurrency": 2},
        "leave reserved_concurrency out",
    ),
    ("missed-run-threshold-range", {"alarms": threshold(cdk.Duration.days(8))}, "691200 seconds"),
    ("missed-run-below-gap", {"alarms": threshold(cdk.Duration.minutes(59))}, "leaves up to 3600"),
    ("option-type", {"alarms": Alarms(missed_run_threshold=3600)}, "missed_run_threshold"),  # type: ignore[arg-type]
    ("option-type", {"alarms": "all"}, "alarms"),
    ("option-type", {"rollout": 0}, "rollout"),
    ("option-type", {"on_failure": "arn:aws:sqs:eu-west-1:123456789012:failed"}, "on_failure"),
]


@pytest.mark.parametrize(("rule", "options", "fragment"), LITERALS)
def test_refuses(rule: str, options: dict[str, Any], fragment: str) -> None:
    assert_refused(job, rule, fragment, **options)


@pytest.mark.parametrize(
    ("rule", "option"), [("destination-kind", "on_success"), ("destination-fifo", "on_failure")]
)
def test_refuses_destinations_that_lambda_does_not_deliver_to(rule: str, option: str) -> None:
    stack = new_stack()
    targets = {"on_success": s3.Bucket(stack, "Done"), "on_failure": sqs.Queue(stack, "Q", fifo=True)}

    with pytest.raises(ConfigurationError) as refusal:
        job(stack, **{option: targets[option]})

    assert refusal.value.code == rule
    assert stack.node.try_find_child("Orders") is None


def test_refuses_durations_that_must_be_known_at_synthesis() -> None:
    stack = new_stack()
    number: Any = cdk.CfnParameter(stack, "Number", type="Number").value_as_number

    for options in (
        {"flexible_window": cdk.Duration.minutes(number)},
        {"alarms": threshold(cdk.Duration.seconds(number))},
    ):
        with pytest.raises(ConfigurationError, match="known at synthesis"):
            job(stack, **options)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"schedule": MONTHLY}, "missed-run-unwatched"),
        ({"schedule": scheduler.ScheduleExpression.rate(cdk.Duration.days(7))}, "missed-run-unwatched"),
        ({"timeout": cdk.Duration.seconds(721)}, "job-timeout"),
        (
            {
                "schedule": scheduler.ScheduleExpression.rate(cdk.Duration.minutes(1)),
                "timeout": cdk.Duration.seconds(61),
            },
            "runs-overlap",
        ),
        (
            {
                "schedule": scheduler.ScheduleExpression.rate(cdk.Duration.minutes(10)),
                "flexible_window": cdk.Duration.minutes(9),
                "timeout": cdk.Duration.seconds(61),
            },
            "runs-overlap",
        ),
        ({"max_event_age": cdk.Duration.seconds(100)}, "event-age-below-retries"),
    ],
)
def test_warns_of(options: dict[str, Any], expected: str) -> None:
    stack = new_stack()

    job(stack, **options)

    assert warnings(stack) == [f"lambda-constructs:{expected}"]


def test_runs_that_wait_for_each_other_do_not_overlap() -> None:
    stack = new_stack()
    every_minute = scheduler.ScheduleExpression.rate(cdk.Duration.minutes(1))

    job(stack, schedule=every_minute, timeout=cdk.Duration.seconds(61), no_overlap=True)

    assert warnings(stack) == []


def test_tokens_are_warnings_and_no_errors() -> None:
    stack = new_stack()
    number: Any = cdk.CfnParameter(stack, "Number", type="Number").value_as_number
    text = cdk.CfnParameter(stack, "Text").value_as_string

    job(
        stack,
        schedule=scheduler.ScheduleExpression.expression(text),
        timeout=cdk.Duration.seconds(number),
        retry_attempts=number,
        max_event_age=cdk.Duration.seconds(number),
        delivery_retry_attempts=number,
        max_delivery_age=cdk.Duration.seconds(number),
    )

    assert warnings(stack) == [
        "lambda-constructs:delivery-age-range",
        "lambda-constructs:delivery-retries-range",
        "lambda-constructs:event-age-below-retries",
        "lambda-constructs:event-age-range",
        "lambda-constructs:job-timeout",
        "lambda-constructs:missed-run-unwatched",
        "lambda-constructs:retry-attempts-range",
        "lambda-constructs:schedule-expression",
        "lambda-constructs:timeout-range",
        "lambda-constructs:version-unpublished",
    ]
    assert resources(stack, "AWS::Scheduler::Schedule")
