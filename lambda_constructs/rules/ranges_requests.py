"""Range rules for endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from ..template.template import Template
from .ranges import SECONDS, properties, within
from .rule import Find, Place, at
from .urls import CORS_URL, HTTP_API_QUOTAS_URL, JWT_AUTHORIZER_URL, LAMBDA_AUTHORIZER_URL, LISTENER_RULE_URL


def _sizes(kind: str, path: str) -> Find:
    """The number of entries of this list, in every resource of a type that has it."""

    def find(template: Template) -> Iterator[Place]:
        for resource in template.of_type(kind):
            names = path.split("/")
            if resource.get(*names) is not None:
                yield at(resource, path, resource.count(*names))

    return find


def _cache_ttls(template: Template) -> Iterator[Place]:
    for kind in ("AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer"):
        yield from properties(kind, "AuthorizerResultTtlInSeconds")(template)


def _max_ages(template: Template) -> Iterator[Place]:
    yield from properties("AWS::Lambda::Url", "Cors/MaxAge")(template)
    # For an HTTP API -1 is allowed too: botocore, apigatewayv2 IntegerWithLengthBetweenMinus1And86400.
    of_apis = properties("AWS::ApiGatewayV2::Api", "CorsConfiguration/MaxAge")(template)
    yield from (place for place in of_apis if place.values != (-1,))


# --- Authorizers
authorizer_cache = within(
    "authorizer-cache",
    0,
    3_600,
    SECONDS,
    option="authorizer.cache_ttl",
    path="AuthorizerResultTtlInSeconds",
    service="API Gateway",
    source=LAMBDA_AUTHORIZER_URL,
    places=_cache_ttls,
)
jwt_audience = within(
    "jwt-audience",
    1,
    50,
    option="the number of entries in authorizer.audience",
    path="the number of entries in Audience",
    service="API Gateway",
    source=JWT_AUTHORIZER_URL,
    below="name the audience of the tokens",
    above="leave some out",
    places=_sizes("AWS::ApiGatewayV2::Authorizer", "JwtConfiguration/Audience"),
)
# The quota is that of HTTP APIs. AWS does not document one for REST APIs.
scopes_maximum = within(
    "scopes-maximum",
    0,
    10,
    option="the number of entries in authorizer.scopes",
    path="the number of entries in AuthorizationScopes",
    service="API Gateway",
    source=HTTP_API_QUOTAS_URL,
    above="leave some out",
    places=_sizes("AWS::ApiGatewayV2::Route", "AuthorizationScopes"),
)

# --- CORS
cors_max_age = within(
    "cors-max-age",
    0,
    86_400,
    SECONDS,
    option="cors.max_age",
    path="MaxAge",
    service="AWS",
    source=CORS_URL,
    places=_max_ages,
)

# --- Load balancers
listener_priority = within(
    "listener-priority",
    1,
    50_000,
    option="endpoint.priority",
    path="Priority",
    service="Elastic Load Balancing",
    source=LISTENER_RULE_URL,
    places=properties("AWS::ElasticLoadBalancingV2::ListenerRule", "Priority"),
)
