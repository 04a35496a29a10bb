"""Alarms and hooks that are added to the deployment group later have what those of the options have."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import AllAtOnce, Canary, ConfigurationError, SmokeTest
from lambda_constructs.audit import audit
from tests.support import function, new_stack, only, resources
from tests.test_bad_values import WORKLOADS, build

GROUP = "AWS::CodeDeploy::DeploymentGroup"


def refunds(stack: cdk.Stack, name: str = "Refunds") -> cloudwatch.Alarm:
    metric = cloudwatch.Metric(namespace="Shop", metric_name=name, period=cdk.Duration.minutes(1))
    return cloudwatch.Alarm(stack, name, metric=metric, threshold=10, evaluation_periods=1)


def user_hook(stack: cdk.Stack, name: str = "Check") -> lambda_.Function:
    code = lambda_.Code.from_inline("def handler(event, context): ...")
    return lambda_.Function(
        stack, name, code=code, handler="index.handler", runtime=lambda_.Runtime.PYTHON_3_14
    )


def rollout_statements(stack: cdk.Stack) -> list[dict[str, Any]]:
    (role,) = (
        each for name, each in resources(stack, "AWS::IAM::Role").items() if name.startswith("OrdersRollout")
    )
    found: list[dict[str, Any]] = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def allowed(stack: cdk.Stack, action: str) -> str:
    """The resources for which CodeDeploy may do this."""
    return json.dumps([each["Resource"] for each in rollout_statements(stack) if each["Action"] == action])


def test_a_later_alarm_stops_the_rollout_of_every_workload_and_can_be_read() -> None:
    for kind in WORKLOADS:
        stack = new_stack()
        build(kind, stack, {"rollout": Canary()})
        orders: Any = stack.node.find_child("Orders")

        orders.deployment_group.add_alarm(refunds(stack))

        (alarm,) = (each for each in resources(stack, "AWS::CloudWatch::Alarm") if each.startswith("Refunds"))
        (group,) = resources(stack, GROUP).values()
        assert {"Name": {"Ref": alarm}} in group["Properties"]["AlarmConfiguration"]["Alarms"], kind
        assert f'"{alarm}", "Arn"' in allowed(stack, "cloudwatch:DescribeAlarms")


def test_a_later_alarm_that_cannot_stop_anything_is_refused() -> None:
    stack = new_stack()
    at_once = function(stack, "AtOnce", rollout=AllAtOnce())
    full = function(stack, "Full", rollout=Canary(alarms=[refunds(stack, f"R{each}") for each in range(9)]))

    for workload, rule in ((at_once, "alarm-without-steps"), (full, "rollout-alarms-maximum")):
        with pytest.raises(ConfigurationError) as refusal:
            workload.deployment_group.add_alarm(refunds(stack, f"Of{rule}"))
        assert refusal.value.code == rule


def test_in_an_emergency_a_later_alarm_stops_nothing() -> None:
    stack = new_stack(context={"lambda-constructs:emergency-deployment": "true"})

    function(stack).deployment_group.add_alarm(refunds(stack))

    assert only(stack, GROUP)["AlarmConfiguration"] == {"Enabled": False}
    assert allowed(stack, "cloudwatch:DescribeAlarms") == "[]"


def test_composite_alarms_can_be_read_by_a_policy_of_the_stack() -> None:
    stack = new_stack()
    alarm = refunds(stack)
    composite = cloudwatch.CompositeAlarm(stack, "Both", alarm_rule=cloudwatch.AlarmRule.any_of(alarm))
    function(stack, rollout=Canary(alarms=[composite]))
    function(stack, "Later").deployment_group.add_alarm(composite)

    (shared,) = (
        each
        for name, each in resources(stack, "AWS::IAM::ManagedPolicy").items()
        if "CompositeAlarms" in name
    )
    (statement,) = shared["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "cloudwatch:DescribeAlarms"
    assert statement["Resource"] == "*"
    assert "Both" not in allowed(stack, "cloudwatch:DescribeAlarms")
    groups = json.dumps(resources(stack, GROUP))
    assert groups.count('"Both') == 2


def test_later_hooks_run_report_and_create_no_circular_dependency() -> None:
    cases: tuple[dict[str, Any], ...] = ({}, {"rollout": Canary(before_traffic=SmokeTest())})
    for options in cases:
        stack = new_stack()
        orders = function(stack, **options)
        if not options:
            orders.deployment_group.add_pre_hook(user_hook(stack, "Before"))
        orders.deployment_group.add_post_hook(user_hook(stack, "After"))

        template = assertions.Template.from_stack(stack).to_json()
        (alias,) = resources(stack, "AWS::Lambda::Alias").values()
        update = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert "BeforeAllowTrafficHook" in update
        assert update["AfterAllowTrafficHook"]["Ref"].startswith("After")
        assert "After" in allowed(stack, "lambda:InvokeFunction")
        policies = json.dumps(resources(stack, "AWS::IAM::Policy"))
        assert "codedeploy:PutLifecycleEventHookExecutionStatus" in policies
        assert [each.code for each in audit("Shop", template) if each.code == "circular-dependency"] == []


def test_a_second_hook_for_one_moment_is_refused() -> None:
    stack = new_stack()
    hook = user_hook(stack)
    orders = function(stack, rollout=Canary(before_traffic=hook))
    orders.deployment_group.add_post_hook(hook)

    for add in (orders.deployment_group.add_pre_hook, orders.deployment_group.add_post_hook):
        with pytest.raises(ConfigurationError) as refusal:
            add(hook)
        assert refusal.value.code == "hook-twice"
