"""Application Auto Scaling: targets, policies and schedules are checked and told, and nothing scales."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import Stack, refs, stack, typed
from emulator.tests.versions import ALIAS, two_versions
from lambda_constructs_emulator.clients import REGION, Client
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Application Auto Scaling",
    "https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-lambda.html",
)

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


OUTPUTS = refs("Target", "Policy") | {
    "TargetId": {"Fn::GetAtt": ["Target", "Id"]},
    "PolicyArn": {"Fn::GetAtt": ["Policy", "Arn"]},
}


@pytest.fixture
def functions(emulator: Emulator) -> Iterator[Client]:
    with two_versions(emulator, NAME) as client:
        yield client


@pytest.fixture
def made(emulator: Emulator, functions: Client) -> Iterator[Stack]:  # noqa: ARG001 - its targets need the function
    with stack(emulator, NAME) as made:
        yield made


def test_plain_ministack_has_no_application_auto_scaling(plain: Emulator) -> None:
    client = plain.client("cloudformation")
    body = json.dumps({"Resources": {"Target": target()}})
    with pytest.raises(client.exceptions.ClientError, match="Unrecognized resource types"):
        client.create_stack(StackName="Refused", TemplateBody=body)
    scaling = plain.client("application-autoscaling", attempts=1)
    with pytest.raises(scaling.exceptions.ClientError):
        scaling.describe_scalable_targets(ServiceNamespace="lambda")


def test_resources_are_known_by_target_and_arn(made: Stack) -> None:
    assert made.create({"Target": target(), "Policy": policy()}, OUTPUTS) == "CREATE_COMPLETE", made.reasons()
    found = made.outputs()

    assert found["Target"] == found["TargetId"] == f"{RESOURCE}|{DIMENSION}|lambda"
    assert found["Policy"] == found["PolicyArn"]
    prefix, _, suffix = found["Policy"].partition("scalingPolicy:")
    assert prefix == f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:"
    assert suffix.endswith(f":resource/lambda/{RESOURCE}:policyName/utilization")


def test_the_api_tells_about_them(emulator: Emulator, made: Stack) -> None:
    resources = {"Target": target(ScheduledActions=[NIGHT]), "Policy": policy()}
    assert made.create(resources, OUTPUTS) == "CREATE_COMPLETE", made.reasons()
    client = emulator.client("application-autoscaling")
    of_ours = {"ServiceNamespace": "lambda", "ResourceId": RESOURCE}

    (registered,) = client.describe_scalable_targets(ServiceNamespace="lambda", ResourceIds=[RESOURCE])[
        "ScalableTargets"
    ]
    assert (registered["MinCapacity"], registered["MaxCapacity"]) == (2, 10)
    (scaling,) = client.describe_scaling_policies(**of_ours)["ScalingPolicies"]
    assert scaling["PolicyARN"] == made.outputs()["Policy"]
    assert scaling["TargetTrackingScalingPolicyConfiguration"] == UTILIZATION
    (scheduled,) = client.describe_scheduled_actions(**of_ours)["ScheduledActions"]
    assert {name: scheduled[name] for name in NIGHT} == NIGHT
    other = {**of_ours, "ResourceId": "function:other:live"}
    assert client.describe_scaling_policies(**other)["ScalingPolicies"] == []

    assert made.update({"Target": target(MaxCapacity=20)}) == "UPDATE_COMPLETE", made.reasons()
    (changed,) = client.describe_scalable_targets(ServiceNamespace="lambda")["ScalableTargets"]
    assert changed["MaxCapacity"] == 20
    assert client.describe_scaling_policies(**of_ours)["ScalingPolicies"] == []
    assert client.describe_scheduled_actions(**of_ours)["ScheduledActions"] == []


@pytest.mark.parametrize(("before", "after"), [(None, 2), (5, 5), (12, 10)])
def test_registering_a_target_brings_the_alias_into_its_range(
    functions: Client, made: Stack, before: int | None, after: int
) -> None:
    alias = {"FunctionName": NAME, "Qualifier": ALIAS}
    if before:
        functions.put_provisioned_concurrency_config(**alias, ProvisionedConcurrentExecutions=before)
    assert made.create({"Target": target()}) == "CREATE_COMPLETE", made.reasons()
    found = functions.get_provisioned_concurrency_config(**alias)
    assert found["RequestedProvisionedConcurrentExecutions"] == after


REFUSED_TARGETS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"MinCapacity": 11}, "Maximum capacity cannot be less than minimum capacity"),
    ({"MinCapacity": -1}, "must not be negative"),
    ({"ServiceNamespace": "dynamodb"}, "is modelled"),
    ({"ScalableDimension": "lambda:function:Memory"}, "at 'scalableDimension' failed to satisfy"),
    ({"ResourceId": f"function:{NAME}"}, "Unsupported resource ID"),
    ({"ResourceId": f"function:{NAME}:other"}, f"Function not found: {NAME}:other"),
    ({"ScheduledActions": [{**NIGHT, "Schedule": "every night"}]}, "Schedule expression not supported"),
    (
        {"ScheduledActions": [{**NIGHT, "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 1}}]},
        "Maximum capacity cannot be less",
    ),
    ({"ScheduledActions": [{**NIGHT, "ScalableTargetAction": {}}]}, "changes no capacity"),
)


@pytest.mark.usefixtures("functions")
def test_a_target_that_cannot_be_is_refused(emulator: Emulator) -> None:
    for change, reason in REFUSED_TARGETS:
        with stack(emulator, NAME) as made:
            assert made.create({"Target": target(**change)}) == "ROLLBACK_COMPLETE", change
            assert reason in made.reasons()


def test_an_alias_on_the_unpublished_version_is_refused(functions: Client, made: Stack) -> None:
    functions.update_alias(FunctionName=NAME, Name=ALIAS, FunctionVersion="$LATEST")
    assert made.create({"Target": target()}) == "ROLLBACK_COMPLETE"
    assert "cannot be applied to unpublished function versions" in made.reasons()


REFUSED_POLICIES: tuple[tuple[dict[str, Any], str], ...] = (
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
                "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
            }
        },
        "The predefined metric for the namespace lambda is",
    ),
)


@pytest.mark.usefixtures("functions")
def test_a_policy_that_cannot_be_is_refused(emulator: Emulator) -> None:
    for change, reason in REFUSED_POLICIES:
        with stack(emulator, NAME) as made:
            resources = {"Target": target(), "Policy": policy(**change)}
            assert made.create(resources) == "ROLLBACK_COMPLETE", change
            assert reason in made.reasons()


@pytest.mark.usefixtures("functions")
def test_a_policy_may_track_the_bounds_of_utilization(emulator: Emulator) -> None:
    for value in (0.1, 0.9):
        scaling = policy(TargetTrackingScalingPolicyConfiguration={**UTILIZATION, "TargetValue": value})
        with stack(emulator, NAME) as made:
            resources = {"Target": target(), "Policy": scaling}
            assert made.create(resources) == "CREATE_COMPLETE", made.reasons()
