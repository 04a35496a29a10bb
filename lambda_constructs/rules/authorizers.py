"""Rules for who may call an endpoint: authorizers, origins, domains."""

from __future__ import annotations

import re

from . import defaults, limits
from .rule import Words, rule

_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?")
_DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@rule("authorizer-kind", why="The endpoint has no such authorizer.", source=limits.LAMBDA_AUTHORIZER_URL)
def authorizer_kind(_: Words, authorizer: str, endpoint: str, allowed: str) -> str | None:
    """An authorizer that the endpoint has."""
    if authorizer in allowed.split(", "):
        return None
    return f"endpoint.authorizer is {authorizer}, {endpoint} allows {allowed}; choose one of these"


@rule(
    "jwt-issuer",
    why="API Gateway finds no keys there: every request is refused.",
    source=limits.JWT_AUTHORIZER_URL,
)
def jwt_issuer(_: Words, issuer: str) -> str | None:
    """The address of an issuer, with its scheme."""
    if re.fullmatch(r"https://[^\s?#]+", issuer):
        return None
    return f"authorizer.issuer is {issuer!r}; pass the https address that tokens name as iss"


@rule("jwt-audience", why="API Gateway refuses the authorizer.", source=limits.JWT_AUTHORIZER_URL)
def jwt_audience(_: Words, audience: int) -> str | None:
    """1 to 50."""
    maximum = limits.AUDIENCE_MAXIMUM
    if 1 <= audience <= maximum:
        return None
    return f"authorizer.audience has {audience} entries, API Gateway allows 1 to {maximum}; name the clients"


@rule("scopes-maximum", why="API Gateway refuses the routes.", source=limits.HTTP_API_QUOTAS_URL)
def scopes_maximum(_: Words, scopes: int) -> str | None:
    """At most ten scopes; one of them is enough for a token."""
    maximum = limits.SCOPES_MAXIMUM
    if scopes <= maximum:
        return None
    return f"authorizer.scopes are {scopes}, a route allows {maximum}; leave some out"


@rule(
    "cognito-clients",
    why="An HTTP API tells the clients of a pool apart, a REST API lets all of them in: either way the list "
    "would not say who may call.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide"
    "/apigateway-integrate-with-cognito.html",
)
def cognito_clients(_: Words, clients: int, *, rest: bool) -> str | None:
    """Clients of the pool for an HTTP API, none for a REST API."""
    if rest and clients:
        return (
            "authorizer.clients is given for a REST API, which lets every client of the pool in; leave it out"
        )
    if not rest and not 1 <= clients <= limits.AUDIENCE_MAXIMUM:
        return (
            f"authorizer.clients are {clients}, an HTTP API allows 1 to {limits.AUDIENCE_MAXIMUM}; name the "
            "clients of the pool that may call"
        )
    return None


@rule("authorizer-cache", why="API Gateway refuses the authorizer.", source=limits.LAMBDA_AUTHORIZER_URL)
def authorizer_cache(_: Words, cache_ttl: int) -> str | None:
    """0 to 3,600 seconds."""
    maximum = limits.AUTHORIZER_CACHE_MAXIMUM
    if 0 <= cache_ttl <= maximum:
        return None
    return (
        f"authorizer.cache_ttl is {cache_ttl} seconds, API Gateway allows 0 to {maximum}; choose one of these"
    )


@rule(
    "authorizer-identity",
    why="The answers that are kept are kept by these headers: without them one caller's would hold for all.",
    source=limits.LAMBDA_AUTHORIZER_URL,
)
def authorizer_identity(_: Words, headers: int, cache_ttl: int) -> str | None:
    """Answers that are kept are kept by a header."""
    if headers or not cache_ttl:
        return None
    return "authorizer.identity_headers is empty; name the header of the token, or pass a cache_ttl of 0"


@rule(
    "grant-without-iam",
    why="The endpoint does not ask IAM: the permission would do nothing.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide"
    "/api-gateway-control-access-using-iam-policies-to-invoke-api.html",
)
def grant_without_iam(_: Words, authorizer: str) -> str | None:
    """Who may call is IAM's matter with `IamAuthorizer` alone."""
    if authorizer == "IamAuthorizer":
        return None
    return (
        f"grant_invoke_endpoint needs IamAuthorizer(), but the endpoint has {authorizer}; use IamAuthorizer()"
    )


@rule(
    "cors-without-api",
    why="A load balancer does not answer browsers' questions: the option would silently do nothing.",
    source=limits.LOAD_BALANCER_URL,
)
def cors_without_api(_: Words, *, given: bool) -> str | None:
    """CORS is answered by an API or a function URL."""
    if not given:
        return None
    return "cors is given for a LoadBalancerEndpoint, which has none; leave it out and answer in the handler"


@rule(
    "cors-origin",
    why="Browsers compare origins as texts: no request would match.",
    source=limits.API_CORS_URL,
)
def cors_origin(_: Words, origin: str) -> str | None:
    """A scheme and a host, or `*`."""
    if _ORIGIN.fullmatch(origin):
        return None
    return f"origin {origin!r} is no scheme with a host; write it like https://shop.example, without a slash"


@rule(
    "cors-origins",
    why="Without an origin no browser may call, and beside '*' another one means nothing.",
    source=limits.API_CORS_URL,
)
def cors_origins(_: Words, origins: int, *, any_origin: bool) -> str | None:
    """At least one origin, or `*` alone."""
    if origins == 1 or (origins and not any_origin):
        return None
    return f"cors.allow_origins has {origins} entries; name the origins of the pages that call, or only '*'"


@rule(
    "cors-credentials",
    why="Browsers refuse credentials for any origin, and so does API Gateway.",
    source=limits.API_CORS_URL,
)
def cors_credentials(_: Words, *, any_origin: bool, credentials: bool) -> str | None:
    """Credentials are for named origins."""
    if not (any_origin and credentials):
        return None
    return "cors.allow_credentials is set for the origin '*'; name the origins that may send cookies"


@rule("cors-method", why="The endpoint refuses the setting.", source=limits.API_CORS_URL)
def cors_method(_: Words, method: str) -> str | None:
    """A method that can be called."""
    if method in defaults.CORS_METHODS:
        return None
    return f"cors.allow_methods has {method!r}; pass some of {', '.join(defaults.CORS_METHODS)}"


@rule("cors-max-age", why="The endpoint refuses the setting.", source=limits.API_CORS_URL)
def cors_max_age(_: Words, max_age: int) -> str | None:
    """0 to 86,400 seconds."""
    maximum = limits.CORS_AGE_MAXIMUM
    if 0 <= max_age <= maximum:
        return None
    return f"cors.max_age is {max_age} seconds, AWS allows 0 to {maximum}; choose one of these"


@rule(
    "cors-options-route",
    why="With CORS the API answers OPTIONS itself: the function would never see such a request, or the two "
    "collide.",
    source=limits.API_CORS_URL,
)
def cors_options_route(_: Words, route: str) -> str | None:
    """OPTIONS is answered by the API or by the function."""
    if not route.startswith("OPTIONS "):
        return None
    return f"route {route!r} is given together with cors, which answers it; leave one of them out"


@rule("domain-name", why="API Gateway refuses the domain.", source=limits.API_DOMAIN_URL)
def domain_name(_: Words, name: str) -> str | None:
    """A host name in lower case."""
    if _DOMAIN.fullmatch(name):
        return None
    return (
        f"domain_name is {name!r}; write a host such as api.shop.example, in lower case and without a scheme"
    )


@rule(
    "certificate-region",
    why="A regional domain finds its certificate in its own region only: the deployment fails.",
    source=limits.API_DOMAIN_URL,
)
def certificate_region(_: Words, certificate_arn: str, region: str) -> str | None:
    """The certificate is in the region of the API."""
    found = certificate_arn.split(":")[3:4]
    if found in ([region], []):
        return None
    return f"domain.certificate is in {found[0]}, the API in {region}; issue one in {region}"
