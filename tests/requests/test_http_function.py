"""A function behind an HTTP API, as it comes and with routes, rates and logs."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs

from lambda_constructs import (
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    RestApiEndpoint,
)
from tests.requests.endpoints import PERMISSION, ROUTE, alias, authorization, http, load_balancer
from tests.support import basics, new_stack, only, resources, warnings


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    http(stack)
    return stack


def test_every_request_goes_to_the_alias_because_the_function_has_its_own_router(
    stack: cdk.Stack,
) -> None:
    integration = only(stack, "AWS::ApiGatewayV2::Integration")

    assert (integration["IntegrationType"], integration["PayloadFormatVersion"]) == ("AWS_PROXY", "2.0")
    assert integration["IntegrationUri"] == alias(stack)
    assert authorization(stack) == {"ANY /": "AWS_IAM", "ANY /{proxy+}": "AWS_IAM"}


def test_one_permission_lets_this_api_invoke_the_alias(stack: cdk.Stack) -> None:
    (api,) = resources(stack, "AWS::ApiGatewayV2::Api")
    permission = only(stack, PERMISSION)

    assert permission["FunctionName"] == alias(stack)
    assert (permission["Action"], permission["Principal"]) == (
        "lambda:InvokeFunction",
        "apigateway.amazonaws.com",
    )
    assert permission["SourceArn"]["Fn::Join"][1][1:] == [
        {"Ref": "AWS::Partition"},
        ":execute-api:",
        {"Ref": "AWS::Region"},
        ":",
        {"Ref": "AWS::AccountId"},
        ":",
        {"Ref": api},
        "/*/*",
    ]


def test_the_stage_bounds_the_rate_and_logs_each_request_in_json(stack: cdk.Stack) -> None:
    stage = only(stack, "AWS::ApiGatewayV2::Stage")
    line = json.loads(stage["AccessLogSettings"]["Format"])
    destination = stage["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][0]

    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert stage["DefaultRouteSettings"] == {"ThrottlingRateLimit": 1000, "ThrottlingBurstLimit": 500}
    assert (line["requestId"], line["route"]) == ("$context.requestId", "$context.routeKey")
    assert resources(stack, "AWS::Logs::LogGroup")[destination]["Properties"] == {"RetentionInDays": 30}


def test_the_function_has_less_time_than_the_api(stack: cdk.Stack) -> None:
    assert only(stack, "AWS::Lambda::Function")["Timeout"] == 15


def test_a_failing_release_is_rolled_back(stack: cdk.Stack) -> None:
    names = only(stack, "AWS::CodeDeploy::DeploymentGroup")["AlarmConfiguration"]["Alarms"]
    (errors,) = (name for name in resources(stack, "AWS::CloudWatch::Alarm") if "ErrorsAlarm" in name)

    assert [each["Name"] for each in names] == [{"Ref": errors}, "Shop/Orders/FailedEvents"]


def test_ten_routes_need_one_integration_and_one_permission() -> None:
    stack = new_stack()

    http(stack, routes=[f"GET /orders/{number}" for number in range(10)])

    kinds = Counter(each["Type"] for each in resources(stack).values())
    assert kinds[ROUTE] == 10
    assert kinds["AWS::ApiGatewayV2::Integration"] == kinds[PERMISSION] == 1


def test_rate_burst_and_retention_are_options() -> None:
    stack = new_stack()
    endpoint = HttpApiEndpoint(
        throttling_rate_limit=0.5,
        throttling_burst_limit=2,
        access_log_retention=logs.RetentionDays.ONE_YEAR,
    )

    made = http(stack, endpoint=endpoint)

    (group,) = (
        each for name, each in resources(stack, "AWS::Logs::LogGroup").items() if "EndpointLogs" in name
    )
    settings = only(stack, "AWS::ApiGatewayV2::Stage")["DefaultRouteSettings"]
    assert settings == {"ThrottlingRateLimit": 0.5, "ThrottlingBurstLimit": 2}
    assert group["Properties"]["RetentionInDays"] == 365
    assert made.access_log_group.log_group_arn


def test_the_access_log_is_encrypted_with_the_key_of_the_workload() -> None:
    stack = new_stack()

    http(stack, encryption_key=kms.Key(stack, "Key"))

    groups = resources(stack, "AWS::Logs::LogGroup").values()
    assert len({json.dumps(group["Properties"]["KmsKeyId"]) for group in groups}) == 1
    assert len(groups) == 2


def test_routes_that_are_added_to_the_api_later_ask_the_same_authorizer() -> None:
    stack = new_stack()
    made = http(stack, routes=["GET /orders"])
    status = integrations.HttpUrlIntegration("Status", "https://status.shop.example")

    made.http_api.add_routes(path="/status", methods=[apigatewayv2.HttpMethod.GET], integration=status)

    assert authorization(stack) == {"GET /orders": "AWS_IAM", "GET /status": "AWS_IAM"}


@pytest.mark.parametrize("endpoint", [HttpApiEndpoint(), RestApiEndpoint()])
def test_a_change_of_routes_replaces_nothing_but_routes(endpoint: Any) -> None:
    def deployed(routes: list[str], others: list[str]) -> dict[str, str]:
        stack = new_stack()
        added: Any = http(stack, routes=routes, endpoint=endpoint).add_function
        added("Returns", routes=others, **basics())
        return {name: each["Type"] for name, each in resources(stack).items()}

    before = deployed(["GET /orders", "POST /orders", "ANY /"], ["GET /returns", "POST /returns"])
    reordered = deployed(["ANY /", "POST /orders", "GET /orders"], ["POST /returns", "GET /returns"])
    without_first = deployed(["POST /orders", "ANY /"], ["POST /returns"])
    changed = before.items() ^ reordered.items()
    removed = before.items() - without_first.items()

    assert {kind for _, kind in changed} <= {"AWS::ApiGateway::Deployment"}
    assert {kind for _, kind in removed} <= {
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::Method",
        "AWS::ApiGatewayV2::Route",
        "AWS::Lambda::Permission",
    }
    assert [
        name for name, kind in removed if kind == "AWS::Lambda::Permission" and "Returns" not in name
    ] == []


def test_the_timeout_is_an_option_up_to_that_of_the_api() -> None:
    stack = new_stack()

    http(stack, timeout=cdk.Duration.seconds(30))

    assert only(stack, "AWS::Lambda::Function")["Timeout"] == 30
    assert warnings(stack) == []


@pytest.mark.parametrize(
    ("endpoint", "there", "elsewhere"),
    [
        (HttpApiEndpoint(), "http_api", "rest_api"),
        (RestApiEndpoint(), "rest_api", "http_api"),
        (FunctionUrlEndpoint(), "function_url", "access_log_group"),
    ],
)
def test_what_another_endpoint_would_have_is_not_there(endpoint: Any, there: str, elsewhere: str) -> None:
    made = http(new_stack(), endpoint=endpoint)

    assert getattr(made, there) is not None
    assert made.url
    for name in (elsewhere, "target_group", "domain"):
        with pytest.raises(AttributeError, match=f"there is no {name}: pass "):
            getattr(made, name)


def test_the_address_of_a_load_balancer_is_not_the_workloads() -> None:
    stack = new_stack()
    made = http(stack, endpoint=load_balancer(stack))

    with pytest.raises(AttributeError, match="there is no url: use the address of your load balancer"):
        _ = made.url


def test_another_kind_of_api_replaces_none_of_its_resources_by_one_of_another_type() -> None:
    one, two = new_stack(), new_stack()
    http(one)
    http(two, endpoint=RestApiEndpoint())
    before, after = resources(one), resources(two)

    assert {
        name for name in before.keys() & after.keys() if before[name]["Type"] != after[name]["Type"]
    } == set()


def test_two_functions_of_a_stack_share_nothing_but_what_every_workload_shares() -> None:
    stack = new_stack()
    HttpFunction(stack, "Orders", **basics())
    HttpFunction(stack, "Invoices", **basics())

    assert len(resources(stack, "AWS::ApiGatewayV2::Api")) == 2
    assert len(resources(stack, PERMISSION)) == 2


@pytest.mark.parametrize(
    ("endpoint", "count"),
    [(HttpApiEndpoint(), 18), (RestApiEndpoint(), 21), (FunctionUrlEndpoint(), 12)],
    ids=lambda value: type(value).__name__,
)
def test_a_function_has_few_resources_without_shared_ones(endpoint: Any, count: int) -> None:
    stack = new_stack()
    http(stack, endpoint=endpoint)

    own = [name for name in resources(stack) if not name.startswith("LambdaConstructs")]

    assert len(own) == count
