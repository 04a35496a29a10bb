"""The methods of a REST API: their authorizer, their validation, their integration with the alias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import seconds
from ..core.context import Context
from ..rules.rest_api import REST_API_STREAMING_TIMEOUT
from ..rules.routes import Route
from .authorizers import (
    AUTHORIZER_ID,
    Authorizer,
    CognitoAuthorizer,
    LambdaAuthorizer,
    PublicAccess,
    cache_ttl,
    identity_headers,
    scopes_of,
)
from .endpoint_options import RestApiEndpoint

# A model under this key applies to every content type.
_ANY_CONTENT_TYPE: Final = "$default"


def method_defaults(scope: Construct, authorizer: Authorizer | None) -> apigateway.MethodOptions:
    """The options of all methods: how their callers are authorized."""
    match authorizer:
        case CognitoAuthorizer():
            pools = [authorizer.user_pool]
            return apigateway.MethodOptions(
                authorizer=apigateway.CognitoUserPoolsAuthorizer(
                    scope, AUTHORIZER_ID, cognito_user_pools=pools
                )
            )
        case LambdaAuthorizer():
            headers = identity_headers(authorizer)
            return apigateway.MethodOptions(
                authorizer=apigateway.RequestAuthorizer(
                    scope,
                    AUTHORIZER_ID,
                    handler=authorizer.function,
                    identity_sources=[apigateway.IdentitySource.header(header) for header in headers],
                    results_cache_ttl=cache_ttl(authorizer),
                )
            )
        case PublicAccess():
            return apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.NONE)
        case _:
            return apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.IAM)


def add_methods(
    context: Context, api: apigateway.RestApi, endpoint: RestApiEndpoint, routes: Sequence[Route]
) -> None:
    """Add the routes to the alias, with the validation of their requests."""
    integration = _integration(endpoint, context.alias_arn)
    validator = api.add_request_validator(
        "Validator", validate_request_body=True, validate_request_parameters=True
    )
    schemas, parameters = endpoint.request_schemas or {}, endpoint.required_parameters or {}
    for route in routes:
        key = f"{route.method} {route.path}"
        models = None
        if key in schemas:
            models = {_ANY_CONTENT_TYPE: api.add_model(f"Body {key}", schema=schemas[key])}
        method = api.root.resource_for_path(route.path).add_method(
            route.method,
            integration,
            authorization_scopes=scopes_of(endpoint.authorizer) or None,
            request_validator=validator,
            request_models=models,
            request_parameters={f"method.request.{name}": True for name in parameters.get(key, ())} or None,
        )
        _acknowledge(method, endpoint.authorizer)


def _acknowledge(method: apigateway.Method, authorizer: Authorizer | None) -> None:
    """Acknowledge that a method has no user pool, or no authorizer at all."""
    if isinstance(authorizer, PublicAccess):
        findings = acknowledgements.METHOD_WITHOUT_AUTHORIZATION
        acknowledgements.acknowledge(method, acknowledgements.PUBLIC, *findings)
    elif not isinstance(authorizer, CognitoAuthorizer):
        finding = acknowledgements.METHOD_WITHOUT_USER_POOL
        acknowledgements.acknowledge(method, acknowledgements.NO_USER_POOL, finding)


def _integration(endpoint: RestApiEndpoint, alias_arn: str) -> apigateway.Integration:
    """The alias as integration; CDK's own for functions adds two permissions for each method."""
    version, action = "2015-03-31", "invocations"
    options = apigateway.IntegrationOptions(timeout=endpoint.integration_timeout)
    if endpoint.response_streaming:
        version, action = "2021-11-15", "response-streaming-invocations"
        options = apigateway.IntegrationOptions(
            timeout=endpoint.integration_timeout or seconds(REST_API_STREAMING_TIMEOUT),
            response_transfer_mode=apigateway.ResponseTransferMode.STREAM,
        )
    return apigateway.AwsIntegration(
        service="lambda",
        proxy=True,
        path=f"{version}/functions/{alias_arn}/{action}",
        options=options,
    )
