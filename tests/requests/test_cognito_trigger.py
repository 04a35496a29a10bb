"""A function that a user pool asks."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cognito as cognito

from lambda_constructs import Alarms, CognitoTrigger, ConfigurationError
from tests.support import alarm, basics, new_stack, only, resources, warnings

PRE_SIGN_UP = cognito.UserPoolOperation.PRE_SIGN_UP
PRE_TOKEN = cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG


def trigger(stack: cdk.Stack, **options: Any) -> CognitoTrigger:
    """A trigger of a new pool, with options beside the basic ones."""
    pool = options.pop("user_pool", None) or cognito.UserPool(stack, "Pool")
    return CognitoTrigger(
        stack, "Orders", **{"user_pool": pool, "operation": PRE_SIGN_UP, **basics(), **options}
    )


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    trigger(stack)
    return stack


def test_the_pool_asks_the_alias(stack: cdk.Stack) -> None:
    (alias,) = resources(stack, "AWS::Lambda::Alias")

    assert only(stack, "AWS::Cognito::UserPool")["LambdaConfig"] == {"PreSignUp": {"Ref": alias}}


def test_one_permission_lets_this_pool_invoke_the_alias(stack: cdk.Stack) -> None:
    (alias,) = resources(stack, "AWS::Lambda::Alias")
    (pool,) = resources(stack, "AWS::Cognito::UserPool")

    assert only(stack, "AWS::Lambda::Permission") == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": alias},
        "Principal": "cognito-idp.amazonaws.com",
        "SourceArn": {"Fn::GetAtt": [pool, "Arn"]},
    }


def test_the_function_has_the_time_that_cognito_waits(stack: cdk.Stack) -> None:
    assert only(stack, "AWS::Lambda::Function")["Timeout"] == 5
    assert warnings(stack) == []


def test_alarms_watch_invocations_because_there_is_nothing_before_the_function(stack: cdk.Stack) -> None:
    share = {each["Id"]: each for each in alarm(stack, "FailedEvents")["Metrics"]}
    group = only(stack, "AWS::CodeDeploy::DeploymentGroup")

    assert share["expr_1"]["Expression"] == "100*failed/requests"
    assert share["failed"]["MetricStat"]["Metric"]["MetricName"] == "Errors"
    assert share["requests"]["MetricStat"]["Metric"]["MetricName"] == "Invocations"
    assert alarm(stack, "Latency")["Threshold"] == 2.5
    assert alarm(stack, "Throttles")["Threshold"] == 1
    assert {"Name": "Shop/Orders/FailedEvents"} in group["AlarmConfiguration"]["Alarms"]


def test_a_trigger_has_12_resources_beside_what_a_stack_shares_and_the_pool(stack: cdk.Stack) -> None:
    own = [name for name in resources(stack) if not name.startswith("LambdaConstructs")]

    assert len(own) - 1 == 12


def test_an_event_before_a_token_has_the_version_that_is_asked_for() -> None:
    stack = new_stack()

    trigger(stack, operation=PRE_TOKEN, lambda_version=cognito.LambdaVersion.V2_0)

    settings = only(stack, "AWS::Cognito::UserPool")["LambdaConfig"]["PreTokenGenerationConfig"]
    assert settings["LambdaVersion"] == "V2_0"


def test_a_pool_has_a_function_for_each_operation() -> None:
    stack = new_stack()
    pool = cognito.UserPool(stack, "Pool")

    CognitoTrigger(stack, "Before", user_pool=pool, operation=PRE_SIGN_UP, **basics())
    CognitoTrigger(stack, "Token", user_pool=pool, operation=PRE_TOKEN, **basics())

    assert len(only(stack, "AWS::Cognito::UserPool")["LambdaConfig"]) == 2


def test_a_pool_of_another_stack_makes_no_circle() -> None:
    app = cdk.App()
    users, shop = cdk.Stack(app, "Users"), cdk.Stack(app, "Shop")

    trigger(shop, user_pool=cognito.UserPool(users, "Pool"))

    assert len(resources(users, "AWS::Lambda::Permission")) == 1


def with_trigger(stack: cdk.Stack) -> cognito.UserPool:
    """A pool that has a function already."""
    pool = cognito.UserPool(stack, "Pool")
    CognitoTrigger(stack, "First", user_pool=pool, operation=PRE_SIGN_UP, **basics())
    return pool


def imported(stack: cdk.Stack) -> Any:
    return cognito.UserPool.from_user_pool_id(stack, "Pool", "eu-west-1_0a1b2c3d")


@pytest.mark.parametrize(
    ("rule", "options", "fragment"),
    [
        ("timeout-above-trigger", lambda _: {"timeout": cdk.Duration.seconds(6)}, "Cognito waits 5"),
        (
            "trigger-asynchronous",
            lambda _: {"operation": cognito.UserPoolOperation.CUSTOM_EMAIL_SENDER},
            "customEmailSender",
        ),
        (
            "trigger-taken",
            lambda stack: {"user_pool": with_trigger(stack)},
            "already has a trigger for preSignUp",
        ),
        ("trigger-event-version", lambda _: {"lambda_version": cognito.LambdaVersion.V2_0}, "V2_0"),
        ("option-type", lambda stack: {"user_pool": imported(stack)}, "user_pool"),
        ("option-type", lambda _: {"operation": "PreSignUp"}, "operation"),
    ],
)
def test_refuses(rule: str, options: Any, fragment: str) -> None:
    stack = new_stack()

    with pytest.raises(ConfigurationError, match=fragment) as refusal:
        trigger(stack, **options(stack))

    assert refusal.value.code == rule
    assert stack.node.try_find_child("Orders") is None


def test_a_threshold_that_is_never_reached_is_a_warning() -> None:
    stack = new_stack()

    trigger(stack, alarms=Alarms(latency_threshold=cdk.Duration.seconds(5)))

    assert warnings(stack) == ["lambda-constructs:latency-above-timeout"]


def test_tokens_are_warnings_and_no_errors() -> None:
    stack = new_stack()
    number: Any = cdk.CfnParameter(stack, "Number", type="Number").value_as_number

    trigger(stack, timeout=cdk.Duration.seconds(number))

    assert warnings(stack) == [
        "lambda-constructs:timeout-above-trigger",
        "lambda-constructs:timeout-range",
        "lambda-constructs:version-unpublished",
    ]
