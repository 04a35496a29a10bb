"""One or many workloads, in all kinds of stacks; what they cost in resources."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from constructs import Construct

from lambda_constructs import Canary, ProvisionedConcurrency
from lambda_constructs.rules import limits
from tests.support import new_stack, resources, worker

FULL: dict[str, Any] = {"provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=10)}
LONGEST_FUNCTION_ARN = len("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:") + 64
LONGEST_ALARM_ARN = len("arn:aws-us-gov:cloudwatch:us-gov-west-1:123456789012:alarm:") + 255


def test_a_full_bundle_has_17_resources_beside_what_a_stack_shares() -> None:
    one, two = new_stack(), new_stack()
    worker(one, "A", **FULL)
    worker(two, "A", **FULL)
    worker(two, "B", **FULL)

    kinds = Counter(each["Type"] for each in resources(two).values())
    kinds.subtract(each["Type"] for each in resources(one).values())

    assert sum(kinds.values()) == 17
    assert +kinds == Counter(
        {
            "AWS::ApplicationAutoScaling::ScalableTarget": 1,
            "AWS::ApplicationAutoScaling::ScalingPolicy": 1,
            "AWS::CloudWatch::Alarm": 5,
            "AWS::CodeDeploy::DeploymentGroup": 1,
            "AWS::IAM::Role": 1,
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
    assert shared == {
        "AWS::CodeDeploy::Application": 1,
        "AWS::IAM::ManagedPolicy": 1,
        "AWS::IAM::Role": 1,
    }


def test_29_full_bundles_fit_one_stack() -> None:
    stack = new_stack()
    for number in range(29):
        worker(stack, f"Worker{number}", **FULL)

    found = resources(stack)

    assert len(found) <= limits.STACK_RESOURCES_MAXIMUM
    assert len(json.dumps(found)) < 1_000_000


def test_deployment_roles_keep_within_the_size_of_inline_policies() -> None:
    stack = new_stack()
    for number in range(30):
        worker(stack, f"Worker{number}", rollout=Canary(percentage=20))

    roles = [
        role["Properties"] for name, role in resources(stack, "AWS::IAM::Role").items() if "Rollout" in name
    ]
    # References stand for ARNs that are known at deployment: replace each by the longest there is.
    sizes = []
    for role in roles:
        document = role["Policies"][0]["PolicyDocument"]
        for statement in document["Statement"]:
            longest = LONGEST_ALARM_ARN if "alarm" in str(statement) else LONGEST_FUNCTION_ARN + 5
            statement["Resource"] = ["x" * longest for _ in statement["Resource"]]
        sizes.append(len(json.dumps(document, separators=(",", ":"))))

    assert len(sizes) == 3
    assert max(sizes) <= limits.ROLE_INLINE_POLICIES_MAXIMUM


def test_adding_a_workload_changes_no_other() -> None:
    one, two = new_stack(), new_stack()
    worker(one, "A")
    worker(two, "A")
    worker(two, "B")
    before, after = resources(one), resources(two)

    changed = [before[name]["Type"] for name in before if before[name] != after[name]]

    assert changed == ["AWS::IAM::Role"]  # CodeDeploy's, which may now shift one alias more
    assert before.keys() <= after.keys()


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
