"""How traffic moves to a new version."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch

from lambda_constructs import Alarms, AllAtOnce, Canary, Linear, ProvisionedConcurrency
from tests.support import assert_refused, function, new_stack, only, resources, warnings, worker

GROUP = "AWS::CodeDeploy::DeploymentGroup"
CONFIG = "AWS::CodeDeploy::DeploymentConfig"
EMERGENCY = {"lambda-constructs:emergency-deployment": "true"}


def minutes(count: int) -> cdk.Duration:
    return cdk.Duration.minutes(count)


@pytest.mark.parametrize(
    ("rollout", "name"),
    [
        (Canary(), "LambdaCanary10Percent5Minutes"),
        (Canary(interval=minutes(10)), "LambdaCanary10Percent10Minutes"),
        (Canary(interval=minutes(15)), "LambdaCanary10Percent15Minutes"),
        (Canary(interval=minutes(30)), "LambdaCanary10Percent30Minutes"),
        (Linear(), "LambdaLinear10PercentEvery1Minute"),
        (Linear(interval=minutes(2)), "LambdaLinear10PercentEvery2Minutes"),
        (Linear(interval=minutes(3)), "LambdaLinear10PercentEvery3Minutes"),
        (Linear(interval=minutes(10)), "LambdaLinear10PercentEvery10Minutes"),
        (AllAtOnce(), "LambdaAllAtOnce"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_uses_the_configuration_of_code_deploy_where_one_matches(
    rollout: Canary | Linear | AllAtOnce, name: str
) -> None:
    stack = new_stack()

    function(stack, rollout=rollout)

    assert only(stack, GROUP)["DeploymentConfigName"] == f"CodeDeployDefault.{name}"
    assert resources(stack, CONFIG) == {}


def test_makes_one_configuration_per_distinct_rollout_and_stack() -> None:
    stack = new_stack()

    function(stack, "A", rollout=Canary(percentage=5, interval=minutes(15)))
    function(stack, "B", rollout=Canary(percentage=5, interval=minutes(15)))
    function(stack, "C", rollout=Linear(percentage=20, interval=minutes(1)))

    routing = [config["Properties"]["TrafficRoutingConfig"] for config in resources(stack, CONFIG).values()]
    assert routing == [
        {
            "Type": "TimeBasedCanary",
            "TimeBasedCanary": {"CanaryInterval": 15, "CanaryPercentage": 5},
        },
        {
            "Type": "TimeBasedLinear",
            "TimeBasedLinear": {"LinearInterval": 1, "LinearPercentage": 20},
        },
    ]
    used = [str(group["Properties"]["DeploymentConfigName"]) for group in resources(stack, GROUP).values()]
    assert used[0] == used[1] != used[2]


def test_one_application_serves_all_workloads_of_a_stack_and_a_role_each_of_them() -> None:
    stack = new_stack()

    function(stack, "A")
    function(stack, "B")

    assert len(resources(stack, "AWS::CodeDeploy::Application")) == 1
    assert len([name for name in resources(stack, "AWS::IAM::Role") if "Rollout" in name]) == 2
    assert len(resources(stack, GROUP)) == 2


def test_alarms_of_the_user_stop_the_rollout_too_and_may_be_read() -> None:
    stack = new_stack()
    alarm = cloudwatch.Alarm(
        stack,
        "Refunds",
        metric=cloudwatch.Metric(namespace="Shop", metric_name="Refunds"),
        threshold=10,
        evaluation_periods=1,
    )

    function(stack, rollout=Canary(alarms=[alarm]), alarms=Alarms.NONE)

    (alarm_id,) = resources(stack, "AWS::CloudWatch::Alarm")
    assert only(stack, GROUP)["AlarmConfiguration"]["Alarms"] == [{"Name": {"Ref": alarm_id}}]
    assert {"Fn::GetAtt": [alarm_id, "Arn"]} in [
        statement["Resource"]
        for role in resources(stack, "AWS::IAM::Role").values()
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_refuses_more_alarms_than_a_group_can_have() -> None:
    stack = new_stack()
    alarms = [cloudwatch.Alarm.from_alarm_name(stack, f"Alarm{n}", f"alarm-{n}") for n in range(10)]

    function(stack, "Ten", rollout=Canary(alarms=alarms), alarms=Alarms(errors=False))
    with pytest.raises(ValueError, match="11 alarms would watch"):
        function(stack, "Eleven", rollout=Canary(alarms=alarms))


def test_all_at_once_is_stopped_by_no_alarm_not_even_by_one_of_an_earlier_deployment() -> None:
    stack = new_stack()

    function(stack, rollout=AllAtOnce())

    assert only(stack, GROUP)["AlarmConfiguration"] == {"Enabled": False}
    assert "DEPLOYMENT_STOP_ON_ALARM" not in only(stack, GROUP)["AutoRollbackConfiguration"]["Events"]


def test_all_at_once_needs_no_alarm() -> None:
    stack = new_stack()

    function(stack, rollout=AllAtOnce(), alarms=Alarms.NONE)

    assert resources(stack, "AWS::CloudWatch::Alarm") == {}


@pytest.mark.parametrize("value", ["true", "TRUE", True])
def test_in_an_emergency_one_deployment_goes_out_at_once_whatever_alarms_say(value: object) -> None:
    stack = new_stack(context={"lambda-constructs:emergency-deployment": value})

    worker(stack)

    group = only(stack, GROUP)
    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce"
    assert group["AlarmConfiguration"] == {"Enabled": False}
    assert "DEPLOYMENT_STOP_ON_ALARM" not in group["AutoRollbackConfiguration"]["Events"]
    assert warnings(stack) == ["lambda-constructs:emergency-deployment"]


def test_an_emergency_changes_nothing_but_the_rollout() -> None:
    calm, hurried = new_stack(), new_stack(context=EMERGENCY)
    worker(calm)
    worker(hurried)
    before, after = resources(calm), resources(hurried)

    changed = {name for name in before if before[name] != after.get(name)}

    assert before.keys() == after.keys()
    assert sorted(before[name]["Type"] for name in changed) == [GROUP, "AWS::IAM::Role"]


def test_without_the_key_or_with_false_there_is_no_emergency() -> None:
    stack = new_stack(context={"lambda-constructs:emergency-deployment": "false"})

    function(stack)

    assert only(stack, GROUP)["AlarmConfiguration"]["Enabled"] is True
    assert warnings(stack) == []


def test_a_rollout_with_provisioned_concurrency_warns_and_names_the_way_out() -> None:
    stack = new_stack()
    provisioned = ProvisionedConcurrency(minimum=1, maximum=5)

    function(stack, "Gradual", provisioned_concurrency=provisioned)
    function(stack, "AtOnce", provisioned_concurrency=provisioned, rollout=AllAtOnce())

    assert warnings(stack) == ["lambda-constructs:provisioned-with-canary"]


def test_a_threshold_that_a_broken_canary_does_not_reach_warns() -> None:
    stack = new_stack()

    worker(stack, alarms=Alarms(failed_events_percentage=10))

    assert warnings(stack) == ["lambda-constructs:failed-events-above-canary"]


def test_the_failed_events_threshold_is_half_of_the_first_step() -> None:
    thresholds = {}
    for name, rollout in {
        "Canary10": Canary(),
        "Canary5": Canary(percentage=5, interval=minutes(5)),
        "Linear50": Linear(percentage=50, interval=minutes(5)),
        "AllAtOnce": AllAtOnce(),
    }.items():
        stack = new_stack()
        worker(stack, rollout=rollout)
        (thresholds[name],) = (
            alarm["Properties"]["Threshold"]
            for alarm in resources(stack, "AWS::CloudWatch::Alarm").values()
            if "Metrics" in alarm["Properties"]
        )

    assert thresholds == {"Canary10": 5, "Canary5": 2.5, "Linear50": 25, "AllAtOnce": 5}


def test_refuses_percentages_known_only_at_deployment() -> None:
    parameter: Any = cdk.CfnParameter(new_stack(), "Share", type="Number").value_as_number

    message = assert_refused(function, "option-type", rollout=Canary(percentage=parameter))

    assert "known at synthesis" in message
