"""Application Auto Scaling: targets, policies and schedules are checked and told, and nothing scales."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.tests.releases import settled, typed
from emulator.tests.versions import ALIAS, two_versions
from lambda_constructs_emulator.process import ACCOUNT, REGION, Client, Emulator

pytestmark = pytest.mark.deploy

NAME = "scaled"
RESOURCE = f"function:{NAME}:{ALIAS}"
DIMENSION = "lambda:function:ProvisionedConcurrency"
IDENTITY = {"ResourceId": RESOURCE, "ScalableDimension": DIMENSION, "ServiceNamespace": "lambda"}
UTILIZATION = {
    "TargetValue": 0.7,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"},
}
NIGHT = {
    "ScheduledActionName": "night",
    "Schedule": "cron(0 20 * * ? *)",
    "ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 1},
}

Resource = dict[str, Any]


def target(**properties: object) -> Resource:
    return typed(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {**IDENTITY, "MinCapacity": 2, "MaxCapacity": 10, **properties},
    )


def policy(**properties: object) -> Resource:
    return typed(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {
            "PolicyName": "utilization",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": {"Ref": "Target"},
            "TargetTrackingScalingPolicyConfiguration": UTILIZATION,
            **properties,
        },
    )


class Stack:
    """The stack of a test."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._client = emulator.client("cloudformation")
        self._id = ""

    def create(self, **resources: Resource) -> str:
        body = self._template(resources)
        self._id = self._client.create_stack(StackName=NAME, TemplateBody=body)["StackId"]
        return settled(self._emulator, self._id)

    def update(self, **resources: Resource) -> str:
        self._client.update_stack(StackName=NAME, TemplateBody=self._template(resources))
        return settled(self._emulator, self._id)

    def delete(self) -> None:
        self._client.delete_stack(StackName=self._id)
        assert settled(self._emulator, self._id) == "DELETE_COMPLETE"

    def outputs(self) -> dict[str, str]:
        stack = self._client.describe_stacks(StackName=self._id)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def reasons(self) -> str:
        events = self._client.describe_stack_events(StackName=self._id)["StackEvents"]
        return "\n".join(event.get("ResourceStatusReason", "") for event in events)

    @staticmethod
    def _template(resources: dict[str, Resource]) -> str:
        outputs: dict[str, Any] = {name: {"Value": {"Ref": name}} for name in resources}
        for name, attribute in (("Target", "Id"), ("Policy", "Arn")):
            if name in resources:
                outputs[f"{name}{attribute}"] = {"Value": {"Fn::GetAtt": [name, attribute]}}
        return json.dumps({"Resources": resources, "Outputs": outputs})


@pytest.fixture
def functions(emulator: Emulator) -> Iterator[Client]:
    with two_versions(emulator, NAME) as client:
        yield client


@pytest.fixture
def stack(emulator: Emulator, functions: Client) -> Iterator[Stack]:  # noqa: ARG001 - its targets need the function
    made = Stack(emulator)
    yield made
    made.delete()


def test_plain_ministack_has_no_application_auto_scaling(plain: Emulator) -> None:
    client = plain.client("cloudformation")
    body = json.dumps({"Resources": {"Target": target()}})
    with pytest.raises(client.exceptions.ClientError, match="Unrecognized resource types"):
        client.create_stack(StackName="Refused", TemplateBody=body)
    scaling = plain.client("application-autoscaling", attempts=1)
    with pytest.raises(scaling.exceptions.ClientError):
        scaling.describe_scalable_targets(ServiceNamespace="lambda")


def test_resources_are_known_by_target_and_arn(stack: Stack) -> None:
    assert stack.create(Target=target(), Policy=policy()) == "CREATE_COMPLETE", stack.reasons()
    found = stack.outputs()

    assert found["Target"] == found["TargetId"] == f"{RESOURCE}|{DIMENSION}|lambda"
    assert found["Policy"] == found["PolicyArn"]
    prefix, _, suffix = found["Policy"].partition("scalingPolicy:")
    assert prefix == f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:"
    assert suffix.endswith(f":resource/lambda/{RESOURCE}:policyName/utilization")


@pytest.mark.parametrize("value", [0.1, 0.9])
def test_a_policy_may_track_the_bounds_of_utilization(stack: Stack, value: float) -> None:
    tracked = {**UTILIZATION, "TargetValue": value}
    scaling = policy(TargetTrackingScalingPolicyConfiguration=tracked)
    assert stack.create(Target=target(), Policy=scaling) == "CREATE_COMPLETE", stack.reasons()


def test_the_api_tells_about_them(emulator: Emulator, stack: Stack) -> None:
    with_schedule = target(ScheduledActions=[NIGHT])
    assert stack.create(Target=with_schedule, Policy=policy()) == "CREATE_COMPLETE", stack.reasons()
    client = emulator.client("application-autoscaling")
    of_ours = {"ServiceNamespace": "lambda", "ResourceId": RESOURCE}

    (registered,) = client.describe_scalable_targets(ServiceNamespace="lambda", ResourceIds=[RESOURCE])[
        "ScalableTargets"
    ]
    assert (registered["MinCapacity"], registered["MaxCapacity"]) == (2, 10)
    (scaling,) = client.describe_scaling_policies(**of_ours)["ScalingPolicies"]
    assert scaling["PolicyARN"] == stack.outputs()["Policy"]
    assert scaling["TargetTrackingScalingPolicyConfiguration"] == UTILIZATION
    (scheduled,) = client.describe_scheduled_actions(**of_ours)["ScheduledActions"]
    assert {name: scheduled[name] for name in NIGHT} == NIGHT
    other = {**of_ours, "ResourceId": "function:other:live"}
    assert client.describe_scaling_policies(**other)["ScalingPolicies"] == []

    assert stack.update(Target=target(MaxCapacity=20)) == "UPDATE_COMPLETE", stack.reasons()
    (changed,) = client.describe_scalable_targets(ServiceNamespace="lambda")["ScalableTargets"]
    assert changed["MaxCapacity"] == 20
    assert client.describe_scaling_policies(**of_ours)["ScalingPolicies"] == []
    assert client.describe_scheduled_actions(**of_ours)["ScheduledActions"] == []


@pytest.mark.parametrize(("before", "after"), [(None, 2), (5, 5), (12, 10)])
def test_registering_a_target_brings_the_alias_into_its_range(
    functions: Client, stack: Stack, before: int | None, after: int
) -> None:
    alias = {"FunctionName": NAME, "Qualifier": ALIAS}
    if before:
        functions.put_provisioned_concurrency_config(**alias, ProvisionedConcurrentExecutions=before)
    assert stack.create(Target=target()) == "CREATE_COMPLETE", stack.reasons()
    found = functions.get_provisioned_concurrency_config(**alias)
    assert found["RequestedProvisionedConcurrentExecutions"] == after


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"MinCapacity": 11}, "Maximum capacity cannot be less than minimum capacity"),
        ({"MinCapacity": -1}, "must not be negative"),
        ({"ServiceNamespace": "dynamodb"}, "is modelled"),
        ({"ScalableDimension": "lambda:function:Memory"}, "is modelled"),
        ({"ResourceId": f"function:{NAME}"}, "Unsupported resource ID"),
        ({"ResourceId": f"function:{NAME}:other"}, f"Function not found: {NAME}:other"),
        ({"ScheduledActions": [{**NIGHT, "Schedule": "every night"}]}, "Schedule expression not supported"),
        (
            {"ScheduledActions": [{**NIGHT, "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 1}}]},
            "Maximum capacity cannot be less",
        ),
        ({"ScheduledActions": [{**NIGHT, "ScalableTargetAction": {}}]}, "changes no capacity"),
    ],
)
def test_a_target_that_cannot_be_is_refused(stack: Stack, change: dict[str, Any], reason: str) -> None:
    assert stack.create(Target=target(**change)) == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons()


def test_an_alias_on_the_unpublished_version_is_refused(functions: Client, stack: Stack) -> None:
    functions.update_alias(FunctionName=NAME, Name=ALIAS, FunctionVersion="$LATEST")
    assert stack.create(Target=target()) == "ROLLBACK_COMPLETE"
    assert "cannot be applied to unpublished function versions" in stack.reasons()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ScalingTargetId": f"function:other:live|{DIMENSION}|lambda"}, "No scalable target registered"),
        ({"PolicyType": "PredictiveScaling"}, "PredictiveScaling is not valid"),
        ({"PolicyType": "StepScaling"}, "needs a StepScalingPolicyConfiguration"),
        ({"TargetTrackingScalingPolicyConfiguration": {**UTILIZATION, "TargetValue": 0}}, "must be positive"),
        *(
            (
                {"TargetTrackingScalingPolicyConfiguration": {**UTILIZATION, "TargetValue": value}},
                "must be between 0.1 and 0.9",
            )
            for value in (0.09, 0.91)
        ),
        ({"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 0.7}}, "needs one metric"),
        (
            {
                "TargetTrackingScalingPolicyConfiguration": {
                    "TargetValue": 0.7,
                    "PredefinedMetricSpecification": {"PredefinedMetricType": "Mood"},
                }
            },
            "The predefined metric for the namespace lambda is",
        ),
    ],
)
def test_a_policy_that_cannot_be_is_refused(stack: Stack, change: dict[str, Any], reason: str) -> None:
    assert stack.create(Target=target(), Policy=policy(**change)) == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons()
