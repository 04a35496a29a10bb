"""Calls from browsers: which pages of other origins may make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_

from ..core.guard import Guard, Unknown
from ..core.stack_resources import seconds
from ..rules import defaults
from ..rules.cors import cors_credentials, cors_method, cors_origin, cors_origins
from ..rules.options import option_type
from ..rules.ranges_requests import cors_max_age

ANY: Final = "*"


@dataclass(frozen=True, kw_only=True)
class Cors:
    """Let pages of other origins call from browsers.

    An HTTP API and a function URL add the headers to every answer. A REST API answers the browser's question
    before the call and adds them to errors of its own; to its answers the function adds
    `Access-Control-Allow-Origin` itself.

    Args:
        allow_origins: The origins of the pages, such as "https://shop.example"; "*" alone for all of them.
        allow_methods: Methods that may be called. Default: all of them
        allow_headers: Headers that requests may have. Default: Authorization, Content-Type, X-Amz-Date and
            X-Amz-Security-Token
        expose_headers: Headers of answers that pages may read. Default: (), those that browsers always show
        allow_credentials: Whether requests may have cookies; not for all origins. Default: False
        max_age: How long browsers remember the answer; up to 24 hours. Default: 1 hour
    """

    allow_origins: Sequence[str]
    allow_methods: Sequence[str] | None = None
    allow_headers: Sequence[str] | None = None
    expose_headers: Sequence[str] = ()
    allow_credentials: bool = False
    max_age: cdk.Duration | None = None


def check_cors(guard: Guard, cors: Cors | None) -> None:
    """Check origins, methods, and that cookies are not for everybody."""
    if cors is None:
        return
    guard.instance("cors", cors, Cors, "Cors(allow_origins=[...])")
    for option in ("allow_origins", "allow_methods", "allow_headers", "expose_headers"):
        if (texts := getattr(cors, option)) is not None:
            guard.instance(f"cors.{option}", texts, list | tuple, "a list of strings")
    for option in ("allow_methods", "allow_headers"):
        if getattr(cors, option) in ([], ()):
            guard.refuse(option_type, f"cors.{option}", "an empty list", "some, or leave it out")
    any_origin = ANY in cors.allow_origins
    guard.check(cors_origins, len(cors.allow_origins), any_origin=any_origin)
    for origin in cors.allow_origins:
        guard.check(cors_origin, guard.text("cors.allow_origins", origin))
    guard.check(cors_credentials, any_origin=any_origin, credentials=cors.allow_credentials)
    for method in _methods(cors):
        if isinstance(guard.text("cors.allow_methods", method), Unknown):
            # CDK has them as members of an enumeration.
            guard.refuse_type("cors.allow_methods", cors.allow_methods, "methods that are known at synthesis")
        guard.check(cors_method, method)
    if cors.max_age is not None:
        max_age = guard.seconds("cors.max_age", cors.max_age)
        if isinstance(max_age, Unknown):
            # A REST API has it in a text, which a number that is only known at deployment cannot be part of.
            guard.refuse_type("cors.max_age", cors.max_age, "a Duration that is known at synthesis")
        guard.check(cors_max_age, max_age)


def http_api_cors(cors: Cors | None) -> apigatewayv2.CorsPreflightOptions | None:
    """As HTTP APIs take it."""
    if cors is None:
        return None
    return apigatewayv2.CorsPreflightOptions(
        allow_origins=list(cors.allow_origins),
        allow_methods=[apigatewayv2.CorsHttpMethod(method) for method in _methods(cors)],
        allow_headers=_headers(cors),
        expose_headers=list(cors.expose_headers) or None,
        allow_credentials=cors.allow_credentials,
        max_age=_max_age(cors),
    )


def rest_api_cors(cors: Cors | None) -> apigateway.CorsOptions | None:
    """As REST APIs take it."""
    if cors is None:
        return None
    return apigateway.CorsOptions(
        allow_origins=list(cors.allow_origins),
        allow_methods=list(_methods(cors)),
        allow_headers=_headers(cors),
        expose_headers=list(cors.expose_headers) or None,
        allow_credentials=cors.allow_credentials,
        max_age=_max_age(cors),
    )


def function_url_cors(cors: Cors | None) -> lambda_.FunctionUrlCorsOptions | None:
    """As function URLs take it."""
    if cors is None:
        return None
    return lambda_.FunctionUrlCorsOptions(
        allowed_origins=list(cors.allow_origins),
        allowed_methods=[lambda_.HttpMethod(method) for method in _methods(cors)],
        allowed_headers=_headers(cors),
        exposed_headers=list(cors.expose_headers) or None,
        allow_credentials=cors.allow_credentials,
        max_age=_max_age(cors),
    )


def _methods(cors: Cors) -> Sequence[str]:
    return defaults.CORS_METHODS if cors.allow_methods is None else cors.allow_methods


def _headers(cors: Cors) -> list[str]:
    return list(defaults.CORS_HEADERS if cors.allow_headers is None else cors.allow_headers)


def _max_age(cors: Cors) -> cdk.Duration:
    return seconds(defaults.CORS_MAX_AGE) if cors.max_age is None else cors.max_age
