"""An HTTP API as endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import cast

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask, make
from ..core.context import Context
from ..function.settings import Settings
from ..rules import derive
from ..rules.derive import access_log_format
from ..rules.endpoint import HTTP_API_TIMEOUT
from ..template.features import HTTP_API
from .alarms import api_metrics
from .authorizers import IamAuthorizer, PublicAccess, scopes_of
from .cors import CorsSettings
from .custom_domain import create_domain, disables_default_endpoint
from .endpoint import CheckedEndpoint, CreatedEndpoint, SharedApi
from .endpoint_options import HttpApiEndpoint
from .http_api_authorizer import HttpAuthorizers
from .routes import ApiFacts, CheckedRoute, Routes, Throttling, check_routes
from .stage import check_api, create_access_log_group, let_api_invoke


def check_http_api(
    settings: Settings, endpoint: HttpApiEndpoint, routes: Routes | None, cors: CorsSettings | None
) -> CheckedEndpoint:
    """Check authorizer, stage, domain and routes."""
    guard = settings.guard
    facts = check_api(guard, endpoint, cors=cors is not None)
    parsed = check_routes(guard, routes, facts)
    create = partial(_create_http_api, endpoint=endpoint, routes=parsed, cors=cors, facts=facts)
    return CheckedEndpoint(name=HTTP_API, timeout=HTTP_API_TIMEOUT, routes=parsed, create=create)


def _create_http_api(
    context: Context,
    scope: Construct,
    *,
    endpoint: HttpApiEndpoint,
    routes: Sequence[CheckedRoute],
    cors: CorsSettings | None,
    facts: ApiFacts,
) -> CreatedEndpoint:
    """Create the API, with its stage, its routes to the alias and its domain."""
    log_group = create_access_log_group(context, scope, endpoint)
    authorizers = HttpAuthorizers(endpoint.authorizer or IamAuthorizer())
    api = make(
        apigatewayv2.HttpApi,
        scope,
        "HttpApi",
        api_name=derive.http_api_name(context.path),
        cors_preflight=None if cors is None else _preflight(cors),
        # Routes that are added later have the same authorizer.
        default_authorizer=authorizers.default,
        default_authorization_scopes=scopes_of(endpoint.authorizer) or None,
        disable_execute_api_endpoint=disables_default_endpoint(endpoint.domain),
    )
    stage = cast(apigatewayv2.IHttpStage, ask(api, "default_stage"))
    resource = cast(apigatewayv2.CfnStage, stage.node.default_child)
    resource.access_log_settings = resource.AccessLogSettingsProperty(
        destination_arn=log_group.log_group_arn, format=access_log_format("routeKey")
    )
    resource.default_route_settings = resource.RouteSettingsProperty(
        throttling_rate_limit=facts.throttling.rate_limit, throttling_burst_limit=facts.throttling.burst_limit
    )
    shared = _HttpApiRoutes(api, resource, authorizers, facts)
    shared.connect(context, api, routes)
    api_id = ask(api, "api_id")
    call_arn = let_api_invoke(context, scope, api_id)
    domain, url = None, partial(ask, stage, "url")
    if endpoint.domain is not None:
        domain = create_domain(scope, endpoint.domain, api=api, api_id=api_id, stage=stage.stage_name)
        url = partial(str, endpoint.domain.url)
    return CreatedEndpoint(
        metrics=api_metrics(context.alarms, "5xx", {"ApiId": api_id}),
        reference=partial(ask, api, "api_id"),
        url=url,
        call_arn=call_arn,
        http_api=api,
        access_log_group=log_group,
        domain=domain,
        api=shared,
    )


class _HttpApiRoutes(SharedApi):
    """The routes of an HTTP API."""

    def __init__(
        self,
        api: apigatewayv2.HttpApi,
        stage: apigatewayv2.CfnStage,
        authorizers: HttpAuthorizers,
        facts: ApiFacts,
    ) -> None:
        super().__init__(HTTP_API, HTTP_API_TIMEOUT, facts)
        self._api, self._stage, self._authorizers = api, stage, authorizers
        self._settings: dict[str, dict[str, float]] = {}

    def add(self, context: Context, scope: Construct, routes: Sequence[CheckedRoute]) -> list[str]:
        """Add routes to the alias of a workload, each with its permission."""
        created = self.connect(context, scope, routes)
        api_id = ask(self._api, "api_id")
        return [
            let_api_invoke(context, each, api_id, route.calls)
            for each, route in zip(created, routes, strict=True)
        ]

    def connect(
        self, context: Context, scope: Construct, routes: Sequence[CheckedRoute]
    ) -> list[apigatewayv2.HttpRoute]:
        """Create routes to the alias of a workload below a construct, with one integration."""
        integration, created = _AliasIntegration(context.alias_arn), []
        for route in routes:
            public = isinstance(route.authorizer, PublicAccess)
            made = self._create(scope, route, integration)
            created.append(made)
            if public:
                acknowledgements.acknowledge(made, acknowledgements.PUBLIC)
            elif self.facts.cors and route.method == "ANY":
                self._create_preflight(scope, route, integration)
            if route.throttling is not None:
                self._throttle(made, route.key, route.throttling)
        _name_after_workload(created[0], context.path)
        self.routes += routes
        return created

    def _create(
        self, scope: Construct, route: CheckedRoute, integration: apigatewayv2.HttpRouteIntegration
    ) -> apigatewayv2.HttpRoute:
        return make(
            apigatewayv2.HttpRoute,
            scope,
            f"{route.method}{route.path}",
            http_api=self._api,
            route_key=_route_key(route.path, route.method),
            integration=integration,
            authorizer=self._authorizers.of(route.authorizer, route.key),
            authorization_scopes=scopes_of(route.authorizer),
        )

    def _create_preflight(
        self, scope: Construct, route: CheckedRoute, integration: apigatewayv2.HttpRouteIntegration
    ) -> None:
        """Answer preflight requests, which have no credentials, without authorization.

        A route for any method would match them, and require authorization.
        https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
        """
        preflight = replace(route, method="OPTIONS", authorizer=PublicAccess())
        created = self._create(scope, preflight, integration)
        acknowledgements.acknowledge(created, acknowledgements.PREFLIGHT)

    def _throttle(self, created: apigatewayv2.HttpRoute, key: str, limits: Throttling) -> None:
        """Set the limits of a route, which must exist before the stage names it."""
        self._settings[key] = {
            "ThrottlingRateLimit": limits.rate_limit,
            "ThrottlingBurstLimit": limits.burst_limit,
        }
        self._stage.route_settings = self._settings
        self._stage.node.add_dependency(cast(Construct, created.node.default_child))


def _name_after_workload(route: apigatewayv2.HttpRoute, path: str) -> None:
    """Give the integration, which CDK names after its first route, an id that no change of routes changes."""
    for each in ask(route, "node").find_all():
        if isinstance(each, apigatewayv2.CfnIntegration):
            each.override_logical_id(derive.logical_id(path, "Integration"))


@cache
def _route_key(path: str, method: str) -> apigatewayv2.HttpRouteKey:
    """CDK's object for a route, created once."""
    return apigatewayv2.HttpRouteKey.with_(path, apigatewayv2.HttpMethod(method))


def _preflight(cors: CorsSettings) -> apigatewayv2.CorsPreflightOptions:
    return apigatewayv2.CorsPreflightOptions(
        allow_origins=cors.origins,
        allow_methods=[apigatewayv2.CorsHttpMethod(method) for method in cors.methods],
        allow_headers=cors.headers,
        expose_headers=cors.exposed_headers,
        allow_credentials=cors.credentials,
        max_age=cors.max_age,
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
