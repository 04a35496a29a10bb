"""Endpoints in templates: a function answers within the time that its API waits."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, function, parameter, ref, resource, template
from tests.for_each import for_each

LATE = "timeout-above-endpoint"
URI = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/functions/${Function.Arn}/invocations"}


def method(**integration: Any) -> Json:
    return resource("AWS::ApiGateway::Method", Integration={"Uri": URI, **integration})


def integration(**properties: Any) -> Json:
    return resource("AWS::ApiGatewayV2::Integration", IntegrationUri=arn("Function"), **properties)


def test_a_domain_serves_one_api_under_each_base_path() -> None:
    def mapping(domain: Any, path: Any) -> Json:
        return resource("AWS::ApiGatewayV2::ApiMapping", DomainName=domain, ApiMappingKey=path)

    code, name = "base-path-twice", resource("AWS::ApiGatewayV2::DomainName")
    cases: list[tuple[Json, bool]] = [
        (mapping(ref("Domain"), "orders"), True),
        (mapping(ref("Domain"), "refunds"), False),
        (mapping(ref("Domain"), None), False),
        (mapping("api.shop.example", "orders"), False),
        (mapping(ref("Domain"), ref("Open")), False),
        ({**mapping(ref("Domain"), "orders"), "Condition": "Open"}, False),
    ]
    for second, twice in cases:
        shop = template(Domain=name, First=mapping(ref("Domain"), "orders"), Second=second)
        assert found(shop, code) == ([(code, "error", "Second")] if twice else []), second


@for_each(
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
    assert found(late, LATE) == [(LATE, "warning", "Function")]


@for_each(
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
