"""The authorizers of an HTTP API as CDK objects."""

from __future__ import annotations

from functools import cache

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers

from ..core.location import location
from ..rules import derive
from .authorizers import (
    AUTHORIZER_ID,
    Authorizer,
    CognitoAuthorizer,
    JwtAuthorizer,
    LambdaAuthorizer,
    PublicAccess,
    cache_ttl,
    identity_headers,
    without_scopes,
)


class HttpAuthorizers:
    """The authorizers of one HTTP API; routes with equal options share one.

    Attributes:
        default: The authorizer of routes without one.
    """

    def __init__(self, default: Authorizer) -> None:
        """Prepare the default; CDK creates it with the first route that has it."""
        self.default = _created(default, AUTHORIZER_ID)
        self._known = [(without_scopes(default), self.default)]

    def of(self, authorizer: Authorizer, route: str) -> apigatewayv2.IHttpRouteAuthorizer:
        """The authorizer with these options; a new one has the name of the first route that needs it."""
        wanted = without_scopes(authorizer)
        for known, created in self._known:
            if known == wanted:
                return created
        created = _created(authorizer, derive.replaced_with(AUTHORIZER_ID, route))
        self._known.append((wanted, created))
        return created


def _created(authorizer: Authorizer, construct_id: str) -> apigatewayv2.IHttpRouteAuthorizer:
    match authorizer:
        case JwtAuthorizer():
            return authorizers.HttpJwtAuthorizer(
                construct_id, authorizer.issuer, jwt_audience=list(authorizer.audience)
            )
        case CognitoAuthorizer():
            region, _ = location("IUserPool", authorizer.user_pool)
            return authorizers.HttpUserPoolAuthorizer(
                construct_id,
                authorizer.user_pool,
                user_pool_clients=list(authorizer.clients or ()),
                user_pool_region=region or None,
            )
        case LambdaAuthorizer():
            types = authorizers.HttpLambdaResponseType
            return authorizers.HttpLambdaAuthorizer(
                construct_id,
                authorizer.function,
                identity_source=[f"$request.header.{header}" for header in identity_headers(authorizer)],
                response_types=[types.SIMPLE if authorizer.simple_responses else types.IAM],
                results_cache_ttl=cache_ttl(authorizer),
            )
        case PublicAccess():
            return _no_authorizer()
        case _:
            return _iam_authorizer()


@cache
def _no_authorizer() -> apigatewayv2.HttpNoneAuthorizer:
    """CDK's object for no authorizer, created once."""
    return apigatewayv2.HttpNoneAuthorizer()


@cache
def _iam_authorizer() -> authorizers.HttpIamAuthorizer:
    return authorizers.HttpIamAuthorizer()
