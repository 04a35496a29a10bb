"""Who may call an endpoint: the choices, and what they are in each kind of API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as http_authorizers
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.guard import Guard, Unknown
from ..core.stack_resources import seconds
from ..rules import defaults
from ..rules.authorizers import authorizer_identity, authorizer_kind, cognito_clients, jwt_issuer
from ..rules.ranges_requests import authorizer_cache, jwt_audience, scopes_maximum

_ID: Final = "Authorizer"


@dataclass(frozen=True, kw_only=True)
class IamAuthorizer:
    """Let in whom IAM allows: requests are signed, `grant_invoke_endpoint` gives the permission."""


@dataclass(frozen=True, kw_only=True)
class JwtAuthorizer:
    """Let in who has a token of an OpenID Connect issuer; API Gateway checks it itself.

    Args:
        issuer: Address of the issuer, as tokens name it in `iss`.
        audience: For whom tokens are made, their `aud` or `client_id`; 1 to 50.
        scopes: Scopes of which a token needs one; at most 10. Default: (), none
    """

    issuer: str
    audience: Sequence[str]
    scopes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class CognitoAuthorizer:
    """Let in who has a token of a Cognito user pool; API Gateway checks it itself.

    Args:
        user_pool: The pool.
        clients: Clients of the pool whose tokens are good; 1 to 50 for an HTTP API. A REST API lets all
            clients of the pool in. Default: (), which only a REST API allows
        scopes: Scopes of which a token needs one; it then is an access token. At most 10. Default: (), none
    """

    user_pool: cognito.UserPool | cognito.IUserPool
    clients: Sequence[cognito.UserPoolClient | cognito.IUserPoolClient] = ()
    scopes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class LambdaAuthorizer:
    """Let in whom a function of yours lets in.

    It gets the request in payload format 1.0 and answers with an IAM policy, for both kinds of API. While
    its answer is kept it holds for all routes: let the policy say which of them.

    Args:
        function: The function; an alias, or anyone's function.
        identity_headers: Headers that tell callers apart; a request without them is refused. Default:
            Authorization
        cache_ttl: How long an answer is kept; up to 1 hour. Default: 5 minutes
    """

    function: lambda_.Function | lambda_.Alias | lambda_.IFunction
    identity_headers: Sequence[str] | None = None
    cache_ttl: cdk.Duration | None = None


@dataclass(frozen=True, kw_only=True)
class PublicAccess:
    """Let everybody in: what needs a caller to be known, the function must ask for itself."""


Authorizer: TypeAlias = IamAuthorizer | JwtAuthorizer | CognitoAuthorizer | LambdaAuthorizer | PublicAccess

HTTP_API: Final = "an HTTP API"
REST_API: Final = "a REST API"
FUNCTION_URL: Final = "a function URL"
_ALLOWED: Final = {
    HTTP_API: (IamAuthorizer, JwtAuthorizer, CognitoAuthorizer, LambdaAuthorizer, PublicAccess),
    REST_API: (IamAuthorizer, CognitoAuthorizer, LambdaAuthorizer, PublicAccess),
    FUNCTION_URL: (IamAuthorizer, PublicAccess),
}


def check_authorizer(guard: Guard, authorizer: Authorizer | None, endpoint: str) -> None:
    """Check that the endpoint has such an authorizer, and the authorizer's own options."""
    names = ", ".join(kind.__name__ for kind in _ALLOWED[endpoint])
    if authorizer is not None and not isinstance(authorizer, Authorizer):
        guard.refuse_type("endpoint.authorizer", authorizer, f"one of {names}")
    guard.check(authorizer_kind, authorizer_name(authorizer), endpoint, names)
    match authorizer:
        case JwtAuthorizer():
            guard.check(jwt_issuer, guard.text("authorizer.issuer", authorizer.issuer))
            guard.check(jwt_audience, _texts(guard, "audience", authorizer.audience))
            guard.check(scopes_maximum, _texts(guard, "scopes", authorizer.scopes))
        case CognitoAuthorizer():
            if not hasattr(authorizer.user_pool, "user_pool_arn"):
                guard.refuse_type("authorizer.user_pool", authorizer.user_pool, "a user pool")
            clients = guard.instance("authorizer.clients", authorizer.clients, list | tuple, "a list")
            for client in clients:
                if not hasattr(client, "user_pool_client_id"):
                    guard.refuse_type("authorizer.clients", client, "clients of a user pool")
            guard.check(cognito_clients, len(clients), rest=endpoint == REST_API)
            guard.check(scopes_maximum, _texts(guard, "scopes", authorizer.scopes))
        case LambdaAuthorizer():
            if not hasattr(authorizer.function, "function_arn"):
                guard.refuse_type("authorizer.function", authorizer.function, "a function")
            kept: int | Unknown = defaults.AUTHORIZER_CACHE
            if authorizer.cache_ttl is not None:
                kept = guard.seconds("authorizer.cache_ttl", authorizer.cache_ttl)
            guard.check(authorizer_cache, kept)
            headers = _texts(guard, "identity_headers", _headers(authorizer))
            guard.check(authorizer_identity, headers, kept)


def authorizer_name(authorizer: object) -> str:
    """The name of the choice, or of what lets callers in instead; None is IAM."""
    return type(IamAuthorizer() if authorizer is None else authorizer).__name__


def http_api_authorizer(authorizer: Authorizer | None) -> apigatewayv2.IHttpRouteAuthorizer:
    """As HTTP APIs take it."""
    match authorizer:
        case JwtAuthorizer():
            return http_authorizers.HttpJwtAuthorizer(
                _ID, authorizer.issuer, jwt_audience=list(authorizer.audience)
            )
        case CognitoAuthorizer():
            return http_authorizers.HttpUserPoolAuthorizer(
                _ID, authorizer.user_pool, user_pool_clients=list(authorizer.clients)
            )
        case LambdaAuthorizer():
            return http_authorizers.HttpLambdaAuthorizer(
                _ID,
                authorizer.function,
                identity_source=[f"$request.header.{header}" for header in _headers(authorizer)],
                response_types=[http_authorizers.HttpLambdaResponseType.IAM],
                results_cache_ttl=_cache_ttl(authorizer),
            )
        case PublicAccess():
            return apigatewayv2.HttpNoneAuthorizer()
        case _:
            return http_authorizers.HttpIamAuthorizer()


def rest_api_authorizer(scope: Construct, authorizer: Authorizer | None) -> apigateway.MethodOptions:
    """As REST APIs take it: the options of all of their methods."""
    match authorizer:
        case CognitoAuthorizer():
            pools = [authorizer.user_pool]
            return apigateway.MethodOptions(
                authorizer=apigateway.CognitoUserPoolsAuthorizer(scope, _ID, cognito_user_pools=pools)
            )
        case LambdaAuthorizer():
            identity = [apigateway.IdentitySource.header(header) for header in _headers(authorizer)]
            return apigateway.MethodOptions(
                authorizer=apigateway.RequestAuthorizer(
                    scope,
                    _ID,
                    handler=authorizer.function,
                    identity_sources=identity,
                    results_cache_ttl=_cache_ttl(authorizer),
                )
            )
        case PublicAccess():
            return apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.NONE)
        case _:
            return apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.IAM)


def scopes_of(authorizer: Authorizer | None) -> Sequence[str]:
    """The scopes of which a token needs one."""
    return authorizer.scopes if isinstance(authorizer, JwtAuthorizer | CognitoAuthorizer) else ()


def _texts(guard: Guard, option: str, values: Sequence[str]) -> int:
    """How many there are, if it is a list of them: a single text would be one of letters."""
    texts = guard.instance(f"authorizer.{option}", values, list | tuple, "a list of strings")
    for text in texts:
        guard.text(f"authorizer.{option}", text)
    return len(texts)


def _headers(authorizer: LambdaAuthorizer) -> Sequence[str]:
    if authorizer.identity_headers is None:
        return (defaults.IDENTITY_HEADER,)
    return authorizer.identity_headers


def _cache_ttl(authorizer: LambdaAuthorizer) -> cdk.Duration:
    return seconds(defaults.AUTHORIZER_CACHE) if authorizer.cache_ttl is None else authorizer.cache_ttl
