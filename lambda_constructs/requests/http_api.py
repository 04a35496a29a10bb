"""An HTTP API as endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Final, cast

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask, make
from ..core.context import Context
from ..function.settings import Settings
from ..rules import derive
from ..rules.access_log import access_log_format
from ..rules.endpoint import HTTP_API_TIMEOUT
from ..rules.routes import Route
from .alarms import api_metrics
from .authorizers import PublicAccess, check_authorizer, scopes_of
from .cors import CorsSettings
from .custom_domain import create_domain, disables_default_endpoint
from .endpoint import CheckedEndpoint, CreatedEndpoint
from .endpoint_options import HttpApiEndpoint
from .http_api_authorizer import http_api_authorizer, no_authorizer
from .routes import check_routes
from .stage import burst_limit, check_stage, create_access_log_group, let_api_invoke, rate_limit

_NAME: Final = "an HTTP API"


def check_http_api(
    settings: Settings, endpoint: HttpApiEndpoint, routes: Sequence[str] | None, cors: CorsSettings | None
) -> CheckedEndpoint:
    """Check authorizer, stage, domain and routes."""
    guard = settings.guard
    check_authorizer(guard, endpoint.authorizer, rest=False)
    check_stage(guard, endpoint)
    parsed = check_routes(guard, routes, rest=False, cors=cors is not None)
    create = partial(_create_http_api, endpoint=endpoint, routes=parsed, cors=cors)
    return CheckedEndpoint(name=_NAME, timeout=HTTP_API_TIMEOUT, create=create)


def _create_http_api(
    context: Context,
    scope: Construct,
    *,
    endpoint: HttpApiEndpoint,
    routes: Sequence[Route],
    cors: CorsSettings | None,
) -> CreatedEndpoint:
    """Create the API, with its stage, its routes to the alias and its domain."""
    log_group = create_access_log_group(context, scope, endpoint)
    api = make(
        apigatewayv2.HttpApi,
        scope,
        "HttpApi",
        api_name=derive.http_api_name(context.path),
        cors_preflight=None if cors is None else _preflight(cors),
        # Routes that are added later have the same authorizer.
        default_authorizer=http_api_authorizer(endpoint.authorizer),
        default_authorization_scopes=scopes_of(endpoint.authorizer) or None,
        disable_execute_api_endpoint=disables_default_endpoint(endpoint.domain),
    )
    stage = cast(apigatewayv2.IHttpStage, ask(api, "default_stage"))
    resource = cast(apigatewayv2.CfnStage, stage.node.default_child)
    resource.access_log_settings = resource.AccessLogSettingsProperty(
        destination_arn=log_group.log_group_arn, format=access_log_format("routeKey")
    )
    resource.default_route_settings = resource.RouteSettingsProperty(
        throttling_rate_limit=rate_limit(endpoint), throttling_burst_limit=burst_limit(endpoint)
    )
    public = isinstance(endpoint.authorizer, PublicAccess)
    _add_routes(api, context.alias_arn, routes, public=public, cors=cors is not None)
    api_id = ask(api, "api_id")
    call_arn = let_api_invoke(context, scope, api_id)
    domain, url = None, partial(ask, stage, "url")
    if endpoint.domain is not None:
        domain = create_domain(scope, endpoint.domain, api=api, api_id=api_id, stage=stage.stage_name)
        url = partial("https://{}/".format, endpoint.domain.domain_name)
    return CreatedEndpoint(
        metrics=api_metrics(context.alarms, "5xx", {"ApiId": api_id}),
        reference=partial(ask, api, "api_id"),
        url=url,
        call_arn=call_arn,
        http_api=api,
        access_log_group=log_group,
        domain=domain,
    )


def _preflight(cors: CorsSettings) -> apigatewayv2.CorsPreflightOptions:
    return apigatewayv2.CorsPreflightOptions(
        allow_origins=cors.origins,
        allow_methods=[apigatewayv2.CorsHttpMethod(method) for method in cors.methods],
        allow_headers=cors.headers,
        expose_headers=cors.exposed_headers,
        allow_credentials=cors.credentials,
        max_age=cors.max_age,
    )


def _add_routes(
    api: apigatewayv2.HttpApi, alias_arn: str, routes: Sequence[Route], *, public: bool, cors: bool
) -> None:
    """Add the routes to the alias."""
    integration = _AliasIntegration(alias_arn)
    for route in routes:
        added = api.add_routes(
            path=route.path, methods=[apigatewayv2.HttpMethod(route.method)], integration=integration
        )
        if public:
            acknowledgements.acknowledge(
                added[0], acknowledgements.PUBLIC, acknowledgements.ROUTE_WITHOUT_AUTHORIZATION
            )
        elif cors and route.method == "ANY":
            _add_preflight_route(api, route.path, integration)


def _add_preflight_route(
    api: apigatewayv2.HttpApi, path: str, integration: apigatewayv2.HttpRouteIntegration
) -> None:
    """Answer preflight requests, which have no credentials, without authorization.

    A route for any method would match them, and require authorization.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    """
    added = api.add_routes(
        path=path,
        methods=[apigatewayv2.HttpMethod.OPTIONS],
        integration=integration,
        authorizer=no_authorizer(),
        authorization_scopes=[],
    )
    acknowledgements.acknowledge(
        added[0], acknowledgements.PREFLIGHT, acknowledgements.ROUTE_WITHOUT_AUTHORIZATION
    )


class _AliasIntegration(apigatewayv2.HttpRouteIntegration):
    """The alias as integration; CDK's own adds a permission for each route."""

    def __init__(self, alias_arn: str) -> None:
        super().__init__("Integration")
        self._alias_arn = alias_arn

    def bind(
        self,
        *,
        route: apigatewayv2.IHttpRoute,  # noqa: ARG002
        scope: Construct,  # noqa: ARG002
    ) -> apigatewayv2.HttpRouteIntegrationConfig:
        return apigatewayv2.HttpRouteIntegrationConfig(
            type=apigatewayv2.HttpIntegrationType.AWS_PROXY,
            uri=self._alias_arn,
            payload_format_version=_payload_format(),
        )


@cache
def _payload_format() -> apigatewayv2.PayloadFormatVersion:
    return apigatewayv2.PayloadFormatVersion.VERSION_2_0
