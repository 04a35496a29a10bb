"""Endpoints that do not wait as long as their function runs, and pages that may call."""

from __future__ import annotations

from typing import Any

import pytest

from tests.audit.support import Json, arn, findings, found, function, parameter, ref, resource, template

LATE = "timeout-above-endpoint"
COGNITO = "timeout-above-trigger"
CORS = "cors-credentials"
URI = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/functions/${Function.Arn}/invocations"}


def method(**integration: Any) -> Json:
    return resource("AWS::ApiGateway::Method", Integration={"Uri": URI, **integration})


def integration(**properties: Any) -> Json:
    return resource("AWS::ApiGatewayV2::Integration", IntegrationUri=arn("Function"), **properties)


@pytest.mark.parametrize(
    ("endpoint", "longest"),
    [
        (method(), 29),
        (method(TimeoutInMillis=60_000), 60),
        (method(TimeoutInMillis="10000"), 10),
        (method(TimeoutInMillis=1_500), 1),
        (method(TimeoutInMillis=900_000, ResponseTransferMode="STREAM"), 900),
        (integration(), 30),
        (integration(TimeoutInMillis=5_000), 5),
    ],
)
def test_a_function_answers_while_its_endpoint_waits(endpoint: Json, longest: int) -> None:
    in_time = template(Function=function(Timeout=longest), Endpoint=endpoint)
    late = template(Function=function(Timeout=longest + 1), Endpoint=endpoint)

    assert found(in_time, LATE) == []
    assert found(late, LATE) == [(LATE, "error", "Function")]


@pytest.mark.parametrize(
    "endpoint",
    [
        method(RequestParameters={"integration.request.header.X-Amz-Invocation-Type": "'Event'"}),
        method(ResponseTransferMode="STREAM"),
        resource("AWS::Lambda::Url", TargetFunctionArn=arn("Function")),
        resource("AWS::ApiGatewayV2::Integration", IntegrationUri="https://shop.example"),
    ],
)
def test_what_does_not_wait_is_not_late(endpoint: Json) -> None:
    assert found(template(Function=function(Timeout=900), Endpoint=endpoint), LATE) == []


def test_all_routes_that_wait_alike_are_one_finding() -> None:
    source = template(Function=function(Timeout=60), One=method(), Two=method(), Third=integration())

    late = findings(source, LATE)

    assert [each.about for each in late] == [("One", "Two"), ("Third",)]


def test_times_that_are_only_known_at_deployment_are_undecided() -> None:
    sections = {"Parameters": {"Seconds": parameter()}}

    source = template(sections, Function=function(Timeout=ref("Seconds")), Endpoint=method())
    assert found(source, LATE) == [(LATE, "undecided", "Function")]

    source = template(sections, Function=function(), Endpoint=integration(TimeoutInMillis=ref("Seconds")))
    assert found(source, LATE) == [(LATE, "undecided", "Function")]


@pytest.mark.parametrize(
    ("configuration", "waits"),
    [
        ({"PreSignUp": arn("Function")}, True),
        ({"PreTokenGenerationConfig": {"LambdaArn": arn("Function"), "LambdaVersion": "V2_0"}}, True),
        ({"CustomEmailSender": {"LambdaArn": arn("Function"), "LambdaVersion": "V1_0"}}, False),
        ({"KMSKeyID": arn("Key")}, False),
    ],
)
def test_cognito_waits_five_seconds(configuration: Json, waits: object) -> None:
    pool = resource("AWS::Cognito::UserPool", LambdaConfig=configuration)
    key = resource("AWS::KMS::Key")

    assert found(template(Function=function(Timeout=5), Pool=pool, Key=key), COGNITO) == []
    late = found(template(Function=function(Timeout=6), Pool=pool, Key=key), COGNITO)
    assert late == ([(COGNITO, "error", "Function")] if waits else [])


@pytest.mark.parametrize(
    ("kind", "option"), [("ApiGatewayV2::Api", "CorsConfiguration"), ("Lambda::Url", "Cors")]
)
@pytest.mark.parametrize(
    ("origins", "credentials", "severities"),
    [
        (["*"], True, ["error"]),
        (["https://shop.example", "*"], "true", ["error"]),
        (["https://shop.example"], True, []),
        (["*"], None, []),
        (["*"], ref("Cookies"), ["undecided"]),
        (ref("Origins"), True, ["undecided"]),
        (None, True, []),
    ],
)
def test_cookies_are_for_pages_that_are_named(
    kind: str, option: str, origins: Any, credentials: Any, severities: list[str]
) -> None:
    cors = {"AllowOrigins": origins, "AllowCredentials": credentials}
    cors = {name: value for name, value in cors.items() if value is not None}
    sections = {"Parameters": {"Cookies": parameter("String"), "Origins": parameter("CommaDelimitedList")}}

    source = template(sections, Endpoint=resource(f"AWS::{kind}", **{option: cors}))

    assert [severity for _, severity, _ in found(source, CORS)] == severities
