"""A function behind a REST API: what is checked before it, what is logged, how long it may take."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2

from lambda_constructs import Cors, CustomDomain, HttpFunction, RestApiEndpoint
from tests.requests.endpoints import METHOD, PERMISSION, alias, authorization, http, web_acl
from tests.support import Resource, assert_refused, basics, new_stack, only, resources, warnings

ROLE = "AWS::IAM::Role"
STAGE = "AWS::ApiGateway::Stage"
ASSOCIATION = "AWS::WAFv2::WebACLAssociation"
ARN: Any = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/0a1b2c3d"
OBJECT = apigateway.JsonSchema(type=apigateway.JsonSchemaType.OBJECT, required=["item"])


def rest(stack: cdk.Stack, endpoint: dict[str, Any] | None = None, **options: Any) -> HttpFunction:
    return http(stack, endpoint=RestApiEndpoint(**(endpoint or {})), **options)


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    rest(stack)
    return stack


def method(stack: cdk.Stack, kind: str) -> Resource:
    methods: list[Resource] = [each["Properties"] for each in resources(stack, METHOD).values()]
    (found,) = (each for each in methods if each["HttpMethod"] == kind)
    return found


def test_every_request_goes_to_the_alias(stack: cdk.Stack) -> None:
    integrations = [each["Properties"]["Integration"] for each in resources(stack, METHOD).values()]

    assert authorization(stack) == {"ANY /": "AWS_IAM", "ANY {proxy+}": "AWS_IAM"}
    for integration in integrations:
        assert (integration["Type"], integration["IntegrationHttpMethod"]) == ("AWS_PROXY", "POST")
        assert integration["Uri"]["Fn::Join"][1][-3:] == [
            ":lambda:path/2015-03-31/functions/",
            alias(stack),
            "/invocations",
        ]


def test_one_permission_lets_this_api_invoke_the_alias(stack: cdk.Stack) -> None:
    (api,) = resources(stack, "AWS::ApiGateway::RestApi")

    assert only(stack, PERMISSION)["FunctionName"] == alias(stack)
    assert only(stack, PERMISSION)["SourceArn"]["Fn::Join"][1][-2:] == [{"Ref": api}, "/*/*"]


def test_the_stage_is_regional_throttled_traced_and_logged(stack: cdk.Stack) -> None:
    stage = only(stack, STAGE)
    (settings,) = stage["MethodSettings"]
    line = json.loads(stage["AccessLogSetting"]["Format"])

    assert only(stack, "AWS::ApiGateway::RestApi")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (1000, 500)
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("ERROR", False)
    assert (stage["StageName"], stage["TracingEnabled"]) == ("live", True)
    assert (line["requestId"], line["route"]) == ("$context.requestId", "$context.resourcePath")


def test_the_stage_has_the_name_that_is_given_wherever_it_is_named() -> None:
    stack = new_stack()
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", arn)
    domain = CustomDomain(domain_name="api.shop.example", certificate=certificate)

    http(stack, endpoint=RestApiEndpoint(stage_name="v1", domain=domain))

    assert only(stack, STAGE)["StageName"] == "v1"
    assert only(stack, "AWS::ApiGatewayV2::ApiMapping")["Stage"] == "v1"
    template = json.dumps(resources(stack))
    assert template.count('"/v1"') == 1  # of the log group of API Gateway's errors
    assert template.count('{"Name": "Stage", "Value": "v1"}') == template.count('"Name": "Stage"') > 0


def test_the_errors_of_api_gateway_are_not_kept_for_ever(stack: cdk.Stack) -> None:
    (api,) = resources(stack, "AWS::ApiGateway::RestApi")
    found = {
        name: group["Properties"]
        for name, group in resources(stack, "AWS::Logs::LogGroup").items()
        if "LogGroupName" in group["Properties"]
    }
    ((name, group),) = found.items()
    (stage,) = resources(stack, STAGE).values()

    assert group == {
        "LogGroupName": {"Fn::Join": ["", ["API-Gateway-Execution-Logs_", {"Ref": api}, "/live"]]},
        "RetentionInDays": 30,
    }
    assert name in stage["DependsOn"]


def test_the_role_for_logs_is_there_before_the_stage_and_is_kept(stack: cdk.Stack) -> None:
    ((name, account),) = resources(stack, "AWS::ApiGateway::Account").items()
    (stage,) = resources(stack, STAGE).values()

    assert name in stage["DependsOn"]
    assert account["DeletionPolicy"] == "Retain"


def test_two_apis_of_a_stack_set_the_role_for_logs_once() -> None:
    stack = new_stack()
    for name in ("Orders", "Invoices"):
        HttpFunction(stack, name, endpoint=RestApiEndpoint(), **basics())

    assert len(resources(stack, "AWS::ApiGateway::Account")) == 1


def test_an_account_that_has_a_role_for_logs_keeps_it() -> None:
    stack = new_stack()

    rest(stack, {"cloud_watch_role": False})

    assert resources(stack, "AWS::ApiGateway::Account") == {}
    assert [name for name in resources(stack, ROLE) if "GatewayLogs" in name] == []


def test_every_request_needs_an_api_key_if_asked_for_except_preflight_requests() -> None:
    stack = new_stack()
    cors = Cors(allow_origins=["https://shop.example"])

    made = rest(stack, {"api_key_required": True}, routes=["GET /orders"], cors=cors)
    made.add_function("Admin", routes=["PUT /orders"], **basics())

    required = {
        each["Properties"]["HttpMethod"]: each["Properties"]["ApiKeyRequired"]
        for each in resources(stack, METHOD).values()
    }
    assert required == {"GET": True, "PUT": True, "OPTIONS": False}


def test_the_user_gets_no_output_that_was_not_asked_for(stack: cdk.Stack) -> None:
    assert "Outputs" not in assertions.Template.from_stack(stack).to_json()


def test_without_tracing_the_api_is_not_traced_either() -> None:
    stack = new_stack()

    rest(stack, tracing=lambda_.Tracing.DISABLED)

    assert only(stack, STAGE)["TracingEnabled"] is False


def test_a_body_is_checked_whatever_content_type_it_claims() -> None:
    stack = new_stack()

    rest(stack, {"request_schemas": {"POST /orders": OBJECT}}, routes=["GET /orders", "POST /orders"])

    (model,) = resources(stack, "AWS::ApiGateway::Model")
    (validator,) = resources(stack, "AWS::ApiGateway::RequestValidator")
    assert method(stack, "POST")["RequestModels"] == {"$default": {"Ref": model}}
    assert method(stack, "POST")["RequestValidatorId"] == {"Ref": validator}
    assert "RequestModels" not in method(stack, "GET")
    assert only(stack, "AWS::ApiGateway::Model")["Schema"]["required"] == ["item"]
    assert only(stack, "AWS::ApiGateway::RequestValidator")["ValidateRequestBody"] is True


def test_parameters_are_asked_for() -> None:
    stack = new_stack()
    required = {"GET /orders": ["querystring.page", "header.If-None-Match"]}

    rest(stack, {"required_parameters": required}, routes=["GET /orders"])

    assert method(stack, "GET")["RequestParameters"] == {
        "method.request.querystring.page": True,
        "method.request.header.If-None-Match": True,
    }


def test_a_changed_schema_deploys_the_api() -> None:
    deployments: list[str] = []
    for item in ("item", "items"):
        stack = new_stack()
        schema = apigateway.JsonSchema(required=[item])
        rest(stack, {"request_schemas": {"POST /": schema}}, routes=["POST /"])
        deployments += resources(stack, "AWS::ApiGateway::Deployment")

    assert len(set(deployments)) == 2


def test_answers_are_streamed_for_as_long_as_the_api_allows() -> None:
    stack = new_stack()

    rest(
        stack,
        {"response_streaming": True},
        runtime=lambda_.Runtime.NODEJS_24_X,
        timeout=cdk.Duration.minutes(10),
        routes=["GET /orders"],
    )

    integration = method(stack, "GET")["Integration"]
    assert (integration["ResponseTransferMode"], integration["TimeoutInMillis"]) == ("STREAM", 900_000)
    assert integration["Uri"]["Fn::Join"][1][-3:] == [
        ":lambda:path/2021-11-15/functions/",
        alias(stack),
        "/response-streaming-invocations",
    ]
    assert warnings(stack) == []


def test_with_a_raised_quota_the_api_waits_longer() -> None:
    stack = new_stack()
    minute = cdk.Duration.minutes(1)

    rest(stack, {"integration_timeout": minute}, timeout=minute, routes=["GET /orders"])

    assert method(stack, "GET")["Integration"]["TimeoutInMillis"] == 60_000
    assert warnings(stack) == ["lambda-constructs:integration-timeout-raised"]


def test_a_web_acl_of_the_app_guards_the_stage() -> None:
    stack = new_stack()

    rest(stack, {"web_acl": web_acl(stack)})

    (name,) = resources(stack, "AWS::WAFv2::WebACL")
    association = only(stack, ASSOCIATION)
    assert association["WebACLArn"] == {"Fn::GetAtt": [name, "Arn"]}
    assert association["ResourceArn"]["Fn::Join"][1][-2] == "/stages/"


def test_a_web_acl_of_which_only_the_arn_is_known_guards_the_stage() -> None:
    stack = new_stack()
    stage = rest(stack).rest_api.deployment_stage

    wafv2.CfnWebACLAssociation(stack, "WebAcl", resource_arn=stage.stage_arn, web_acl_arn=ARN)

    association = only(stack, ASSOCIATION)
    assert association["WebACLArn"] == ARN
    assert association["ResourceArn"]["Fn::Join"][1][-2] == "/stages/"


def test_the_arn_of_a_web_acl_is_refused_as_an_option() -> None:
    assert_refused(
        http, "option-type", "pass a CfnWebACL or a WebACLRef", endpoint=RestApiEndpoint(web_acl=ARN)
    )


def test_both_logs_are_kept_for_the_time_that_is_asked_for() -> None:
    stack = new_stack()

    rest(stack, {"access_log_retention": logs.RetentionDays.ONE_YEAR})

    groups = resources(stack, "AWS::Logs::LogGroup")
    kept = {each["Properties"]["RetentionInDays"] for name, each in groups.items() if "Endpoint" in name}
    assert kept == {365}


def test_methods_that_are_added_to_the_api_later_ask_the_same_authorizer() -> None:
    stack = new_stack()
    made = rest(stack, routes=["GET /orders"])

    made.rest_api.root.add_method("GET", apigateway.HttpIntegration("https://status.shop.example"))

    assert authorization(stack) == {"GET orders": "AWS_IAM", "GET /": "AWS_IAM"}


def test_binary_media_types_are_those_of_the_api_and_preflight_requests_are_text() -> None:
    stack = new_stack()
    origins = Cors(allow_origins=["https://shop.example"])
    api = rest(stack, {"binary_media_types": ["*/*"]}, routes=["GET /images"], cors=origins)
    api.add_function("More", routes=["GET /files/{name}"], **basics())

    assert only(stack, "AWS::ApiGateway::RestApi")["BinaryMediaTypes"] == ["*/*"]
    methods = [each["Properties"] for each in resources(stack, METHOD).values()]
    handling = {
        each["Integration"].get("ContentHandling") for each in methods if each["HttpMethod"] == "OPTIONS"
    }
    assert handling == {"CONVERT_TO_TEXT"}
    assert all(
        "ContentHandling" not in each["Integration"] for each in methods if each["HttpMethod"] == "GET"
    )


def test_refuses_what_is_no_media_type() -> None:
    assert_refused(rest, "binary-media-type", "image/png", endpoint={"binary_media_types": ["png"]})
