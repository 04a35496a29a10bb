"""Functions behind endpoints that do not synthesize."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import (
    CognitoAuthorizer,
    ConfigurationError,
    Cors,
    CustomDomain,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    JwtAuthorizer,
    LambdaAuthorizer,
    RestApiEndpoint,
)
from lambda_constructs.core.guard import WARNING_PREFIX
from tests.requests.endpoints import domain, http, load_balancer
from tests.support import assert_refused, new_stack, warnings

SHOP = Cors(allow_origins=["https://shop.example"])
TOKENS: dict[str, Any] = {"issuer": "https://login.shop.example", "audience": ["orders"]}


POOL = cognito.UserPool(new_stack(), "Pool")


def wrong(value: object) -> Any:
    """A value of another type than the option takes."""
    return value


def api(**options: Any) -> dict[str, Any]:
    return {"endpoint": HttpApiEndpoint(**options)}


def rest(**options: Any) -> dict[str, Any]:
    return {"endpoint": RestApiEndpoint(**options)}


def cors(**options: Any) -> dict[str, Any]:
    return {"cors": Cors(**{"allow_origins": ["https://shop.example"], **options})}


LITERALS: list[tuple[str, dict[str, Any], str]] = [
    ("option-type", {"endpoint": "http-api"}, "endpoint"),
    ("option-type", {"routes": "GET /orders"}, "routes"),
    ("option-type", {"routes": [3]}, "routes[0] is 3"),
    ("routes-empty", {"routes": []}, "routes is empty"),
    ("route-form", {"routes": ["/orders"]}, "'/orders'"),
    ("route-twice", {"routes": ["GET /orders/{a}", "GET /orders/{b}"]}, "match the same requests"),
    ("path-variables", {"routes": ["GET /{a}", "GET /{b}/c"], **rest()}, "'/{a}' and '/{b}'"),
    ("path-part-form", {"routes": ["GET /a,b"], **rest()}, "'a,b'"),
    (
        "routes-without-api",
        {"routes": ["GET /orders"], "endpoint": FunctionUrlEndpoint()},
        "a function URL",
    ),
    ("timeout-above-endpoint", {"timeout": cdk.Duration.seconds(31)}, "an HTTP API waits 30"),
    ("timeout-above-endpoint", {"timeout": cdk.Duration.seconds(30), **rest()}, "a REST API waits 29"),
    (
        "timeout-above-endpoint",
        {
            "timeout": cdk.Duration.seconds(11),
            **rest(integration_timeout=cdk.Duration.seconds(10)),
        },
        "a REST API waits 10",
    ),
    ("option-type", {"timeout": 10}, "timeout is 10"),
    ("integration-timeout-range", rest(integration_timeout=cdk.Duration.seconds(0)), "is 0 seconds"),
    (
        "integration-timeout-range",
        rest(integration_timeout=cdk.Duration.minutes(16), response_streaming=True),
        "allows 1 to 900",
    ),
    ("option-type", rest(stage_name=cdk.Aws.STACK_NAME), "stage_name is known only at deployment"),
    ("stage-name", rest(stage_name="$default"), "endpoint.stage_name is '$default'"),
    ("throttling-range", api(throttling_rate_limit=0), "throttling_rate_limit is 0"),
    ("throttling-range", rest(throttling_burst_limit=0), "throttling_burst_limit is 0"),
    ("option-type", api(throttling_burst_limit=1.5), "endpoint.throttling_burst_limit"),
    ("validated-route-unknown", rest(required_parameters={"GET /": ["header.A"]}), "'GET /'"),
    ("validated-route-unknown", rest(request_schemas={"POST /": apigateway.JsonSchema()}), "request_schemas"),
    ("option-type", rest(request_schemas={"ANY /": {"type": "object"}}), "JsonSchema"),
    ("option-type", rest(request_schemas=[]), "endpoint.request_schemas"),
    ("option-type", rest(required_parameters={"ANY /": "header.A"}), "required_parameters['ANY /']"),
    ("required-parameter-form", rest(required_parameters={"ANY /": ["page"]}), "'page'"),
    ("option-type", rest(authorizer=JwtAuthorizer(**TOKENS)), "endpoint.authorizer is JwtAuthorizer"),
    (
        "option-type",
        {"endpoint": FunctionUrlEndpoint(authorizer=wrong(JwtAuthorizer(**TOKENS)))},
        "pass IamAuthorizer(...) or PublicAccess(...)",
    ),
    ("option-type", api(authorizer="NONE"), "endpoint.authorizer"),
    ("jwt-issuer", api(authorizer=JwtAuthorizer(**{**TOKENS, "issuer": "login"})), "'login'"),
    ("jwt-audience", api(authorizer=JwtAuthorizer(**{**TOKENS, "audience": []})), "audience is 0"),
    ("option-type", api(authorizer=JwtAuthorizer(**{**TOKENS, "audience": "orders"})), "audience"),
    ("scopes-maximum", api(authorizer=JwtAuthorizer(**TOKENS, scopes=list("abcdefghijk"))), "is 11"),
    ("scope-form", api(authorizer=JwtAuthorizer(**TOKENS, scopes=["read all"])), "'read all'"),
    ("option-type", api(authorizer=JwtAuthorizer(**TOKENS, scopes="read")), "endpoint.authorizer.scopes"),
    ("option-type", api(authorizer=JwtAuthorizer(**TOKENS, scopes=wrong([object]))), "a string"),
    ("option-type", api(authorizer=CognitoAuthorizer(user_pool=POOL, clients=wrong(["web"]))), "clients[0]"),
    (
        "option-type",
        api(authorizer=CognitoAuthorizer(user_pool=wrong("pool"))),
        "endpoint.authorizer.user_pool",
    ),
    (
        "option-type",
        api(authorizer=LambdaAuthorizer(function=wrong("check"))),
        "endpoint.authorizer.function",
    ),
    ("option-type", {"cors": {"allow_origins": ["*"]}}, "pass Cors(...)"),
    ("option-type", cors(allow_origins="*"), "cors.allow_origins"),
    ("option-type", cors(allow_headers="Authorization"), "cors.allow_headers"),
    ("option-type", cors(allow_headers=[]), "cors.allow_headers is an empty list"),
    ("option-type", cors(allow_methods=()), "cors.allow_methods is an empty list"),
    ("option-type", cors(allow_methods=["OPTIONS"]), "cors.allow_methods is an empty list"),
    ("cors-origins", cors(allow_origins=[]), "is empty"),
    ("cors-origins", cors(allow_origins=["*", "https://shop.example"]), "and other origins"),
    ("cors-origin", cors(allow_origins=["https://shop.example/"]), "'https://shop.example/'"),
    ("cors-credentials", cors(allow_origins=["*"], allow_credentials=True), "has '*'"),
    ("cors-method", cors(allow_methods=["ANY"]), "'ANY'"),
    ("cors-max-age", cors(max_age=cdk.Duration.days(2)), "172800 seconds"),
    ("cors-options-route", {"routes": ["OPTIONS /orders"], "cors": SHOP}, "'OPTIONS /orders'"),
    ("option-type", api(domain="api.shop.example"), "endpoint.domain"),
]


@pytest.mark.parametrize(("rule", "options", "fragment"), LITERALS)
def test_refuses(rule: str, options: dict[str, Any], fragment: str) -> None:
    assert_refused(http, rule, fragment, **options)


def function(stack: cdk.Stack) -> lambda_.IFunction:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:check"
    return lambda_.Function.from_function_arn(stack, "Check", arn)


HOSTS = [elbv2.ListenerCondition.host_headers([host]) for host in ("shop.example", "www.shop.example")]
RESOURCES: list[tuple[str, Callable[[cdk.Stack], dict[str, Any]], str]] = [
    (
        "cognito-clients",
        lambda stack: api(authorizer=CognitoAuthorizer(user_pool=cognito.UserPool(stack, "Pool"))),
        "an HTTP API allows 1 to 50",
    ),
    (
        "cognito-clients",
        lambda stack: rest(
            authorizer=CognitoAuthorizer(
                user_pool=(pool := cognito.UserPool(stack, "Pool")), clients=[pool.add_client("Client")]
            )
        ),
        "every app client of the user pool",
    ),
    (
        "authorizer-cache",
        lambda stack: api(
            authorizer=LambdaAuthorizer(function=function(stack), cache_ttl=cdk.Duration.hours(2))
        ),
        "7200 seconds",
    ),
    (
        "option-type",
        lambda stack: rest(authorizer=LambdaAuthorizer(function=function(stack), simple_responses=True)),
        "pass it to an HTTP API only",
    ),
    (
        "option-type",
        lambda stack: api(authorizer=LambdaAuthorizer(function=function(stack), token_only=True)),
        "pass it to a REST API only",
    ),
    (
        "option-type",
        lambda stack: rest(
            authorizer=LambdaAuthorizer(
                function=function(stack), token_only=True, identity_headers=["X-Token", "X-Shop"]
            )
        ),
        "a list with 2 headers",
    ),
    (
        "authorizer-identity",
        lambda stack: rest(authorizer=LambdaAuthorizer(function=function(stack), identity_headers=[])),
        "identity_headers is empty",
    ),
    (
        "domain-name",
        lambda stack: api(domain=domain(stack, domain_name="https://api.shop.example")),
        "'https://api.shop.example'",
    ),
    (
        "option-type",
        lambda _: api(domain=CustomDomain(domain_name="api.shop.example", certificate=wrong("arn"))),
        "endpoint.domain.certificate",
    ),
    ("listener-priority", lambda stack: {"endpoint": load_balancer(stack, priority=0)}, "priority is 0"),
    ("listener-conditions", lambda stack: {"endpoint": load_balancer(stack, conditions=[])}, "is empty"),
    (
        "option-type",
        lambda stack: {"endpoint": load_balancer(stack, conditions=["/orders"])},
        "pass a ListenerCondition ",
    ),
    (
        "listener-condition-repeated",
        lambda stack: {"endpoint": load_balancer(stack, conditions=HOSTS)},
        "host-header more than once",
    ),
    (
        "option-type",
        lambda stack: {"endpoint": load_balancer(stack, listener="arn")},
        "endpoint.listener",
    ),
    ("cors-without-api", lambda stack: {"endpoint": load_balancer(stack), "cors": SHOP}, "leave it out"),
    (
        "routes-without-api",
        lambda stack: {"endpoint": load_balancer(stack), "routes": ["GET /orders"]},
        "a load balancer",
    ),
]


@pytest.mark.parametrize(("rule", "options", "fragment"), RESOURCES)
def test_refuses_what_other_resources_tell(
    rule: str, options: Callable[[cdk.Stack], dict[str, Any]], fragment: str
) -> None:
    stack = new_stack()

    with pytest.raises(ConfigurationError, match=fragment) as refusal:
        http(stack, **options(stack))

    assert refusal.value.code == rule
    assert stack.node.try_find_child("Orders") is None


def test_a_certificate_of_another_region_is_refused() -> None:
    stack = new_stack(env=cdk.Environment(account="123456789012", region="us-east-1"))

    with pytest.raises(ConfigurationError, match="in eu-west-1, but the stack is in us-east-1") as refusal:
        http(stack, **api(domain=domain(stack)))

    assert refusal.value.code == "resource-region"


def test_a_certificate_of_the_region_is_not() -> None:
    stack = new_stack(env=cdk.Environment(account="123456789012", region="eu-west-1"))

    assert http(stack, **api(domain=domain(stack))).domain.name


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ("routes-maximum", {"routes": [f"GET /{number}" for number in range(301)]}),
        ("throttling-above-account", api(throttling_rate_limit=20_000)),
        ("streaming-runtime", {"endpoint": FunctionUrlEndpoint(response_streaming=True)}),
        ("streaming-runtime", rest(response_streaming=True)),
        ("integration-timeout-raised", rest(integration_timeout=cdk.Duration.seconds(60))),
    ],
)
def test_what_may_be_meant_is_a_warning(rule: str, options: dict[str, Any]) -> None:
    stack = new_stack()

    http(stack, **options)

    assert warnings(stack) == [f"{WARNING_PREFIX}{rule}"]


def test_tokens_are_warnings_and_no_errors() -> None:
    stack = new_stack()
    number: Any = cdk.CfnParameter(stack, "Number", type="Number").value_as_number
    text = cdk.CfnParameter(stack, "Text").value_as_string

    http(
        stack,
        timeout=cdk.Duration.seconds(number),
        endpoint=HttpApiEndpoint(
            authorizer=JwtAuthorizer(issuer=text, audience=["orders"]),
            throttling_rate_limit=number,
            throttling_burst_limit=number,
            domain=domain(stack, domain_name=text),
        ),
        cors=Cors(allow_origins=[text]),
    )

    assert warnings(stack) == [
        f"{WARNING_PREFIX}{rule}"
        for rule in (
            "cors-origin",
            "domain-name",
            "jwt-issuer",
            "throttling-above-account",
            "throttling-range",
            "timeout-above-endpoint",
            "timeout-range",
            "version-unpublished",
        )
    ]


@pytest.mark.parametrize("option", ["cors.max_age", "endpoint.integration_timeout"])
def test_durations_that_cdk_cannot_write_down_as_tokens_are_refused(option: str) -> None:
    stack = new_stack()
    number: Any = cdk.CfnParameter(stack, "Number", type="Number").value_as_number
    token = cdk.Duration.seconds(number)
    options = cors(max_age=token) if option == "cors.max_age" else rest(integration_timeout=token)

    with pytest.raises(ConfigurationError, match=f"{option} is .* known at synthesis"):
        http(stack, **options)


def test_a_method_that_is_not_known_at_synthesis_is_refused_because_cdk_has_an_enumeration() -> None:
    stack = new_stack()
    method = cdk.CfnParameter(stack, "Method").value_as_string

    with pytest.raises(ConfigurationError, match=r"cors\.allow_methods is .* known at synthesis"):
        http(stack, **cors(allow_methods=[method]))


def test_a_route_that_is_not_known_at_synthesis_is_refused_because_ids_are_made_of_it() -> None:
    stack = new_stack()
    path = cdk.CfnParameter(stack, "Path").value_as_string

    with pytest.raises(ConfigurationError, match="known at synthesis"):
        http(stack, routes=[f"GET {path}"])


def test_a_schema_may_be_for_a_route_that_was_not_written_down() -> None:
    stack = new_stack()

    http(stack, **rest(request_schemas={"ANY /": apigateway.JsonSchema()}))

    assert warnings(stack) == []
