"""Who may call: authorizers, browsers, domains."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam

from lambda_constructs import (
    CognitoAuthorizer,
    ConfigurationError,
    Cors,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    JwtAuthorizer,
    LambdaAuthorizer,
    ProductionFunction,
    PublicAccess,
    RestApiEndpoint,
)
from lambda_constructs.core.guard import Guard
from lambda_constructs.requests.cors import check_cors
from tests.requests.endpoints import METHOD, PERMISSION, ROUTE, authorization, domain, http, load_balancer
from tests.support import Resource, basics, new_stack, only, resources

SHOP = Cors(allow_origins=["https://shop.example"])
TOKENS = JwtAuthorizer(issuer="https://login.shop.example", audience=["orders"])
ROUTES = ["GET /orders", "POST /orders"]


def authorizer(stack: cdk.Stack, version: str) -> Resource:
    return only(stack, f"AWS::ApiGateway{version}::Authorizer")


def test_tokens_of_an_issuer() -> None:
    stack = new_stack()
    endpoint = HttpApiEndpoint(authorizer=JwtAuthorizer(issuer="https://i", audience=["a"], scopes=["read"]))

    http(stack, endpoint=endpoint, routes=ROUTES)

    found = authorizer(stack, "V2")
    assert (found["AuthorizerType"], found["IdentitySource"]) == ("JWT", ["$request.header.Authorization"])
    assert found["JwtConfiguration"] == {"Issuer": "https://i", "Audience": ["a"]}
    assert authorization(stack) == dict.fromkeys(ROUTES, "JWT")
    assert {str(each["Properties"]["AuthorizationScopes"]) for each in resources(stack, ROUTE).values()} == {
        "['read']"
    }


def test_tokens_of_clients_of_a_user_pool_for_an_http_api() -> None:
    stack = new_stack()
    pool = cognito.UserPool(stack, "Pool")
    client = pool.add_client("Client")

    http(stack, endpoint=HttpApiEndpoint(authorizer=CognitoAuthorizer(user_pool=pool, clients=[client])))

    (name,) = resources(stack, "AWS::Cognito::UserPoolClient")
    configuration = authorizer(stack, "V2")["JwtConfiguration"]
    assert configuration["Audience"] == [{"Ref": name}]
    assert "https://cognito-idp." in configuration["Issuer"]["Fn::Join"][1][0]


def test_tokens_of_a_user_pool_for_a_rest_api() -> None:
    stack = new_stack()
    pool = cognito.UserPool(stack, "Pool")
    endpoint = RestApiEndpoint(authorizer=CognitoAuthorizer(user_pool=pool, scopes=["orders/read"]))

    http(stack, endpoint=endpoint, routes=ROUTES)

    assert authorizer(stack, "")["Type"] == "COGNITO_USER_POOLS"
    assert set(authorization(stack).values()) == {"COGNITO_USER_POOLS"}
    for method in resources(stack, METHOD).values():
        assert method["Properties"]["AuthorizationScopes"] == ["orders/read"]


@pytest.mark.parametrize(
    ("kind", "version", "identity"),
    [
        (HttpApiEndpoint, "V2", ["$request.header.Authorization"]),
        (RestApiEndpoint, "", "method.request.header.Authorization"),
    ],
)
def test_a_function_that_both_kinds_of_api_ask_in_the_same_form(
    kind: Any, version: str, identity: object
) -> None:
    stack = new_stack()
    check = ProductionFunction(stack, "Check", **basics())

    http(stack, endpoint=kind(authorizer=LambdaAuthorizer(function=check.alias)), routes=ROUTES)

    found = authorizer(stack, version)
    assert "REQUEST" in (found.get("AuthorizerType"), found.get("Type"))
    assert found["AuthorizerResultTtlInSeconds"] == 300
    assert found["IdentitySource"] == identity
    assert found.get("AuthorizerPayloadFormatVersion", "1.0") == "1.0"
    assert set(authorization(stack).values()) == {"CUSTOM"}
    # One for the endpoint, one for the authorizer: each for its own function.
    permissions = [each["Properties"] for each in resources(stack, PERMISSION).values()]
    assert len({json.dumps(each["FunctionName"]) for each in permissions}) == len(permissions) == 2


def test_a_function_that_responds_without_a_policy_or_gets_only_a_token() -> None:
    stack = new_stack()
    check = ProductionFunction(stack, "Check", timeout=cdk.Duration.seconds(5), **basics())
    simple = LambdaAuthorizer(function=check.alias, simple_responses=True)
    token = LambdaAuthorizer(function=check.alias, token_only=True, identity_headers=["X-Token"])

    HttpFunction(stack, "Http", endpoint=HttpApiEndpoint(authorizer=simple), **basics())
    HttpFunction(stack, "Rest", endpoint=RestApiEndpoint(authorizer=token), **basics())

    found = authorizer(stack, "V2")
    assert (found["AuthorizerPayloadFormatVersion"], found["EnableSimpleResponses"]) == ("2.0", True)
    found = authorizer(stack, "")
    assert (found["Type"], found["IdentitySource"]) == ("TOKEN", "method.request.header.X-Token")
    assert found["AuthorizerResultTtlInSeconds"] == 300


@pytest.mark.parametrize("kind", [HttpApiEndpoint, RestApiEndpoint])
def test_everybody_only_by_name(kind: Any) -> None:
    stack = new_stack()

    http(stack, endpoint=kind(authorizer=PublicAccess()), routes=ROUTES)

    assert set(authorization(stack).values()) == {"NONE"}


def test_a_function_url_asks_iam() -> None:
    stack = new_stack()

    http(stack, endpoint=FunctionUrlEndpoint())

    url = only(stack, "AWS::Lambda::Url")
    assert (url["AuthType"], url["InvokeMode"], url["Qualifier"]) == ("AWS_IAM", "BUFFERED", "live")
    assert resources(stack, PERMISSION) == {}


def test_a_function_url_for_everybody_has_the_two_permissions_that_lambda_asks_for() -> None:
    stack = new_stack()

    http(stack, endpoint=FunctionUrlEndpoint(authorizer=PublicAccess(), response_streaming=True))

    url = only(stack, "AWS::Lambda::Url")
    assert (url["AuthType"], url["InvokeMode"]) == ("NONE", "RESPONSE_STREAM")
    conditions = {
        each["Properties"]["Action"]: (
            each["Properties"].get("FunctionUrlAuthType"),
            each["Properties"].get("InvokedViaFunctionUrl"),
        )
        for each in resources(stack, PERMISSION).values()
    }
    assert conditions == {
        "lambda:InvokeFunctionUrl": ("NONE", None),
        "lambda:InvokeFunction": (None, True),
    }


@pytest.mark.parametrize(
    ("endpoint", "actions"),
    [
        (HttpApiEndpoint(), ["execute-api:Invoke"]),
        (RestApiEndpoint(), ["execute-api:Invoke"]),
        (FunctionUrlEndpoint(), ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_principal_may_call_by_a_grant(endpoint: Any, actions: list[str]) -> None:
    stack = new_stack()
    caller = iam.Role(stack, "Caller", assumed_by=iam.AccountRootPrincipal())

    http(stack, endpoint=endpoint).grant_invoke_endpoint(caller)

    (policy,) = resources(stack, "AWS::IAM::Policy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    assert [statement["Action"] for statement in statements] == actions


@pytest.mark.parametrize("endpoint", [HttpApiEndpoint(authorizer=PublicAccess()), None])
def test_a_grant_is_refused_without_iam_authorization(endpoint: Any) -> None:
    stack = new_stack()
    made = http(stack, endpoint=endpoint or load_balancer(stack))

    with pytest.raises(ConfigurationError) as refusal:
        made.grant_invoke_endpoint(iam.AccountRootPrincipal())

    assert refusal.value.code == "grant-without-iam"


def test_an_http_api_answers_browsers_itself() -> None:
    stack = new_stack()

    http(stack, endpoint=HttpApiEndpoint(authorizer=TOKENS), routes=ROUTES, cors=SHOP)

    assert only(stack, "AWS::ApiGatewayV2::Api")["CorsConfiguration"] == {
        "AllowOrigins": ["https://shop.example"],
        "AllowMethods": ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"],
        "AllowHeaders": ["Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token"],
        "AllowCredentials": False,
        "MaxAge": 3600,
    }
    assert authorization(stack) == dict.fromkeys(ROUTES, "JWT")


def test_a_route_for_any_method_does_not_ask_browsers_for_a_token_before_the_call() -> None:
    stack = new_stack()

    http(stack, endpoint=HttpApiEndpoint(authorizer=TOKENS), cors=SHOP)

    assert authorization(stack) == {
        "ANY /": "JWT",
        "OPTIONS /": "NONE",
        "ANY /{proxy+}": "JWT",
        "OPTIONS /{proxy+}": "NONE",
    }
    assert [
        each["Properties"]["RouteKey"]
        for each in resources(stack, ROUTE).values()
        if "AuthorizationScopes" in each["Properties"]
    ] == []


def test_an_api_for_everybody_needs_no_route_for_browsers() -> None:
    stack = new_stack()

    http(stack, endpoint=HttpApiEndpoint(authorizer=PublicAccess()), cors=SHOP)

    assert authorization(stack) == {"ANY /": "NONE", "ANY /{proxy+}": "NONE"}


def test_a_rest_api_answers_browsers_and_lets_them_read_its_errors() -> None:
    stack = new_stack()
    cors = Cors(allow_origins=["https://shop.example"], allow_credentials=True)

    http(stack, endpoint=RestApiEndpoint(), routes=["GET /orders"], cors=cors)

    assert authorization(stack) == {"OPTIONS /": "NONE", "OPTIONS orders": "NONE", "GET orders": "AWS_IAM"}
    responses = [each["Properties"] for each in resources(stack, "AWS::ApiGateway::GatewayResponse").values()]
    assert {each["ResponseType"] for each in responses} == {"DEFAULT_4XX", "DEFAULT_5XX"}
    for response in responses:
        assert response["ResponseParameters"] == {
            "gatewayresponse.header.Access-Control-Allow-Origin": "'https://shop.example'",
            "gatewayresponse.header.Access-Control-Allow-Credentials": "'true'",
        }


def test_errors_of_a_rest_api_name_no_origin_if_there_are_several() -> None:
    stack = new_stack()

    http(stack, endpoint=RestApiEndpoint(), cors=Cors(allow_origins=["https://a.b", "https://c.d"]))

    assert resources(stack, "AWS::ApiGateway::GatewayResponse") == {}


def test_a_function_url_answers_browsers_itself() -> None:
    stack = new_stack()
    cors = Cors(
        allow_origins=["*"],
        allow_methods=["GET"],
        allow_headers=["X-Trace"],
        expose_headers=["ETag"],
        max_age=cdk.Duration.hours(2),
    )

    http(stack, endpoint=FunctionUrlEndpoint(), cors=cors)

    assert only(stack, "AWS::Lambda::Url")["Cors"] == {
        "AllowOrigins": ["*"],
        "AllowMethods": ["GET"],
        "AllowHeaders": ["X-Trace"],
        "ExposeHeaders": ["ETag"],
        "AllowCredentials": False,
        "MaxAge": 7200,
    }


def test_lists_of_methods_that_cdk_has_are_accepted() -> None:
    guard = Guard(new_stack(), "Api")
    every = {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}

    for given, expected in (
        (apigateway.Cors.ALL_METHODS, every),
        (["*"], every),
        (["OPTIONS", "GET"], {"GET"}),
    ):
        settings = check_cors(guard, Cors(allow_origins=["*"], allow_methods=given))
        assert settings is not None
        assert set(settings.methods) == expected


@pytest.mark.parametrize(("kind", "stage"), [(HttpApiEndpoint, "$default"), (RestApiEndpoint, "live")])
def test_a_domain_leads_to_the_stage_and_nothing_leads_past_it(kind: Any, stage: str) -> None:
    stack = new_stack()

    made = http(stack, endpoint=kind(domain=domain(stack)))

    (api,) = [
        each
        for each in resources(stack).values()
        if each["Type"] in ("AWS::ApiGatewayV2::Api", "AWS::ApiGateway::RestApi")
    ]
    (mapping,) = resources(stack, "AWS::ApiGatewayV2::ApiMapping").values()
    (configuration,) = only(stack, "AWS::ApiGatewayV2::DomainName")["DomainNameConfigurations"]
    assert api["Properties"]["DisableExecuteApiEndpoint"] is True
    assert mapping["Properties"]["Stage"] == stage
    assert any("Stage" in name for name in mapping["DependsOn"])
    assert configuration["SecurityPolicy"] == "TLS_1_2"
    assert made.url == "https://api.shop.example/"
    assert made.domain.regional_domain_name


def test_the_domain_stays_when_the_kind_of_api_changes() -> None:
    names: list[str] = []
    for kind in (HttpApiEndpoint, RestApiEndpoint):
        stack = new_stack()
        http(stack, endpoint=kind(domain=domain(stack)))
        names += resources(stack, "AWS::ApiGatewayV2::DomainName")

    assert len(names) == 2
    assert len(set(names)) == 1


def test_the_address_beside_the_domain_is_kept_by_name() -> None:
    stack = new_stack()

    http(stack, endpoint=HttpApiEndpoint(domain=domain(stack, default_endpoint=True)))

    assert only(stack, "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] is False


def test_a_method_beside_the_routes_can_be_public_by_name() -> None:
    stack = new_stack()
    made = http(stack, endpoint=RestApiEndpoint(), routes=["GET /orders"])

    made.rest_api.root.add_method("GET", authorization_type=apigateway.AuthorizationType.NONE)

    assert authorization(stack) == {"GET orders": "AWS_IAM", "GET /": "NONE"}
