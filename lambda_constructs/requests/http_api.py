"""An HTTP API as endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core import acknowledgements
from ..rules import defaults
from ..rules.access_log import access_log_format
from ..rules.routes import Route

if TYPE_CHECKING:
    from .authorizers import (
        CognitoAuthorizer,
        IamAuthorizer,
        JwtAuthorizer,
        LambdaAuthorizer,
        PublicAccess,
    )
    from .custom_domain import CustomDomain


@dataclass(frozen=True, kw_only=True)
class HttpApiEndpoint:
    """Answer requests through an HTTP API of Amazon API Gateway, in payload format 2.0.

    Args:
        authorizer: Who may call. Default: `IamAuthorizer()`; everybody only by `PublicAccess()`
        throttling_rate_limit: Requests per second that get through in the long run. Default: 1000 (a tenth
            of what all APIs of an account share)
        throttling_burst_limit: Requests that get through at once. Default: 500 (a tenth, too)
        access_log_retention: How long the lines of the access log are kept. Default: 30 days
        domain: A domain of your own. Default: none, the address that API Gateway gives
    """

    authorizer: IamAuthorizer | JwtAuthorizer | CognitoAuthorizer | LambdaAuthorizer | PublicAccess | None = (
        None
    )
    throttling_rate_limit: float = defaults.THROTTLING_RATE
    throttling_burst_limit: int = defaults.THROTTLING_BURST
    access_log_retention: logs.RetentionDays | None = None
    domain: CustomDomain | None = None


def create_http_api(
    scope: Construct,
    endpoint: HttpApiEndpoint,
    alias: lambda_.Alias,
    routes: Sequence[Route],
    *,
    name: str,
    authorizer: apigatewayv2.IHttpRouteAuthorizer,
    scopes: Sequence[str],
    public: bool,
    cors: apigatewayv2.CorsPreflightOptions | None,
    log_group: logs.ILogGroup,
) -> apigatewayv2.HttpApi:
    """Create the API with its routes to the alias; routes that are added later ask the same authorizer."""
    api = apigatewayv2.HttpApi(
        scope,
        "HttpApi",
        api_name=name,
        cors_preflight=cors,
        default_authorizer=authorizer,
        default_authorization_scopes=list(scopes) or None,
        disable_execute_api_endpoint=None
        if endpoint.domain is None
        else not endpoint.domain.default_endpoint,
    )
    stage = cast(apigatewayv2.CfnStage, cast(Construct, api.default_stage).node.default_child)
    stage.access_log_settings = stage.AccessLogSettingsProperty(
        destination_arn=log_group.log_group_arn, format=access_log_format("routeKey")
    )
    stage.default_route_settings = stage.RouteSettingsProperty(
        throttling_rate_limit=endpoint.throttling_rate_limit,
        throttling_burst_limit=endpoint.throttling_burst_limit,
    )
    integration = _AliasIntegration(alias)
    for route in routes:
        added = api.add_routes(
            path=route.path, methods=[apigatewayv2.HttpMethod(route.method)], integration=integration
        )
        if public:
            acknowledgements.acknowledge(
                added[0], acknowledgements.PUBLIC, acknowledgements.ROUTE_WITHOUT_AUTHORIZATION
            )
        elif cors is not None and route.method == "ANY":
            _let_browsers_ask(api, route.path, integration)
    return api


def _let_browsers_ask(
    api: apigatewayv2.HttpApi, path: str, integration: apigatewayv2.HttpRouteIntegration
) -> None:
    """Answer OPTIONS without authorization, which a browser's question before the call does not have.

    A route for any method would take it, and ask for authorization.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    """
    added = api.add_routes(
        path=path,
        methods=[apigatewayv2.HttpMethod.OPTIONS],
        integration=integration,
        authorizer=apigatewayv2.HttpNoneAuthorizer(),
        authorization_scopes=[],
    )
    acknowledgements.acknowledge(
        added[0], acknowledgements.PREFLIGHT, acknowledgements.ROUTE_WITHOUT_AUTHORIZATION
    )


class _AliasIntegration(apigatewayv2.HttpRouteIntegration):
    """The alias as integration; CDK's own would add a permission for each route."""

    def __init__(self, alias: lambda_.Alias) -> None:
        super().__init__("Integration")
        self._alias = alias

    def bind(
        self,
        *,
        route: apigatewayv2.IHttpRoute,  # noqa: ARG002
        scope: Construct,  # noqa: ARG002
    ) -> apigatewayv2.HttpRouteIntegrationConfig:
        return apigatewayv2.HttpRouteIntegrationConfig(
            type=apigatewayv2.HttpIntegrationType.AWS_PROXY,
            uri=self._alias.function_arn,
            payload_format_version=apigatewayv2.PayloadFormatVersion.VERSION_2_0,
        )
