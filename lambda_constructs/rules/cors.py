"""Rules for CORS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..template.template import Template
from ..template.values import Unknown
from . import defaults
from .rule import Place, Words, at, rule
from .urls import CORS_URL

_LABEL: Final = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_ORIGIN: Final = re.compile(
    rf"\*|(?P<scheme>[a-z][a-z0-9+.-]*)://({_LABEL}(\.{_LABEL})*|\[[0-9a-f:]+\])(:(?P<port>[0-9]{{1,5}}))?"
)
_PORT_MAXIMUM: Final = 65_535
# Browsers leave the usual port out of the origin: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
_USUAL_PORTS: Final = (("http", "80"), ("https", "443"))
# Field names of RFC 9110, but without quotes, which a REST API writes around the value
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&*+.^_`|~-]+")
# Where an HTTP API and a function URL have their configuration.
_CONFIGURATION: Final = {"AWS::ApiGatewayV2::Api": "CorsConfiguration", "AWS::Lambda::Url": "Cors"}


@rule(
    why="A load balancer does not answer preflight requests, so the option would have no effect.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html",
)
def cors_without_api(_: Words, *, given: bool) -> str | None:
    """Only an API or a function URL handles CORS."""
    if not given:
        return None
    return "cors is set, but a load balancer does not handle CORS; leave it out and handle it in the function"


@rule(
    why="Browsers compare origins as text, so an origin in another form never matches.",
    source=CORS_URL,
    names={"origin": ("cors.allow_origins", "AllowOrigins")},
)
def cors_origin(_: Words, origin: str) -> str | None:
    """A scheme and a host in lower case, or `*`; a port only if it is not the usual one."""
    found = _ORIGIN.fullmatch(origin)
    if found and (found["scheme"], found["port"]) in _USUAL_PORTS:
        return f"origin {origin!r} has the usual port, which browsers leave out; leave it out, too"
    if found and 1 <= int(found["port"] or 1) <= _PORT_MAXIMUM:
        return None
    return (
        f"origin {origin!r} is not a scheme and a host in lower case; write it like https://shop.example, "
        "without a slash at the end"
    )


@rule(
    why="Without an origin, browsers refuse every call. With '*', other origins have no effect.",
    source=CORS_URL,
)
def cors_origins(_: Words, origins: int, *, any_origin: bool) -> str | None:
    """At least one origin, or `*` alone."""
    if not origins:
        return "cors.allow_origins is empty; pass the origins of the pages that call, or '*'"
    if any_origin and origins > 1:
        return "cors.allow_origins has '*' and other origins; pass '*' alone, or only the other origins"
    return None


@rule(
    why="Browsers refuse credentials for any origin, and API Gateway refuses the configuration.",
    source=CORS_URL,
    names={
        "credentials": ("cors.allow_credentials", "AllowCredentials"),
        "origins": ("cors.allow_origins", "AllowOrigins"),
    },
)
def cors_credentials(words: Words, *, any_origin: bool, credentials: bool) -> str | None:
    """Only named origins send credentials."""
    if not (any_origin and credentials):
        return None
    return (
        f"{words.credentials} is true, but {words.origins} has '*'; name the origins that can send "
        "credentials"
    )


@cors_credentials.in_template
def _(template: Template) -> Iterator[Place]:
    for kind, configuration in _CONFIGURATION.items():
        for resource in template.of_type(kind):
            origins = resource.get(configuration, "AllowOrigins")
            if origins is not None:
                listed = resource.items(configuration, "AllowOrigins")
                yield at(
                    resource,
                    f"{configuration}/AllowCredentials",
                    any_origin=origins if isinstance(origins, Unknown) else "*" in listed,
                    credentials=resource.flag(configuration, "AllowCredentials"),
                )


@rule(why="The endpoint refuses the configuration.", source=CORS_URL)
def cors_method(_: Words, method: str) -> str | None:
    """`DELETE`, `GET`, `HEAD`, `PATCH`, `POST` or `PUT`."""
    if method in defaults.CORS_METHODS:
        return None
    return f"cors.allow_methods has {method!r}; choose from {', '.join(defaults.CORS_METHODS)}"


@rule(
    why="A REST API writes the names into mapping expressions: a quote in one of them would end the "
    "expression and begin another. Without a REST API, the endpoint refuses the configuration.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html",
)
def header_name(_: Words, option: str, name: str) -> str | None:
    """The name of a header, or `*`: letters, digits and the punctuation of HTTP, without quotes."""
    if _HEADER.fullmatch(name):
        return None
    return f"{option} has {name!r}, which is not the name of a header; write it like Content-Type"


@rule(
    why="With CORS, the API answers OPTIONS requests itself: the function never gets them, or the two routes "
    "conflict.",
    source=CORS_URL,
)
def cors_options_route(_: Words, route: str) -> str | None:
    """Either the API or the function answers OPTIONS requests."""
    if not route.startswith("OPTIONS "):
        return None
    return f"route {route!r} is set together with cors, which answers it; leave one of them out"
