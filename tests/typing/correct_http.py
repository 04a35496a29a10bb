"""Correct uses of endpoints. Not executed: mypy is the test."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import (
    Alarms,
    CognitoAuthorizer,
    CognitoTrigger,
    Cors,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    IamAuthorizer,
    JwtAuthorizer,
    LambdaAuthorizer,
    PublicAccess,
    RestApiEndpoint,
)
from tests.typing.correct_use import BASICS


def endpoints(stack: Stack, pool: cognito.UserPool, check: lambda_.Function, caller: iam.Role) -> None:
    jwt = JwtAuthorizer(issuer="https://login.shop.example", audience=["shop"])
    orders = HttpFunction(
        stack,
        "Orders",
        routes=["GET /orders", "POST /orders"],
        endpoint=HttpApiEndpoint(authorizer=jwt),
        cors=Cors(allow_origins=["https://shop.example"]),
        alarms=Alarms(latency_threshold=Duration.seconds(2), throttles=False),
        **BASICS,
    )
    CfnOutput(stack, "Url", value=orders.url)
    HttpFunction(
        stack, "Rest", endpoint=RestApiEndpoint(authorizer=LambdaAuthorizer(function=check)), **BASICS
    )
    HttpFunction(
        stack, "Users", endpoint=RestApiEndpoint(authorizer=CognitoAuthorizer(user_pool=pool)), **BASICS
    )
    HttpFunction(stack, "Public", endpoint=FunctionUrlEndpoint(authorizer=PublicAccess()), **BASICS)
    internal = HttpFunction(
        stack, "Internal", endpoint=FunctionUrlEndpoint(authorizer=IamAuthorizer()), **BASICS
    )
    internal.grant_invoke_endpoint(caller)


def triggers_of_a_pool(stack: Stack, pool: cognito.UserPool) -> None:
    CognitoTrigger(stack, "SignUp", user_pool=pool, operation=cognito.UserPoolOperation.PRE_SIGN_UP, **BASICS)
