"""The alias as a task of Step Functions, as docs/how-to/step-functions.md shows it, by CDK's own task."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from tests.support import function, new_stack, only, resources


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    task = tasks.LambdaInvoke(
        stack, "Charge", lambda_function=function(stack).alias, payload_response_only=True
    )
    task.add_retry(errors=["Lambda.TooManyRequestsException"], jitter_strategy=sfn.JitterType.FULL)
    sfn.StateMachine(stack, "Checkout", definition_body=sfn.DefinitionBody.from_chainable(task))
    return stack


def state(stack: cdk.Stack) -> dict[str, Any]:
    definition = only(stack, "AWS::StepFunctions::StateMachine")["DefinitionString"]
    text = "".join(
        part if isinstance(part, str) else f"<{part.get('Ref', '')}>" for part in definition["Fn::Join"][1]
    )
    found: dict[str, Any] = json.loads(text)["States"]["Charge"]
    return found


def test_the_task_invokes_the_alias(stack: cdk.Stack) -> None:
    assert state(stack)["Resource"] == f"<{next(iter(resources(stack, 'AWS::Lambda::Alias')))}>"


def test_cdk_retries_lambdas_service_errors_as_aws_recommends_and_the_user_adds_throttles(
    stack: cdk.Stack,
) -> None:
    # https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
    service_errors, throttles = state(stack)["Retry"]

    assert service_errors == {
        "ErrorEquals": [
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
        ],
        "IntervalSeconds": 2,
        "MaxAttempts": 6,
        "BackoffRate": 2,
    }
    assert throttles == {"ErrorEquals": ["Lambda.TooManyRequestsException"], "JitterStrategy": "FULL"}


def test_the_state_machine_may_invoke_only_the_alias(stack: cdk.Stack) -> None:
    (statement,) = (
        statement
        for policy in resources(stack, "AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    )

    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"] == {"Ref": next(iter(resources(stack, "AWS::Lambda::Alias")))}
