"""The authorizer of an HTTP API as a CDK object."""

from __future__ import annotations

from functools import cache

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers

from ..core.location import location
from .authorizers import (
    AUTHORIZER_ID,
    Authorizer,
    CognitoAuthorizer,
    JwtAuthorizer,
    LambdaAuthorizer,
    PublicAccess,
    cache_ttl,
    identity_headers,
)


def http_api_authorizer(authorizer: Authorizer | None) -> apigatewayv2.IHttpRouteAuthorizer:
    """The authorizer of the routes."""
    match authorizer:
        case JwtAuthorizer():
            return authorizers.HttpJwtAuthorizer(
                AUTHORIZER_ID, authorizer.issuer, jwt_audience=list(authorizer.audience)
            )
        case CognitoAuthorizer():
            region, _ = location("IUserPool", authorizer.user_pool)
            return authorizers.HttpUserPoolAuthorizer(
                AUTHORIZER_ID,
                authorizer.user_pool,
                user_pool_clients=list(authorizer.clients or ()),
                user_pool_region=region or None,
            )
        case LambdaAuthorizer():
            return authorizers.HttpLambdaAuthorizer(
                AUTHORIZER_ID,
                authorizer.function,
                identity_source=[f"$request.header.{header}" for header in identity_headers(authorizer)],
                response_types=[authorizers.HttpLambdaResponseType.IAM],
                results_cache_ttl=cache_ttl(authorizer),
            )
        case PublicAccess():
            return no_authorizer()
        case _:
            return _iam_authorizer()


@cache
def no_authorizer() -> apigatewayv2.HttpNoneAuthorizer:
    """CDK's object for no authorizer, created once."""
    return apigatewayv2.HttpNoneAuthorizer()


@cache
def _iam_authorizer() -> authorizers.HttpIamAuthorizer:
    return authorizers.HttpIamAuthorizer()
