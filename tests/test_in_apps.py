"""One or many workloads, in all kinds of stacks; what they cost in resources."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from lambda_constructs import Canary, ProvisionedConcurrency, SmokeTest
from lambda_constructs.audit import audit
from lambda_constructs.rules import rollout_alarms
from lambda_constructs.rules.stack import stack_resources_maximum
from tests.support import new_stack, resources, worker

FULL: dict[str, Any] = {"provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=10)}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
ROLE_INLINE_POLICIES_MAXIMUM = 10_240  # characters of all inline policies of one role
LONGEST_FUNCTION_ARN = len("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:") + 64
LONGEST_ALARM_ARN = len("arn:aws-us-gov:cloudwatch:us-gov-west-1:123456789012:alarm:") + 255


def test_a_full_bundle_has_18_resources_without_shared_ones() -> None:
    one, two = new_stack(), new_stack()
    worker(one, "A", **FULL)
    worker(two, "A", **FULL)
    worker(two, "B", **FULL)

    kinds = Counter(each["Type"] for each in resources(two).values())
    kinds.subtract(each["Type"] for each in resources(one).values())

    assert sum(kinds.values()) == 18
    assert +kinds == Counter(
        {
            "AWS::ApplicationAutoScaling::ScalableTarget": 1,
            "AWS::ApplicationAutoScaling::ScalingPolicy": 1,
            "AWS::CloudWatch::Alarm": 5,
            "AWS::CodeDeploy::DeploymentGroup": 1,
            "AWS::IAM::Role": 2,
            "AWS::Lambda::Alias": 1,
            "AWS::Lambda::EventSourceMapping": 1,
            "AWS::Lambda::Function": 1,
            "AWS::Lambda::Version": 1,
            "AWS::Logs::LogGroup": 1,
            "AWS::SQS::Queue": 2,
            "AWS::SQS::QueuePolicy": 1,
        }
    )
    shared = Counter(
        each["Type"] for name, each in resources(one).items() if name.startswith("LambdaConstructs")
    )
    assert shared == {"AWS::CodeDeploy::Application": 1, "AWS::IAM::ManagedPolicy": 1}


def test_27_full_bundles_fit_one_stack() -> None:
    stack = new_stack()
    for number in range(27):
        worker(stack, f"Worker{number}", **FULL)

    found = resources(stack)

    assert len(found) <= stack_resources_maximum.high
    assert len(json.dumps(found)) < 1_000_000


def test_the_deployment_role_keeps_within_the_size_of_inline_policies() -> None:
    stack = new_stack()
    further = [
        cloudwatch.Alarm.from_alarm_name(stack, f"Alarm{number}", f"alarm-{number}") for number in range(8)
    ]
    rollout = Canary(alarms=further, before_traffic=SmokeTest(), after_traffic=SmokeTest())
    worker(stack, rollout=rollout)

    (role,) = (
        role for name, role in resources(stack, "AWS::IAM::Role").items() if name.startswith("OrdersRollout")
    )
    # References stand for ARNs that are known at deployment: replace each by the longest there is.
    document = role["Properties"]["Policies"][0]["PolicyDocument"]
    for statement in document["Statement"]:
        longest = LONGEST_ALARM_ARN if "alarm" in str(statement) else LONGEST_FUNCTION_ARN + 5
        among = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        statement["Resource"] = ["x" * longest for _ in among]

    counts = [len(statement["Resource"]) for statement in document["Statement"]]
    assert counts == [2, rollout_alarms.ALARMS_PER_DEPLOYMENT_GROUP_MAXIMUM, 2]
    assert len(json.dumps(document, separators=(",", ":"))) <= ROLE_INLINE_POLICIES_MAXIMUM


def test_adding_a_workload_changes_no_other() -> None:
    one, two = new_stack(), new_stack()
    worker(one, "A")
    worker(two, "A")
    worker(two, "B")
    before, after = resources(one), resources(two)

    assert {name: after.get(name) for name in before} == before


@pytest.mark.parametrize("tests", [(True, False), (False, True), (False, False)], ids=str)
def test_a_workload_may_invoke_the_alias_of_another(tests: tuple[bool, bool]) -> None:
    stack = new_stack()
    rollouts = [Canary(before_traffic=SmokeTest() if tested else None) for tested in tests]
    inner, outer = (
        worker(stack, name, rollout=rollout)
        for name, rollout in zip(("Inner", "Outer"), rollouts, strict=True)
    )

    inner.alias.grant_invoke(outer)
    outer.function.add_environment("INNER", inner.alias.function_arn)

    template = assertions.Template.from_stack(stack).to_json()
    assert [each.code for each in audit("Shop", template) if each.code == "circular-dependency"] == []


def test_smoke_tested_workloads_of_one_stack_may_not_invoke_each_other(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    stack = cdk.Stack(app, "Shop")
    rollout = Canary(before_traffic=SmokeTest())
    inner, outer = (worker(stack, name, rollout=rollout) for name in ("Inner", "Outer"))

    outer.function.add_environment("INNER", inner.alias.function_arn)

    with pytest.raises(RuntimeError, match="lambda-constructs"):
        app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text())
    found = [each["ruleName"] for plugin in report["pluginReports"] for each in plugin["violations"]]
    assert found == ["circular-dependency"]


@pytest.mark.parametrize(
    "env", [None, cdk.Environment(account="123456789012", region="eu-west-1")], ids=["agnostic", "env"]
)
def test_a_second_synthesis_gives_the_same_bytes(env: cdk.Environment | None) -> None:
    def synthesize() -> str:
        stack = new_stack(env=env)
        worker(stack, "A", **FULL)
        worker(stack, "B", rollout=Canary(percentage=20))
        return json.dumps(assertions.Template.from_stack(stack).to_json())

    assert synthesize() == synthesize()


def test_works_in_a_nested_stack() -> None:
    parent = new_stack()
    nested = cdk.NestedStack(parent, "Nested")

    worker(nested)

    (alarm,) = (
        each["Properties"]
        for each in resources(nested, "AWS::CloudWatch::Alarm").values()
        if "Metrics" in each["Properties"]
    )
    (group,) = resources(nested, "AWS::CodeDeploy::DeploymentGroup").values()
    names = group["Properties"]["AlarmConfiguration"]["Alarms"]
    assert alarm["AlarmName"]["Fn::Join"][1][1] == "/Orders/FailedEvents"
    assert {"Name": alarm["AlarmName"]} in names


def test_works_in_stages_and_names_its_alarms_by_stack() -> None:
    app = cdk.App()
    names = set()
    for stage_name in ("Beta", "Prod"):
        stack = cdk.Stack(cdk.Stage(app, stage_name), "Shop")
        worker(stack)
        names |= {
            alarm["Properties"]["AlarmName"]
            for alarm in resources(stack, "AWS::CloudWatch::Alarm").values()
            if "AlarmName" in alarm["Properties"]
        }

    assert names == {"Beta-Shop/Orders/FailedEvents", "Prod-Shop/Orders/FailedEvents"}


def test_works_below_a_construct_of_the_user() -> None:
    stack = new_stack()
    area = Construct(stack, "Area")

    worker(area)

    alarms = resources(stack, "AWS::CloudWatch::Alarm").values()
    assert "Shop/Area/Orders/FailedEvents" in [each["Properties"].get("AlarmName") for each in alarms]
    assert len(resources(stack, "AWS::CodeDeploy::Application")) == 1


def test_two_stacks_of_one_app_share_nothing() -> None:
    app = cdk.App()
    first, second = cdk.Stack(app, "First"), cdk.Stack(app, "Second")

    worker(first)
    worker(second)

    assert "Fn::ImportValue" not in json.dumps(resources(first))
    assert "Fn::ImportValue" not in json.dumps(resources(second))
    assert len(resources(second, "AWS::CodeDeploy::Application")) == 1
