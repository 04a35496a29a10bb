"""Provisioned concurrency while people work."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_applicationautoscaling as autoscaling

from lambda_constructs import BusinessHours, ProvisionedConcurrency, ScheduledConcurrency
from tests.support import assert_refused, function, new_stack, only

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
PARIS = cdk.TimeZone.EUROPE_PARIS


def test_they_begin_and_end_and_outside_of_them_the_usual_bounds_hold() -> None:
    stack = new_stack()

    function(
        stack,
        provisioned_concurrency=ProvisionedConcurrency(
            minimum=1, maximum=2, schedules=[BusinessHours(minimum=10, maximum=50, time_zone=PARIS)]
        ),
    )

    target = only(stack, TARGET)
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 2)
    assert target["ScheduledActions"] == [
        {
            "Schedule": "cron(0 8 ? * MON-FRI *)",
            "ScheduledActionName": "Schedule1",
            "Timezone": "Europe/Paris",
            "ScalableTargetAction": {"MinCapacity": 10, "MaxCapacity": 50},
        },
        {
            "Schedule": "cron(0 18 ? * MON-FRI *)",
            "ScheduledActionName": "Schedule2",
            "Timezone": "Europe/Paris",
            "ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 2},
        },
    ]


def test_a_fixed_number_at_night_is_scaled_too() -> None:
    stack = new_stack()

    function(
        stack,
        provisioned_concurrency=ProvisionedConcurrency(
            minimum=1, maximum=1, schedules=[BusinessHours(minimum=5, maximum=5, time_zone=PARIS)]
        ),
    )

    assert len(only(stack, TARGET)["ScheduledActions"]) == 2


def test_they_go_together_with_other_schedules() -> None:
    stack = new_stack()
    saturday = BusinessHours(minimum=3, maximum=9, time_zone=PARIS, opens=9, closes=13, week_days="SAT")
    sale = ScheduledConcurrency(
        schedule=autoscaling.Schedule.cron(minute="0", hour="20"), minimum=20, maximum=80
    )

    function(
        stack,
        provisioned_concurrency=ProvisionedConcurrency(minimum=1, maximum=2, schedules=[saturday, sale]),
    )

    assert [each["Schedule"] for each in only(stack, TARGET)["ScheduledActions"]] == [
        "cron(0 9 ? * SAT *)",
        "cron(0 13 ? * SAT *)",
        "cron(0 20 * * ? *)",
    ]


@pytest.mark.parametrize(
    ("rule", "options", "fragment"),
    [
        ("business-hours-range", {"opens": 18, "closes": 8}, "schedules[0] opens at 18 and closes at 8"),
        ("business-hours-range", {"closes": 24}, "0 to 23"),
        ("provisioned-range", {"minimum": 0}, "schedules[0].minimum is 0"),
        ("option-type", {"opens": "8"}, "schedules[0].opens"),
        ("option-type", {"week_days": 5}, "schedules[0].week_days"),
        ("option-type", {"time_zone": "Europe/Paris"}, "schedules[0].time_zone"),
    ],
)
def test_refuses(rule: str, options: dict[str, Any], fragment: str) -> None:
    hours = BusinessHours(**{"minimum": 5, "maximum": 50, "time_zone": PARIS, **options})

    assert_refused(
        function,
        rule,
        fragment,
        provisioned_concurrency=ProvisionedConcurrency(minimum=1, maximum=2, schedules=[hours]),
    )


def test_refuses_what_is_no_schedule() -> None:
    nothing: Any = "cron(0 8 * * ? *)"

    assert_refused(
        function,
        "option-type",
        "schedules[0]",
        provisioned_concurrency=ProvisionedConcurrency(minimum=1, maximum=2, schedules=[nothing]),
    )
