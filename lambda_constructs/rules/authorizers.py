"""Rules for authorizers of endpoints."""

from __future__ import annotations

import re
from typing import Final

from .ranges_requests import jwt_audience
from .rule import Words, rule
from .urls import JWT_AUTHORIZER_URL, LAMBDA_AUTHORIZER_URL

ISSUER_MAXIMUM: Final = 2_048  # characters: botocore, apigatewayv2 UriWithLengthBetween1And2048
SCOPE_MAXIMUM: Final = 64  # characters: botocore, apigatewayv2 StringWithLengthBetween1And64
_ISSUER: Final = re.compile(r"https://[A-Za-z0-9.-]*[A-Za-z0-9](:[0-9]+)?(/[!$%-;=@-_a-z|~]*)?")
_SCOPE: Final = re.compile(r"[!#-\[\]-~]+")  # RFC 6749, section 3.3


@rule(
    why="API Gateway does not find the issuer's keys and refuses every request.",
    source=JWT_AUTHORIZER_URL,
    names={"issuer": ("authorizer.issuer", "Issuer")},
)
def jwt_issuer(_: Words, issuer: str) -> str | None:
    """The https URL of the issuer, at most 2,048 characters."""
    if len(issuer) <= ISSUER_MAXIMUM and _ISSUER.fullmatch(issuer):
        return None
    return (
        f"authorizer.issuer is {issuer!r}, which is not an https URL of at most {ISSUER_MAXIMUM} characters; "
        "pass the URL that tokens have in their iss claim"
    )


@rule(
    why="A token never has this value, so API Gateway refuses every request.",
    source=JWT_AUTHORIZER_URL,
    names={"audience": ("authorizer.audience", "Audience")},
)
def jwt_audience_form(_: Words, audience: str) -> str | None:
    """A text without control characters, which is not blank."""
    if audience.strip() and audience.isprintable():
        return None
    return (
        f"authorizer.audience has {audience!r}; pass the values that tokens have in their aud or client_id "
        "claim"
    )


@rule(
    why="API Gateway refuses the route, or no token has the scope.",
    source=JWT_AUTHORIZER_URL,
    names={"scope": ("authorizer.scopes", "AuthorizationScopes")},
)
def scope_form(_: Words, scope: str) -> str | None:
    """1 to 64 characters, without spaces and quotes."""
    if len(scope) <= SCOPE_MAXIMUM and _SCOPE.fullmatch(scope):
        return None
    return (
        f"authorizer.scopes has {scope!r}, API Gateway allows 1 to {SCOPE_MAXIMUM} characters without "
        "spaces; write each scope by itself, such as 'orders/read'"
    )


@rule(
    why="An HTTP API checks the app client of a token. A REST API accepts every app client of the user pool, "
    "so a list would not restrict the callers.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html",
)
def cognito_clients(_: Words, clients: int, *, rest: bool) -> str | None:
    """1 to 50 app clients for an HTTP API, an empty list for a REST API."""
    if rest and clients:
        return (
            "authorizer.clients is set, but a REST API accepts every app client of the user pool; leave it "
            "out, or use an HTTP API"
        )
    if not rest and not jwt_audience.low <= clients <= jwt_audience.high:
        return (
            f"authorizer.clients has {clients} entries, an HTTP API allows {jwt_audience.low} to "
            f"{jwt_audience.high}; pass the app clients whose tokens the API accepts"
        )
    return None


@rule(
    why="API Gateway caches responses by these headers. Without them, the response for one caller would "
    "apply to all callers.",
    source=LAMBDA_AUTHORIZER_URL,
)
def authorizer_identity(_: Words, headers: int, cache_ttl: int) -> str | None:
    """An authorizer with a cache has at least one identity header."""
    if headers or not cache_ttl:
        return None
    return (
        "authorizer.identity_headers is empty, but responses are cached; name the header with the token, or "
        "pass a cache_ttl of 0"
    )


@rule(
    why="The endpoint does not check IAM permissions, so the grant would have no effect.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html",
)
def grant_without_iam(_: Words, authorizer: str) -> str | None:
    """Only an endpoint with `IamAuthorizer` checks IAM permissions."""
    if authorizer == "IamAuthorizer":
        return None
    return (
        f"grant_invoke_endpoint needs IamAuthorizer(), but the endpoint has {authorizer}; use IamAuthorizer()"
    )
