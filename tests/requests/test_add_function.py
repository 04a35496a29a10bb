"""Several functions behind one API: each has its own routes, callers, limits, permissions and alarms."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import (
    Alarms,
    ApiFunction,
    ApiRoute,
    Canary,
    CognitoAuthorizer,
    ConfigurationError,
    Cors,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    IamAuthorizer,
    JwtAuthorizer,
    LambdaAuthorizer,
    PublicAccess,
    RestApiEndpoint,
    SharedDomain,
)
from tests.requests.endpoints import METHOD, PERMISSION, ROUTE, authorization, domain, http, load_balancer
from tests.support import Resource, basics, function, new_stack, resources, warnings

KINDS = (HttpApiEndpoint, RestApiEndpoint)
TOKENS = JwtAuthorizer(issuer="https://login.shop.example", audience=["shop"])
SHOP = Cors(allow_origins=["https://shop.example"])


def admin(api: HttpFunction, routes: Any, **options: Any) -> ApiFunction:
    """A second function of the API."""
    return api.add_function("Admin", routes=routes, **{**basics(), **options})


def pool(stack: cdk.Stack, kind: type, **options: Any) -> CognitoAuthorizer:
    users = cognito.UserPool(stack, "Users")
    clients = [users.add_client("Client")] if kind is HttpApiEndpoint else None
    return CognitoAuthorizer(user_pool=users, clients=clients, **options)


def sources(stack: cdk.Stack, workload: ApiFunction | HttpFunction) -> list[str]:
    """The last part of the ARNs for which API Gateway may invoke a function."""
    invoked = stack.resolve(workload.alias.function_arn)
    found = [each["Properties"] for each in resources(stack, PERMISSION).values()]
    arns = [each["SourceArn"]["Fn::Join"][1] for each in found if each["FunctionName"] == invoked]
    return sorted(parts[-1] for parts in arns)


def test_callers_are_authorized_by_route() -> None:
    for kind in KINDS:
        stack = new_stack()
        health = ApiRoute(route="GET /health", authorizer=PublicAccess())
        api = http(stack, endpoint=kind(), routes=["GET /orders", health])
        me = ApiRoute(route="GET /me", authorizer=IamAuthorizer())
        admin(api, ["GET /admin", me], authorizer=pool(stack, kind, scopes=["admin"]))

        token = "JWT" if kind is HttpApiEndpoint else "COGNITO_USER_POOLS"
        assert authorization(stack) == {
            ("GET /orders" if kind is HttpApiEndpoint else "GET orders"): "AWS_IAM",
            ("GET /health" if kind is HttpApiEndpoint else "GET health"): "NONE",
            ("GET /admin" if kind is HttpApiEndpoint else "GET admin"): token,
            ("GET /me" if kind is HttpApiEndpoint else "GET me"): "AWS_IAM",
        }
        every = [each["Properties"] for type_ in (ROUTE, METHOD) for each in resources(stack, type_).values()]
        scopes = [each.get("AuthorizationScopes") for each in every]
        assert scopes.count(["admin"]) == 1
        assert scopes.count(None) == 3
        assert sum("AuthorizerId" in each for each in every) == 1
        assert warnings(stack) == []


def test_a_route_can_leave_the_authorizer_of_its_api() -> None:
    for kind in KINDS:
        for default in ("pool", "function"):
            stack = new_stack()
            check = LambdaAuthorizer(function=lambda_.Function(stack, "Check", **basics()))
            first = pool(stack, kind, scopes=["read"]) if default == "pool" else check
            api = http(stack, endpoint=kind(authorizer=first), routes=["GET /default"])
            routes = [
                ApiRoute(route="GET /iam", authorizer=IamAuthorizer()),
                ApiRoute(route="GET /public", authorizer=PublicAccess()),
                ApiRoute(route="GET /check", authorizer=check),
                "GET /same",
            ]
            admin(api, routes)
            found = {name.replace("/", ""): value for name, value in authorization(stack).items()}
            same = found.pop("GET same")
            assert same == found.pop("GET default"), (kind, default)
            assert found == {"GET iam": "AWS_IAM", "GET public": "NONE", "GET check": "CUSTOM"}


def test_routes_with_the_same_authorizer_share_one() -> None:
    for kind in KINDS:
        stack = new_stack()
        check = LambdaAuthorizer(function=lambda_.Function(stack, "Check", **basics()))
        api = http(stack, endpoint=kind(), routes=["GET /orders", ApiRoute(route="GET /a", authorizer=check)])
        admin(api, ["GET /b", "GET /c"], authorizer=LambdaAuthorizer(function=check.function))
        version = "V2" if kind is HttpApiEndpoint else ""
        assert len(resources(stack, f"AWS::ApiGateway{version}::Authorizer")) == 1
    stack = new_stack()
    api = http(stack, endpoint=HttpApiEndpoint(authorizer=TOKENS), routes=["GET /orders"])
    scoped = JwtAuthorizer(issuer=TOKENS.issuer, audience=TOKENS.audience, scopes=["admin"])
    admin(api, ["GET /admin"], authorizer=scoped)
    assert len(resources(stack, "AWS::ApiGatewayV2::Authorizer")) == 1


def test_api_gateway_may_invoke_an_added_function_for_its_routes_only() -> None:
    for kind in KINDS:
        stack = new_stack()
        api = http(stack, endpoint=kind(), routes=["GET /orders"])
        added = admin(api, ["GET /", "ANY /admin/{id}/{proxy+}", "POST /admin/{id}"])
        assert sources(stack, api) == ["/*/*"]
        assert sources(stack, added) == ["/*/*/admin/*/*", "/*/GET/", "/*/POST/admin/*"]


def test_an_added_function_is_invoked_by_its_routes() -> None:
    for kind in KINDS:
        stack = new_stack()
        api = http(stack, endpoint=kind(), routes=["GET /orders"])
        added = admin(api, ["GET /admin"])
        integrations = json.dumps(
            [resources(stack, "AWS::ApiGatewayV2::Integration"), resources(stack, METHOD)]
        )
        for each in (api, added):
            assert integrations.count(json.dumps(stack.resolve(each.alias.function_arn))) == 1


def test_grants_are_for_the_routes_of_the_function() -> None:
    for kind in KINDS:
        stack = new_stack()
        role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        api = http(stack, endpoint=kind(authorizer=PublicAccess()), routes=["GET /orders"])
        with pytest.raises(ConfigurationError, match="the endpoint has PublicAccess"):
            api.grant_invoke_endpoint(role)
        closed = ApiRoute(route="GET /admin", authorizer=IamAuthorizer())
        added = admin(api, ["GET /open", closed])
        added.grant_invoke_endpoint(role)
        (policy,) = resources(stack, "AWS::IAM::Policy").values()
        (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Resource"]["Fn::Join"][1][-1] == "/*/GET/admin"
        public = api.add_function("Open", routes=["GET /all"], **basics())
        with pytest.raises(ConfigurationError) as refusal:
            public.grant_invoke_endpoint(role)
        assert refusal.value.code == "grant-without-iam"


def test_a_grant_on_the_api_needs_one_route_with_iam() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    signed = ApiRoute(route="GET /signed", authorizer=IamAuthorizer())
    http(stack, endpoint=HttpApiEndpoint(authorizer=TOKENS), routes=[signed]).grant_invoke_endpoint(role)


def stage(stack: cdk.Stack) -> Resource:
    found = resources(stack, "AWS::ApiGatewayV2::Stage") or resources(stack, "AWS::ApiGateway::Stage")
    (each,) = found.values()
    return each


def test_requests_are_throttled_by_route() -> None:
    slow = ApiRoute(route="GET /a/{id}", throttling_rate_limit=5)
    any_method = ApiRoute(route="ANY /b", throttling_rate_limit=7, throttling_burst_limit=9)
    for kind in KINDS:
        stack = new_stack()
        api = http(stack, endpoint=kind(throttling_burst_limit=400), routes=[slow])
        admin(api, [any_method, "GET /c"])
        properties = stage(stack)["Properties"]
        if kind is HttpApiEndpoint:
            assert properties["RouteSettings"] == {
                "GET /a/{id}": {"ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 400},
                "ANY /b": {"ThrottlingRateLimit": 7, "ThrottlingBurstLimit": 9},
            }
            assert len(stage(stack)["DependsOn"]) == 2
            continue
        common, *others = properties["MethodSettings"]
        assert common["ResourcePath"] == "/*"
        assert [(each["HttpMethod"], each["ResourcePath"]) for each in others] == [
            ("GET", "/~1a~1{id}"),
            ("*", "/~1b"),
        ]
        assert [each["ThrottlingRateLimit"] for each in others] == [5, 7]
        assert [each["ThrottlingBurstLimit"] for each in others] == [400, 9]
        assert {each["LoggingLevel"] for each in others} == {common["LoggingLevel"]}


def test_preflight_requests_are_answered_for_added_routes() -> None:
    stack = new_stack()
    api = http(stack, endpoint=HttpApiEndpoint(authorizer=TOKENS), routes=["GET /orders"], cors=SHOP)
    admin(api, ["ANY /admin", ApiRoute(route="ANY /open", authorizer=PublicAccess())])
    assert authorization(stack) == {
        "GET /orders": "JWT",
        "ANY /admin": "JWT",
        "OPTIONS /admin": "NONE",
        "ANY /open": "NONE",
    }

    stack = new_stack()
    admin(http(stack, endpoint=RestApiEndpoint(), routes=["GET /orders"], cors=SHOP), ["GET /admin"])
    assert authorization(stack)["OPTIONS admin"] == "NONE"


def test_an_added_function_has_alarms_and_the_api_stops_its_rollout() -> None:
    stack = new_stack()
    api = http(stack, routes=["GET /orders"])
    added = admin(api, ["GET /admin"])
    ids = {alarm.node.id for alarm in added.alarms}
    assert ids == {"ErrorsAlarm", "FailedEventsAlarm", "LatencyAlarm", "ThrottlesAlarm"}
    group = next(
        each["Properties"]
        for name, each in resources(stack, "AWS::CodeDeploy::DeploymentGroup").items()
        if name.startswith("OrdersAdmin")
    )
    watched = [each["Name"] for each in group["AlarmConfiguration"]["Alarms"]]
    assert watched[1:] == ["Shop/Orders/Admin/FailedEvents", "Shop/Orders/FailedEvents"]

    stack = new_stack()
    admin(http(stack, routes=["GET /orders"], alarms=Alarms(failed_events=False)), ["GET /admin"])
    assert "Shop/Orders/FailedEvents" not in str(resources(stack))


REFUSED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("route-twice", {}, {"routes": ["GET /orders/{name}"]}, "GET /orders/{id}"),
    ("route-twice", {}, {"routes": ["GET /a/{x}", "GET /a/{y}"]}, "GET /a/{y}"),
    ("route-twice", {}, {"routes": ["GET /a", ApiRoute(route="GET /a", throttling_rate_limit=1)]}, "GET /a"),
    ("routes-empty", {}, {"routes": []}, "routes is empty"),
    ("route-form", {}, {"routes": [ApiRoute(route="/a")]}, "'/a'"),
    ("cors-options-route", {"cors": SHOP}, {"routes": ["OPTIONS /a"]}, "OPTIONS /a"),
    ("timeout-above-endpoint", {}, {"timeout": cdk.Duration.seconds(31)}, "waits 30"),
    ("throttling-range", {}, {"routes": [ApiRoute(route="GET /a", throttling_rate_limit=0)]}, "GET /a"),
    ("jwt-issuer", {}, {"authorizer": JwtAuthorizer(issuer="shop", audience=["a"])}, "'shop'"),
    (
        "option-type",
        {"endpoint": RestApiEndpoint()},
        {"authorizer": TOKENS},
        "pass a CognitoAuthorizer(...) or a LambdaAuthorizer(...)",
    ),
    ("path-variables", {"endpoint": RestApiEndpoint()}, {"routes": ["GET /orders/{name}/a"]}, "{name}"),
    ("streaming-runtime", {"endpoint": RestApiEndpoint(response_streaming=True)}, {}, ""),
    ("functions-without-api", {"endpoint": FunctionUrlEndpoint(), "routes": None}, {}, "a function URL"),
]


def test_what_is_refused() -> None:
    for code, first, second, fragment in REFUSED:
        stack = new_stack()
        api = http(stack, **{"routes": ["GET /orders/{id}"], **first})
        options = {"routes": ["GET /admin"], **second}
        if code == "streaming-runtime":
            admin(api, **options)
            assert f"lambda-constructs:{code}" in warnings(stack)
            continue
        with pytest.raises(ConfigurationError) as refusal:
            admin(api, **options)
        assert refusal.value.code == code
        assert str(refusal.value).startswith("Shop/Orders/Admin: ")
        assert fragment in str(refusal.value)
        assert api.node.try_find_child("Admin") is None


def test_a_load_balancer_has_one_function() -> None:
    stack = new_stack()
    api = http(stack, endpoint=load_balancer(stack))
    with pytest.raises(ConfigurationError, match="a load balancer"):
        admin(api, ["GET /admin"])


def test_a_rollout_has_room_for_the_alarm_of_the_api_or_is_refused() -> None:
    stack = new_stack()
    others = [function(stack, f"Other{number}").alarms[0] for number in range(8)]
    with pytest.raises(ConfigurationError) as refusal:
        admin(http(stack, routes=["GET /orders"]), ["GET /admin"], rollout=Canary(alarms=others))
    assert refusal.value.code == "rollout-alarms-maximum"


def mapping(stack: cdk.Stack) -> list[Resource]:
    return [each["Properties"] for each in resources(stack, "AWS::ApiGatewayV2::ApiMapping").values()]


def test_apis_share_a_domain_by_base_path() -> None:
    for kind in KINDS:
        stack = new_stack()
        first = http(stack, endpoint=kind(domain=domain(stack, base_path="v1/orders")))
        shared = SharedDomain(domain=first.domain, base_path="refunds")
        second = HttpFunction(stack, "Refunds", endpoint=kind(domain=shared), **basics())
        assert second.domain is first.domain
        assert first.url == "https://api.shop.example/v1/orders/"
        assert stack.resolve(second.url)["Fn::Join"][1][-1] == "/refunds/"
        assert [each.get("ApiMappingKey") for each in mapping(stack)] == ["v1/orders", "refunds"]
        assert len(resources(stack, "AWS::ApiGatewayV2::DomainName")) == 1


def test_an_imported_domain_and_no_base_path() -> None:
    stack = new_stack()
    imported = apigatewayv2.DomainName.from_domain_name_attributes(
        stack,
        "Domain",
        name="api.shop.example",
        regional_domain_name="d-0a1b.execute-api.eu-west-1.amazonaws.com",
        regional_hosted_zone_id="Z1",
    )
    api = http(stack, endpoint=HttpApiEndpoint(domain=SharedDomain(domain=imported)))
    assert api.url == "https://api.shop.example/"
    (found,) = mapping(stack)
    assert (found["DomainName"], found.get("ApiMappingKey")) == ("api.shop.example", None)
    (created,) = resources(stack, "AWS::ApiGatewayV2::Api").values()
    assert created["Properties"]["DisableExecuteApiEndpoint"] is True


def test_a_base_path_that_api_gateway_refuses() -> None:
    for path in ("", "/", "/orders", "orders/", "a//b", "a b", "x" * 301):
        stack = new_stack()
        with pytest.raises(ConfigurationError) as refusal:
            http(stack, endpoint=HttpApiEndpoint(domain=domain(stack, base_path=path)))
        assert refusal.value.code == "base-path", path


def test_two_apis_under_one_base_path_are_refused_at_synthesis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CDK_VALIDATION", raising=False)
    stack = new_stack()
    first = http(stack, endpoint=HttpApiEndpoint(domain=domain(stack)))
    shared = HttpApiEndpoint(domain=SharedDomain(domain=first.domain))
    HttpFunction(stack, "Refunds", endpoint=shared, **basics())
    with pytest.raises(RuntimeError, match="base-path-twice"):
        cdk.App.of(stack).synth()  # type: ignore[union-attr]
