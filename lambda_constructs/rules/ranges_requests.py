"""Range rules for endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from ..template.template import Template
from .ranges import SECONDS, Numbers, Service, items, numbers
from .rule import Place
from .urls import CORS_URL, HTTP_API_QUOTAS_URL, JWT_AUTHORIZER_URL, LAMBDA_AUTHORIZER_URL, LISTENER_RULE_URL

_TTL = "AuthorizerResultTtlInSeconds"


def _cache_ttls(template: Template) -> Iterator[Place]:
    for kind in ("AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer"):
        yield from numbers(kind, _TTL).find(template)


def _max_ages(template: Template) -> Iterator[Place]:
    yield from numbers("AWS::Lambda::Url", "Cors/MaxAge").find(template)
    # For an HTTP API -1 is allowed too: botocore, apigatewayv2 IntegerWithLengthBetweenMinus1And86400.
    yield from numbers("AWS::ApiGatewayV2::Api", "CorsConfiguration/MaxAge", special=-1).find(template)


# --- Authorizers
authorizer_cache = Service("API Gateway", LAMBDA_AUTHORIZER_URL).allows(
    "authorizer-cache", (0, 3_600), SECONDS, "authorizer.cache_ttl", Numbers(_TTL, _cache_ttls)
)
jwt_audience = Service("API Gateway", JWT_AUTHORIZER_URL).allows(
    "jwt-audience",
    (1, 50),
    "",
    "the number of entries in authorizer.audience",
    items("the number of entries in Audience", "AWS::ApiGatewayV2::Authorizer", "JwtConfiguration/Audience"),
    below="name the audience of the tokens",
    above="leave some out",
)
# The quota is that of HTTP APIs. AWS does not document one for REST APIs.
scopes_maximum = Service("API Gateway", HTTP_API_QUOTAS_URL).allows(
    "scopes-maximum",
    (0, 10),
    "",
    "the number of entries in authorizer.scopes",
    items("the number of entries in AuthorizationScopes", "AWS::ApiGatewayV2::Route", "AuthorizationScopes"),
    above="leave some out",
)

# --- CORS
cors_max_age = Service("AWS", CORS_URL).allows(
    "cors-max-age", (0, 86_400), SECONDS, "cors.max_age", Numbers("MaxAge", _max_ages)
)

# --- Load balancers
listener_priority = Service("Elastic Load Balancing", LISTENER_RULE_URL).allows(
    "listener-priority",
    (1, 50_000),
    "",
    "endpoint.priority",
    numbers("AWS::ElasticLoadBalancingV2::ListenerRule", "Priority"),
)
