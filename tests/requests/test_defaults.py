"""Options of endpoints and triggers: None means the default, for every one that may be left out."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import (
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
    RestApiEndpoint,
)
from tests.requests.endpoints import http, load_balancer
from tests.support import Resource, basics, new_stack, resources

SHOP = Cors(allow_origins=["https://shop.example"])


def api(stack: cdk.Stack, **options: Any) -> None:
    http(stack, endpoint=HttpApiEndpoint(**options))


def domain(stack: cdk.Stack, **options: Any) -> None:
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", arn)
    api(stack, domain=CustomDomain(domain_name="api.shop.example", certificate=certificate, **options))


def tokens(stack: cdk.Stack, **options: Any) -> None:
    api(stack, authorizer=JwtAuthorizer(issuer="https://login.shop.example", audience=["shop"], **options))


def users(stack: cdk.Stack, **options: Any) -> None:
    pool = cognito.UserPool.from_user_pool_id(stack, "Pool", "eu-west-1_0a1b2c3d")
    http(stack, endpoint=RestApiEndpoint(authorizer=CognitoAuthorizer(user_pool=pool, **options)))


def check(stack: cdk.Stack, **options: Any) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:check"
    function = lambda_.Function.from_function_arn(stack, "Check", arn)
    api(stack, authorizer=LambdaAuthorizer(function=function, **options))


def trigger(stack: cdk.Stack, **options: Any) -> None:
    pool = cognito.UserPool(stack, "Pool")
    operation = cognito.UserPoolOperation.PRE_SIGN_UP
    CognitoTrigger(stack, "Orders", user_pool=pool, operation=operation, **basics(), **options)


def optional(kind: Any) -> dict[str, None]:
    """Every option of a class that has a default, which is None."""
    if dataclasses.is_dataclass(kind):
        names = {field.name: field.default for field in dataclasses.fields(kind)}
    else:
        names = {each.name: each.default for each in inspect.signature(kind.__init__).parameters.values()}
    return {name: default for name, default in names.items() if default is None}


BUILDS: list[tuple[Any, Callable[..., object]]] = [
    (HttpFunction, http),
    (CognitoTrigger, trigger),
    (HttpApiEndpoint, api),
    (RestApiEndpoint, lambda stack, **options: http(stack, endpoint=RestApiEndpoint(**options), cors=SHOP)),
    (FunctionUrlEndpoint, lambda stack, **options: http(stack, endpoint=FunctionUrlEndpoint(**options))),
    (LoadBalancerEndpoint, lambda stack, **options: http(stack, endpoint=load_balancer(stack, **options))),
    (Cors, lambda stack, **options: http(stack, cors=dataclasses.replace(SHOP, **options))),
    (CustomDomain, domain),
    (JwtAuthorizer, tokens),
    (CognitoAuthorizer, users),
    (LambdaAuthorizer, check),
]


def template(build: Callable[..., object], options: dict[str, None]) -> dict[str, Resource]:
    stack = new_stack()
    build(stack, **options)
    return resources(stack)


@pytest.mark.parametrize(("kind", "build"), BUILDS, ids=lambda value: getattr(value, "__name__", "")[:20])
def test_none_is_the_default_of_every_option_that_may_be_left_out(
    kind: Any, build: Callable[..., object]
) -> None:
    options = optional(kind)

    assert options
    assert template(build, options) == template(build, {})


@pytest.mark.parametrize("kind", [kind for kind, _ in BUILDS if dataclasses.is_dataclass(kind)])
def test_no_option_of_a_choice_has_another_default(kind: Any) -> None:
    given = {field.default for field in dataclasses.fields(kind)} - {dataclasses.MISSING}

    assert given == {None}


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        (lambda _: HttpApiEndpoint(), "AWS::ApiGatewayV2::Api"),
        (lambda _: RestApiEndpoint(), "AWS::ApiGateway::RestApi"),
        (lambda _: FunctionUrlEndpoint(), "AWS::Lambda::Url"),
        (load_balancer, "AWS::ElasticLoadBalancingV2::TargetGroup"),
    ],
    ids=["http-api", "rest-api", "function-url", "load-balancer"],
)
def test_the_metadata_of_the_template_names_the_endpoint(
    endpoint: Callable[[cdk.Stack], Any], kind: str
) -> None:
    stack = new_stack()

    http(stack, endpoint=endpoint(stack))

    (logical_id,) = resources(stack, kind)
    metadata = assertions.Template.from_stack(stack).to_json()["Metadata"]
    (workload,) = metadata["lambda-constructs"]["workloads"]
    assert (workload["class"], workload["endpoint"]) == ("HttpFunction", logical_id)
