"""Authorizers: how the callers of an endpoint are authorized."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from ..core.cdk_objects import seconds
from ..core.guard import Guard
from ..core.location import is_late, location, own_location
from ..rules import defaults
from ..rules.authorizers import (
    authorizer_identity,
    cognito_clients,
    jwt_audience_form,
    jwt_issuer,
    scope_form,
)
from ..rules.cors import header_name
from ..rules.location import resource_region
from ..rules.options import option_type
from ..rules.ranges_requests import authorizer_cache, jwt_audience, scopes_maximum

if TYPE_CHECKING:
    from aws_cdk import aws_cognito as cognito

AUTHORIZER_ID = "Authorizer"


@dataclass(frozen=True, kw_only=True)
class IamAuthorizer:
    """Authorize callers with IAM: they sign requests, and `grant_invoke_endpoint` gives them permission."""


@dataclass(frozen=True, kw_only=True)
class JwtAuthorizer:
    """Authorize callers with a token of an OpenID Connect issuer, which API Gateway verifies.

    Args:
        issuer: URL of the issuer, as tokens have it in `iss`.
        audience: Accepted values of a token's `aud` or `client_id`; 1 to 50.
        scopes: Scopes; a token needs one of them. At most 10. Default: none, any token of the audience
    """

    issuer: str
    audience: Sequence[str]
    scopes: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class CognitoAuthorizer:
    """Authorize callers with a token of a Cognito user pool, which API Gateway verifies.

    Args:
        user_pool: The user pool; of the region of the API, unless that is an HTTP API.
        clients: Clients of the user pool whose tokens are accepted; 1 to 50. Required for an HTTP API,
            refused for a REST API, which accepts all clients of the user pool. Default: none
        scopes: Scopes; a token, which then is an access token, needs one of them. At most 10. Default: none,
            any token of the user pool
    """

    user_pool: cognito.UserPool | cognito.IUserPool
    clients: Sequence[cognito.UserPoolClient | cognito.IUserPoolClient] | None = None
    scopes: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class LambdaAuthorizer:
    """Authorize callers with your Lambda function.

    The function gets the request in payload format 1.0 and responds with an IAM policy, for HTTP APIs and
    REST APIs alike; `simple_responses` and `token_only` are for functions of another kind. A cached policy
    applies to all routes: let the policy name the routes that it allows.

    Args:
        function: The function, or an alias of it.
        identity_headers: Headers that identify a caller; API Gateway refuses a request without them.
            Default: Authorization
        cache_ttl: How long API Gateway caches a policy; up to 1 hour. Default: 5 minutes
        simple_responses: Whether the function gets payload format 2.0 and responds with `isAuthorized`
            instead of a policy; only for an HTTP API. Default: False
        token_only: Whether the function gets only the value of the one identity header, as
            `authorizationToken` of a TOKEN authorizer; only for a REST API. Default: False
    """

    function: (
        lambda_.Function | lambda_.Alias | lambda_.IFunction | lambda_.Version | lambda_.SingletonFunction
    )
    identity_headers: Sequence[str] | None = None
    cache_ttl: cdk.Duration | None = None
    simple_responses: bool | None = None
    token_only: bool | None = None


@dataclass(frozen=True, kw_only=True)
class PublicAccess:
    """Allow everyone to call the endpoint: the function itself must authorize callers if necessary."""


Authorizer: TypeAlias = IamAuthorizer | JwtAuthorizer | CognitoAuthorizer | LambdaAuthorizer | PublicAccess
"""How the callers of an endpoint are authorized."""


def check_authorizer(guard: Guard, authorizer: Authorizer | None, *, rest: bool) -> None:
    """Check the options of an API's authorizer."""
    match authorizer:
        case JwtAuthorizer() if rest:
            accepted = "a CognitoAuthorizer(...) or a LambdaAuthorizer(...), which REST APIs have"
            guard.refuse(option_type, "authorizer", "a JwtAuthorizer(...)", accepted)
        case JwtAuthorizer():
            guard.check(jwt_issuer, guard.text(authorizer.issuer))
            guard.check(jwt_audience, len(authorizer.audience))
            for audience in authorizer.audience:
                guard.check(jwt_audience_form, guard.text(audience))
        case CognitoAuthorizer():
            guard.check(cognito_clients, len(authorizer.clients or ()), rest=rest)
            region, _ = location("IUserPool", authorizer.user_pool)
            own, _ = own_location(guard.scope)
            if rest and region and not is_late(own):
                guard.check(resource_region, "endpoint.authorizer.user_pool", region, own)
        case LambdaAuthorizer():
            kept = guard.within(authorizer_cache, cache_ttl(authorizer))
            names = identity_headers(authorizer)
            guard.known_items("authorizer.identity_headers", names, "names that are known at synthesis")
            for name in names:
                guard.check(header_name, "authorizer.identity_headers", guard.text(name))
            guard.check(authorizer_identity, len(names), kept)
            if authorizer.simple_responses and rest:
                guard.refuse(option_type, "authorizer.simple_responses", "True", "it to an HTTP API only")
            if authorizer.token_only and not rest:
                guard.refuse(option_type, "authorizer.token_only", "True", "it to a REST API only")
            if authorizer.token_only and len(names) != 1:
                given = f"a list with {len(names)} headers"
                guard.refuse(option_type, "authorizer.identity_headers", given, "the one with the token")
    guard.check(scopes_maximum, len(scopes_of(authorizer)))
    for scope in scopes_of(authorizer):
        guard.check(scope_form, guard.text(scope))


def scopes_of(authorizer: Authorizer | None) -> list[str]:
    """The scopes that a token needs one of."""
    if isinstance(authorizer, JwtAuthorizer | CognitoAuthorizer):
        return list(authorizer.scopes or ())
    return []


def without_scopes(authorizer: Authorizer) -> Authorizer:
    """The authorizer without its scopes, which belong to a route."""
    if isinstance(authorizer, JwtAuthorizer | CognitoAuthorizer):
        return replace(authorizer, scopes=None)
    return authorizer


def identity_headers(authorizer: LambdaAuthorizer) -> Sequence[str]:
    """The headers that identify a caller."""
    given = authorizer.identity_headers
    return (defaults.IDENTITY_HEADER,) if given is None else given


def cache_ttl(authorizer: LambdaAuthorizer) -> cdk.Duration:
    """How long API Gateway caches a policy."""
    return seconds(defaults.AUTHORIZER_CACHE) if authorizer.cache_ttl is None else authorizer.cache_ttl
