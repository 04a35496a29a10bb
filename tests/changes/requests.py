"""Changes of the options of endpoints and of Cognito triggers."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from lambda_constructs import (
    ApiRoute,
    CognitoAuthorizer,
    CognitoTrigger,
    Cors,
    CustomDomain,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    JwtAuthorizer,
    LambdaAuthorizer,
    LoadBalancerEndpoint,
    PublicAccess,
    RestApiEndpoint,
    SharedDomain,
)
from tests.changes import given
from tests.changes.transitions import Make, Transition, field, made, option
from tests.requests.endpoints import LISTENER, load_balancer, web_acl
from tests.support import basics
from tests.workloads import ARN

ROUTES: Final = ["GET /orders", "POST /orders"]
JWT: Final = {"issuer": "https://login.shop.example", "audience": ["shop"]}
STREAMING: Final = lambda_.Runtime.NODEJS_24_X
APIS: Final = (HttpApiEndpoint, RestApiEndpoint)


def listener(name: str) -> Make:
    """A listener from elsewhere."""

    def make(scope: Construct) -> elbv2.IApplicationListener:
        found: elbv2.IApplicationListener = load_balancer(scope).listener
        if name == "MyListener":
            return found
        from_attributes = elbv2.ApplicationListener.from_application_listener_attributes
        return from_attributes(
            scope, name, listener_arn=LISTENER.replace("2c3d", "4e5f"), security_group=given.groups(scope)[0]
        )

    return make


def endpoint(of: type, changed: str, before: object, after: object, **also: Any) -> Transition:
    """A change of an endpoint."""
    return field(HttpFunction, "endpoint", of, changed, before, after, **also)


def callers(of: type, changed: str, before: object, after: object, **also: Any) -> list[Transition]:
    """A change of how callers are authorized, of each kind of API that supports it."""
    apis: tuple[type[HttpApiEndpoint | RestApiEndpoint], ...]
    apis = APIS[:1] if of is JwtAuthorizer or "clients" in (*also, changed) else APIS[1:]
    apis = APIS if of is LambdaAuthorizer else apis
    return [
        field(
            HttpFunction,
            "endpoint",
            of,
            changed,
            before,
            after,
            within=lambda made, api=api: api(authorizer=made),
            **also,
        )
        for api in apis
    ]


def domains(of: type, changed: str, before: object, after: object, **also: Any) -> list[Transition]:
    """A change of a domain, of each kind of API."""
    return [
        field(
            HttpFunction,
            "endpoint",
            of,
            changed,
            before,
            after,
            within=lambda made, api=api: api(domain=made),
            **also,
        )
        for api in APIS
    ]


def cors(changed: str, before: object, after: object, **also: Any) -> Transition:
    """A change of CORS."""
    fields: dict[str, Any] = {"allow_origins": ["https://shop.example"], **also}
    return field(HttpFunction, "cors", Cors, changed, before, after, **fields)


def route(changed: str, after: object) -> list[Transition]:
    """A change of one route, of each kind of API."""
    options: dict[str, Any] = {"route": ROUTES[1], changed: after}
    return [
        Transition(
            kind=HttpFunction,
            option=f"ApiRoute.{changed}",
            before={"endpoint": api(), "routes": ROUTES},
            after={
                "endpoint": api(),
                "routes": [ROUTES[0], ApiRoute(**options)],
            },
        )
        for api in APIS
    ]


def pool(name: str) -> Make:
    """A user pool."""
    return lambda scope: cognito.UserPool(scope, name)


def clients(*names: str) -> Make:
    """Clients of a user pool from elsewhere."""
    return lambda scope: [
        cognito.UserPoolClient.from_user_pool_client_id(scope, f"My{name}", name) for name in names
    ]


def certificate(name: str) -> Make:
    """A certificate from elsewhere."""
    arn = ARN.format("acm", f"certificate/{name}")
    return lambda scope: acm.Certificate.from_certificate_arn(scope, name, arn)


def shared(name: str) -> Make:
    """A domain from elsewhere."""
    return lambda scope: apigatewayv2.DomainName.from_domain_name_attributes(
        scope,
        name,
        name=f"{name}.shop.example",
        regional_domain_name="d-0a1b2c3d4e.execute-api.eu-west-1.amazonaws.com",
        regional_hosted_zone_id="ZLY8HYME6SFAD",
    )


DOMAIN: Final[dict[str, object]] = {"domain_name": "api.shop.example", "certificate": certificate("MyOne")}
PATHS, OTHERS = (elbv2.ListenerCondition.path_patterns([path]) for path in ("/orders", "/returns"))
RULE: Final[dict[str, object]] = {"listener": listener("MyListener"), "priority": 10, "conditions": [PATHS]}
SCHEMA: Final = {"POST /orders": apigateway.JsonSchema(type=apigateway.JsonSchemaType.OBJECT)}
PUBLIC: Final = PublicAccess()


def streaming(of: type, **fields: Any) -> Transition:
    """A change to streamed responses, which need a runtime that streams."""
    options = {"runtime": STREAMING, "code": lambda _: lambda_.Code.from_inline("exports.handler = () => {}")}
    return Transition(
        kind=HttpFunction,
        option=f"{of.__name__}.response_streaming",
        before={**options, "endpoint": of(**fields)},
        after={**options, "endpoint": of(response_streaming=True, **fields)},
    )


def of_routes(changed: str, after: object) -> Transition:
    """A change of what an endpoint has for its routes."""
    return Transition(
        kind=HttpFunction,
        option=f"RestApiEndpoint.{changed}",
        before={"routes": ROUTES, "endpoint": RestApiEndpoint()},
        after={"routes": ROUTES, "endpoint": lambda scope: RestApiEndpoint(**made(scope, {changed: after}))},
    )


HTTP_FUNCTION: Final[tuple[Transition, ...]] = (
    *(option(HttpFunction, "routes", ROUTES, ["GET /orders", "PUT /orders"], endpoint=api()) for api in APIS),
    # CDK names an integration after its first route.
    *(option(HttpFunction, "routes", ROUTES, ROUTES[1:], endpoint=api()) for api in APIS),
    *route("authorizer", PUBLIC),
    *route("throttling_rate_limit", 5),
    *route("throttling_burst_limit", 5),
    option(HttpFunction, "endpoint", None, RestApiEndpoint()),
    option(HttpFunction, "cors", None, Cors(allow_origins=["https://shop.example"])),
    cors("allow_origins", ["https://shop.example"], ["https://other.example"]),
    cors("allow_methods", None, ["GET"]),
    cors("allow_headers", None, ["Authorization"]),
    cors("expose_headers", None, ["ETag"]),
    cors("allow_credentials", None, True),
    cors("max_age", None, cdk.Duration.hours(2)),
    *(
        each
        for api in APIS
        for each in (
            endpoint(api, "authorizer", None, PUBLIC),
            endpoint(api, "throttling_rate_limit", None, 50),
            endpoint(api, "throttling_burst_limit", None, 20),
            endpoint(api, "access_log_retention", None, logs.RetentionDays.ONE_YEAR),
            endpoint(api, "domain", None, lambda scope: CustomDomain(**made(scope, DOMAIN))),
        )
    ),
    of_routes("binary_media_types", ["image/png"]),
    endpoint(RestApiEndpoint, "stage_name", None, "v1"),
    of_routes("request_schemas", SCHEMA),
    of_routes("required_parameters", {"GET /orders": ["querystring.page"]}),
    endpoint(RestApiEndpoint, "integration_timeout", None, cdk.Duration.seconds(25)),
    streaming(RestApiEndpoint),
    endpoint(RestApiEndpoint, "web_acl", None, web_acl),
    endpoint(RestApiEndpoint, "api_key_required", None, True),
    endpoint(RestApiEndpoint, "cloud_watch_role", None, False),
    endpoint(FunctionUrlEndpoint, "authorizer", None, PUBLIC),
    streaming(FunctionUrlEndpoint),
    endpoint(LoadBalancerEndpoint, "listener", RULE["listener"], listener("MyOther"), **RULE),
    endpoint(LoadBalancerEndpoint, "priority", 10, 11, **RULE),
    endpoint(LoadBalancerEndpoint, "conditions", [PATHS], [OTHERS], **RULE),
    endpoint(LoadBalancerEndpoint, "multi_value_headers", None, True, **RULE),
    *callers(JwtAuthorizer, "issuer", "https://login.shop.example", "https://login.other.example", **JWT),
    *callers(JwtAuthorizer, "audience", ["shop"], ["other"], **JWT),
    *callers(JwtAuthorizer, "scopes", None, ["orders/read"], **JWT),
    *callers(CognitoAuthorizer, "user_pool", pool("MyPool"), pool("MyOther")),
    *callers(CognitoAuthorizer, "clients", clients("a"), clients("b"), user_pool=pool("MyPool")),
    *callers(CognitoAuthorizer, "scopes", None, ["orders/read"], user_pool=pool("MyPool")),
    *callers(
        LambdaAuthorizer,
        "function",
        given.authorizing,
        lambda scope: lambda_.Function(scope, "MyOther", **basics()),
    ),
    *callers(LambdaAuthorizer, "identity_headers", None, ["X-Token"], function=given.authorizing),
    *callers(LambdaAuthorizer, "cache_ttl", None, cdk.Duration.minutes(1), function=given.authorizing),
    *callers(LambdaAuthorizer, "simple_responses", None, True, function=given.authorizing)[:1],
    *callers(LambdaAuthorizer, "token_only", None, True, function=given.authorizing)[1:],
    *domains(CustomDomain, "domain_name", "api.shop.example", "api.other.example", **DOMAIN),
    *domains(CustomDomain, "certificate", certificate("MyOne"), certificate("MyTwo"), **DOMAIN),
    *domains(CustomDomain, "base_path", None, "orders", **DOMAIN),
    *domains(CustomDomain, "default_endpoint", None, True, **DOMAIN),
    *domains(SharedDomain, "domain", shared("my-one"), shared("my-two")),
    *domains(SharedDomain, "base_path", None, "orders", domain=shared("my-one")),
    *domains(SharedDomain, "default_endpoint", None, True, domain=shared("my-one")),
)
COGNITO_TRIGGER: Final[tuple[Transition, ...]] = (
    option(CognitoTrigger, "user_pool", None, pool("MyOther")),
    option(CognitoTrigger, "operation", None, cognito.UserPoolOperation.POST_CONFIRMATION),
    option(
        CognitoTrigger,
        "lambda_version",
        None,
        cognito.LambdaVersion.V2_0,
        operation=cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
    ),
)
TRANSITIONS: Final = (*HTTP_FUNCTION, *COGNITO_TRIGGER)
