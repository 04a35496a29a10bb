"""The types that are inert records: they deploy, answer `Ref` and `Fn::GetAtt`, change and go."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.process import Emulator

pytestmark = pytest.mark.deploy

STACK = "Records"
ACCOUNT_AND_REGION = "us-east-1:000000000000"


def metric(identifier: str, name: str) -> dict[str, Any]:
    stat = {"Metric": {"Namespace": "Test", "MetricName": name}, "Period": 60, "Stat": "Sum"}
    return {"Id": identifier, "MetricStat": stat, "ReturnData": False}


MATH = {
    "Metrics": [
        metric("failed", "Failed"),
        metric("all", "All"),
        {"Id": "share", "Expression": "100 * failed / all"},
    ]
}
PLAIN = {"Namespace": "Test", "MetricName": "Failed", "Period": 60, "Statistic": "Sum"}
THRESHOLD = {
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 1,
    "EvaluationPeriods": 1,
}


def alarm(kind: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {**kind, **THRESHOLD, **more}}


def template(resources: dict[str, Any], outputs: dict[str, Any]) -> str:
    return json.dumps(
        {"Resources": resources, "Outputs": {name: {"Value": v} for name, v in outputs.items()}}
    )


def code_deploy(**names: dict[str, str]) -> dict[str, Any]:
    canary = {"CanaryInterval": 5, "CanaryPercentage": 10}
    routing = {"Type": "TimeBasedCanary", "TimeBasedCanary": canary}
    properties: dict[str, dict[str, Any]] = {
        "Application": {"ComputePlatform": "Lambda"},
        "DeploymentConfig": {"ComputePlatform": "Lambda", "TrafficRoutingConfig": routing},
        "DeploymentGroup": {
            "ApplicationName": {"Ref": "Application"},
            "DeploymentConfigName": {"Ref": "DeploymentConfig"},
            "ServiceRoleArn": "arn:aws:iam::000000000000:role/any",
        },
    }
    return {
        kind: {"Type": f"AWS::CodeDeploy::{kind}", "Properties": {**values, **names.get(kind, {})}}
        for kind, values in properties.items()
    }


class Stacks:
    """One stack, through the CloudFormation API."""

    def __init__(self, emulator: Emulator) -> None:
        self._client = emulator.client("cloudformation")

    def create(self, body: str) -> dict[str, str]:
        self._client.create_stack(StackName=STACK, TemplateBody=body)
        return self._settled("stack_create_complete")

    def update(self, body: str) -> dict[str, str]:
        self._client.update_stack(StackName=STACK, TemplateBody=body)
        return self._settled("stack_update_complete")

    def delete(self) -> None:
        self._client.delete_stack(StackName=STACK)
        self._client.get_waiter("stack_delete_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )

    def _settled(self, state: str) -> dict[str, str]:
        self._client.get_waiter(state).wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        stack = self._client.describe_stacks(StackName=STACK)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


@pytest.fixture
def stacks(emulator: Emulator) -> Iterator[Stacks]:
    stacks = Stacks(emulator)
    yield stacks
    stacks.delete()


def test_code_deploy_resources_are_known_by_their_names(stacks: Stacks) -> None:
    refs = {name: {"Ref": name} for name in ("Application", "DeploymentConfig", "DeploymentGroup")}

    generated = stacks.create(template(code_deploy(), refs))
    for logical_id, name in generated.items():
        assert name.startswith(f"{STACK}-{logical_id}-")
    assert len(set(generated.values())) == 3

    named = stacks.update(
        template(
            code_deploy(
                Application={"ApplicationName": "shop"},
                DeploymentConfig={"DeploymentConfigName": "ten-percent"},
            ),
            refs,
        )
    )
    assert named == {
        "Application": "shop",
        "DeploymentConfig": "ten-percent",
        "DeploymentGroup": generated["DeploymentGroup"],
    }


def test_scaling_resources_are_known_by_target_and_arn(stacks: Stacks) -> None:
    target = {
        "ResourceId": "function:orders:live",
        "ScalableDimension": "lambda:function:ProvisionedConcurrency",
        "ServiceNamespace": "lambda",
    }
    policy = {
        "PolicyName": "utilization",
        "PolicyType": "TargetTrackingScaling",
        "ScalingTargetId": {"Ref": "Target"},
    }
    resources = {
        "Target": {
            "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
            "Properties": {**target, "MinCapacity": 1, "MaxCapacity": 2},
        },
        "Policy": {"Type": "AWS::ApplicationAutoScaling::ScalingPolicy", "Properties": policy},
    }
    outputs = {
        "Target": {"Ref": "Target"},
        "TargetId": {"Fn::GetAtt": ["Target", "Id"]},
        "Policy": {"Ref": "Policy"},
        "PolicyArn": {"Fn::GetAtt": ["Policy", "Arn"]},
    }

    found = stacks.create(template(resources, outputs))

    assert found["Target"] == found["TargetId"]
    assert found["Target"] == "function:orders:live|lambda:function:ProvisionedConcurrency|lambda"
    assert found["Policy"] == found["PolicyArn"]
    prefix, _, suffix = found["Policy"].partition("scalingPolicy:")
    assert prefix == f"arn:aws:autoscaling:{ACCOUNT_AND_REGION}:"
    assert suffix.endswith(":resource/lambda/function:orders:live:policyName/utilization")


def test_an_alarm_on_metric_math_is_a_record_and_a_plain_one_is_real(
    emulator: Emulator, stacks: Stacks
) -> None:
    outputs = {"Name": {"Ref": "Alarm"}, "Arn": {"Fn::GetAtt": ["Alarm", "Arn"]}}

    def real_alarms() -> list[str]:
        found = emulator.client("cloudwatch").describe_alarms(AlarmNamePrefix=STACK)
        return [found["AlarmName"] for found in found["MetricAlarms"]]

    created = stacks.create(template({"Alarm": alarm(MATH)}, outputs))
    name = created["Name"]
    assert name.startswith(f"{STACK}-Alarm-")
    assert created["Arn"] == f"arn:aws:cloudwatch:{ACCOUNT_AND_REGION}:alarm:{name}"
    assert real_alarms() == []

    assert stacks.update(template({"Alarm": alarm(PLAIN)}, outputs)) == created
    assert real_alarms() == [name]

    assert stacks.update(template({"Alarm": alarm(MATH)}, outputs)) == created
    assert real_alarms() == []

    renamed = stacks.update(template({"Alarm": alarm(PLAIN, AlarmName=f"{STACK}-failed")}, outputs))
    assert renamed["Name"] == f"{STACK}-failed"
    assert real_alarms() == [f"{STACK}-failed"]


def test_a_type_that_is_not_registered_is_still_refused(emulator: Emulator) -> None:
    client = emulator.client("cloudformation")
    resources = {"Unknown": {"Type": "AWS::CodeDeploy::Rocket", "Properties": {}}}

    with pytest.raises(client.exceptions.ClientError, match="Unrecognized resource types"):
        client.create_stack(StackName="Unknown", TemplateBody=template(resources, {}))
