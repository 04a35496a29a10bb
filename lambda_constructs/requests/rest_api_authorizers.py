"""The authorizers of a REST API as CDK objects."""

from __future__ import annotations

from typing import TypedDict

import jsii
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from ..rules import derive
from .authorizers import (
    AUTHORIZER_ID,
    Authorizer,
    CognitoAuthorizer,
    LambdaAuthorizer,
    PublicAccess,
    cache_ttl,
    identity_headers,
    without_scopes,
)


class Authorization(TypedDict, total=False):
    """The options of a method that say how its callers are authorized."""

    authorizer: apigateway.IAuthorizer
    authorization_type: apigateway.AuthorizationType


class RestAuthorizers:
    """The authorizers of one REST API; methods with equal options share one.

    Attributes:
        default: The options of methods without other ones.
    """

    def __init__(self, scope: Construct, default: Authorizer, *, api_key_required: bool | None) -> None:
        """Create the default."""
        self._scope = scope
        options = self._create(default, AUTHORIZER_ID)
        self.default = apigateway.MethodOptions(api_key_required=api_key_required, **options)
        self._known: list[tuple[Authorizer, Authorization]] = [(without_scopes(default), {})]

    def of(self, authorizer: Authorizer, route: str) -> Authorization:
        """The options of a route; a new authorizer has the name of the first route that needs it."""
        wanted = without_scopes(authorizer)
        for known, options in self._known:
            if known == wanted:
                return options
        options = self._create(authorizer, derive.replaced_with(AUTHORIZER_ID, route))
        if options.get("authorization_type") == apigateway.AuthorizationType.IAM:
            options["authorizer"] = _Iam()
        self._known.append((wanted, options))
        return options

    def _create(self, authorizer: Authorizer, construct_id: str) -> Authorization:
        types = apigateway.AuthorizationType
        match authorizer:
            case CognitoAuthorizer():
                pools = [authorizer.user_pool]
                created = apigateway.CognitoUserPoolsAuthorizer(
                    self._scope, construct_id, cognito_user_pools=pools
                )
                return {"authorizer": created, "authorization_type": types.COGNITO}
            case LambdaAuthorizer():
                function = _of_function(self._scope, construct_id, authorizer)
                return {"authorizer": function, "authorization_type": types.CUSTOM}
            case PublicAccess():
                return {"authorization_type": types.NONE}
            case _:
                return {"authorization_type": types.IAM}


def _of_function(scope: Construct, construct_id: str, authorizer: LambdaAuthorizer) -> apigateway.IAuthorizer:
    sources = [apigateway.IdentitySource.header(header) for header in identity_headers(authorizer)]
    function, ttl = authorizer.function, cache_ttl(authorizer)
    if authorizer.token_only:
        return apigateway.TokenAuthorizer(
            scope, construct_id, handler=function, identity_source=sources[0], results_cache_ttl=ttl
        )
    return apigateway.RequestAuthorizer(
        scope, construct_id, handler=function, identity_sources=sources, results_cache_ttl=ttl
    )


@jsii.implements(apigateway.IAuthorizer)
class _Iam:
    """IAM for a method of an API with another default, which CDK would otherwise keep."""

    @property
    def authorizer_id(self) -> str:
        return ""

    @property
    def authorization_type(self) -> apigateway.AuthorizationType:
        return apigateway.AuthorizationType.IAM
