"""CORS: which web pages of other origins may call an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk

from ..core.cdk_objects import seconds
from ..core.guard import Guard
from ..rules import defaults
from ..rules.cors import cors_credentials, cors_method, cors_origin, cors_origins, header_name
from ..rules.options import option_type
from ..rules.ranges_requests import cors_max_age
from ..template.values import Unknown

ANY_ORIGIN: Final = "*"
_ANY_METHOD: Final = "*"
# The method of preflight requests themselves, which browsers never ask for. CDK's lists of methods have it.
_PREFLIGHT: Final = "OPTIONS"


@dataclass(frozen=True, kw_only=True)
class Cors:
    """Let web pages of other origins call an endpoint.

    An HTTP API and a function URL add the CORS headers to every response. A REST API answers preflight
    requests and adds the headers to its own errors; the function adds `Access-Control-Allow-Origin` to its
    responses.

    Args:
        allow_origins: Origins of the pages, such as "https://shop.example"; only "*" for all origins.
        allow_methods: Methods that pages may call; "*" for all of them, and "OPTIONS" has no effect.
            Default: all of them
        allow_headers: Headers that requests may have. Default: Authorization, Content-Type, X-Amz-Date and
            X-Amz-Security-Token
        expose_headers: Headers of responses that pages may read. Default: those that browsers always expose
        allow_credentials: Whether requests may have cookies; not for all origins. Default: False
        max_age: How long browsers cache the answer to a preflight request; up to 24 hours. Default: 1 hour
    """

    allow_origins: Sequence[str]
    allow_methods: Sequence[str] | None = None
    allow_headers: Sequence[str] | None = None
    expose_headers: Sequence[str] | None = None
    allow_credentials: bool | None = None
    max_age: cdk.Duration | None = None


@dataclass(frozen=True, kw_only=True)
class CorsSettings:
    """The options of `Cors` with their defaults."""

    origins: list[str]
    methods: list[str]
    headers: list[str]
    exposed_headers: list[str] | None
    credentials: bool
    max_age: cdk.Duration


def check_cors(guard: Guard, cors: Cors | None) -> CorsSettings | None:
    """Check origins, methods, and that credentials are not allowed for all origins; returns the settings."""
    if cors is None:
        return None
    methods = _methods(cors.allow_methods)
    for option, texts in (("allow_methods", methods), ("allow_headers", cors.allow_headers)):
        if texts is not None and not texts:
            guard.refuse(option_type, f"cors.{option}", "an empty list", "some, or leave it out")
    any_origin, credentials = ANY_ORIGIN in cors.allow_origins, bool(cors.allow_credentials)
    guard.check(cors_origins, len(cors.allow_origins), any_origin=any_origin)
    for origin in cors.allow_origins:
        guard.check(cors_origin, guard.text(origin))
    guard.check(cors_credentials, any_origin=any_origin, credentials=credentials)
    for method in methods:
        if isinstance(guard.text(method), Unknown):
            # CDK has an enumeration of methods.
            guard.refuse_unknown("cors.allow_methods", "methods that are known at synthesis")
        guard.check(cors_method, method)
    max_age = seconds(defaults.CORS_MAX_AGE) if cors.max_age is None else cors.max_age
    # A REST API has it in a string, which cannot contain a number that is known only at deployment.
    guard.check(cors_max_age, guard.known_seconds("cors.max_age", max_age))
    for option, names in (("allow_headers", cors.allow_headers), ("expose_headers", cors.expose_headers)):
        for name in names or ():
            guard.check(header_name, f"cors.{option}", guard.text(name))
    headers = defaults.CORS_HEADERS if cors.allow_headers is None else cors.allow_headers
    return CorsSettings(
        origins=list(cors.allow_origins),
        methods=list(methods),
        headers=list(headers),
        exposed_headers=list(cors.expose_headers or ()) or None,
        credentials=credentials,
        max_age=max_age,
    )


def _methods(given: Sequence[str] | None) -> Sequence[str]:
    """The methods that pages may call, without that of preflight requests."""
    if given is None or _ANY_METHOD in given:
        return defaults.CORS_METHODS
    return [method for method in given if method != _PREFLIGHT]
