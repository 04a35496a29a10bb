"""Provisioned concurrency: initial value, scaling, schedules."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_applicationautoscaling as autoscaling

from lambda_constructs import AllAtOnce, ProvisionedConcurrency, ScheduledConcurrency
from tests.support import assert_refused, function, new_stack, only, resources, warnings

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"


def test_the_alias_starts_with_the_minimum_and_is_scaled_by_use() -> None:
    stack = new_stack()

    function(stack, provisioned_concurrency=ProvisionedConcurrency(minimum=2, maximum=20))

    ((alias_id, alias),) = resources(stack, "AWS::Lambda::Alias").items()
    ((target_id, target),) = resources(stack, TARGET).items()
    (name,) = resources(stack, "AWS::Lambda::Function")
    assert alias["Properties"]["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": 2}
    assert target["Properties"]["MinCapacity"] == 2
    assert target["Properties"]["MaxCapacity"] == 20
    assert target["Properties"]["ScalableDimension"] == "lambda:function:ProvisionedConcurrency"
    assert target["Properties"]["ResourceId"] == {"Fn::Join": ["", ["function:", {"Ref": name}, ":live"]]}
    assert target["DependsOn"] == [alias_id]
    policy = only(stack, POLICY)
    assert policy["ScalingTargetId"] == {"Ref": target_id}
    assert policy["TargetTrackingScalingPolicyConfiguration"] == {
        "TargetValue": 0.7,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"},
    }


def test_lasting_spillover_is_an_alarm() -> None:
    stack = new_stack()

    function(stack, provisioned_concurrency=ProvisionedConcurrency(minimum=2, maximum=20))

    (spillover,) = (
        alarm["Properties"]
        for name, alarm in resources(stack, "AWS::CloudWatch::Alarm").items()
        if "Spillover" in name
    )
    assert spillover["MetricName"] == "ProvisionedConcurrencySpilloverInvocations"
    assert [each["Name"] for each in spillover["Dimensions"]] == ["FunctionName", "Resource"]
    assert spillover["EvaluationPeriods"] == 3


def test_schedules_change_the_bounds() -> None:
    stack = new_stack()

    function(
        stack,
        provisioned_concurrency=ProvisionedConcurrency(
            minimum=1,
            maximum=5,
            target_utilization=0.5,
            schedules=[
                ScheduledConcurrency(
                    schedule=autoscaling.Schedule.cron(hour="8", minute="55"),
                    minimum=10,
                    maximum=50,
                    time_zone=cdk.TimeZone.EUROPE_PARIS,
                ),
                ScheduledConcurrency(
                    schedule=autoscaling.Schedule.expression("cron(30 17 * * ? *)"),
                    minimum=1,
                    maximum=5,
                ),
            ],
        ),
    )

    assert only(stack, TARGET)["ScheduledActions"] == [
        {
            "Schedule": "cron(55 8 * * ? *)",
            "ScheduledActionName": "Schedule1",
            "Timezone": "Europe/Paris",
            "ScalableTargetAction": {"MinCapacity": 10, "MaxCapacity": 50},
        },
        {
            "Schedule": "cron(30 17 * * ? *)",
            "ScheduledActionName": "Schedule2",
            "ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 5},
        },
    ]


def test_equal_bounds_without_schedules_are_a_fixed_number() -> None:
    stack = new_stack()

    orders = function(stack, provisioned_concurrency=ProvisionedConcurrency(minimum=3, maximum=3))

    with pytest.raises(AttributeError, match="there is no scalable_target: pass provisioned_concurrency"):
        _ = orders.scalable_target
    assert resources(stack, TARGET) == {}
    alias = only(stack, "AWS::Lambda::Alias")
    assert alias["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": 3}


def test_refuses_a_schedule_that_scales_to_zero() -> None:
    night = ScheduledConcurrency(schedule=autoscaling.Schedule.cron(hour="20"), minimum=0, maximum=0)

    assert_refused(
        function,
        "provisioned-range",
        "provisioned_concurrency.schedules[0].minimum is 0",
        provisioned_concurrency=ProvisionedConcurrency(minimum=1, maximum=5, schedules=[night]),
    )


def test_refuses_a_schedule_above_the_reservation() -> None:
    rush = ScheduledConcurrency(schedule=autoscaling.Schedule.cron(hour="9"), minimum=10, maximum=30)

    assert_refused(
        function,
        "provisioned-above-reserved",
        "maximum is 30 but reserved_concurrency is 20",
        reserved_concurrency=20,
        provisioned_concurrency=ProvisionedConcurrency(minimum=1, maximum=5, schedules=[rush]),
    )


def test_a_reservation_that_is_provisioned_whole_warns() -> None:
    stack = new_stack()

    function(
        stack,
        reserved_concurrency=20,
        rollout=AllAtOnce(),
        provisioned_concurrency=ProvisionedConcurrency(minimum=1, maximum=20),
    )

    assert warnings(stack) == ["lambda-constructs:provisioned-equals-reserved"]
