"""How a REST API calls a function, and the headers of its answers."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, function, ref, resource, template
from tests.for_each import for_each

METHOD, HEADER = "integration-method", "response-header-unquoted"
URI = {"Fn::Sub": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"}


def method(**integration: Any) -> Json:
    return resource("AWS::ApiGateway::Method", HttpMethod="GET", Integration=integration)


def api(**integration: Any) -> Json:
    routes = {"get": {"x-amazon-apigateway-integration": integration}, "parameters": []}
    return resource("AWS::ApiGateway::RestApi", Body={"paths": {"/a": routes, "/b": routes}})


def shop(trigger: Json) -> Json:
    return template(
        {"Parameters": {"Open": {"Type": "String"}}}, Function=function(Timeout=3), Trigger=trigger
    )


@for_each(
    ("trigger", "refused"),
    [
        (method(Uri=URI, IntegrationHttpMethod="POST"), 0),
        (method(Uri=URI, IntegrationHttpMethod="GET"), 1),
        (method(Uri=URI, IntegrationHttpMethod=ref("Open")), 0),
        (method(Uri=URI), 0),
        (method(Uri="https://shop.example", IntegrationHttpMethod="GET"), 0),
        (api(uri=URI, httpMethod="post"), 0),
        (api(uri=URI, httpMethod="get"), 2),
        (resource("AWS::ApiGatewayV2::Integration", IntegrationUri=arn("Function"), httpMethod="GET"), 0),
    ],
)
def test_a_function_is_called_with_post(trigger: Json, refused: int) -> None:
    assert found(shop(trigger), METHOD) == [(METHOD, "error", "Trigger")] * refused


@for_each(
    ("value", "refused"),
    [
        ("'*'", False),
        ("''", False),
        ("integration.response.header.Location", False),
        ("integration.response.body.url", False),
        ("context.requestId", False),
        ("stageVariables.origin", False),
        ({"Fn::Sub": "'${Open}'"}, False),
        (ref("Open"), False),
        ("*", True),
        ("GET,POST", True),
        ("https://shop.example", True),
        ("'a','b'", True),
        ("integration.response.headers", True),
    ],
)
def test_header_of_a_response_is_an_expression(value: Any, *, refused: bool) -> None:
    name = "method.response.header.Access-Control-Allow-Origin"
    for trigger in (
        method(IntegrationResponses=[{"StatusCode": "200", "ResponseParameters": {name: value}}]),
        api(responses={"default": {"responseParameters": {name: value}}}),
    ):
        told = findings(shop(trigger), HEADER)

        assert [each.message for each in told] == (
            [f"Access-Control-Allow-Origin is {value} without single quotes around it; write \"'{value}'\""]
            * refused
        )
