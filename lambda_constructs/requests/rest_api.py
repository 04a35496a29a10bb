"""A REST API as endpoint: its checks, and its creation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask, make, service
from ..core.context import Context
from ..core.guard import Guard
from ..core.stack_resources import AUTHORIZERS_REDEPLOY
from ..function.settings import Settings
from ..rules import defaults
from ..rules.derive import access_log_format
from ..rules.endpoint import streaming_runtime
from ..rules.rest_api import (
    REST_API_STREAMING_TIMEOUT,
    REST_API_TIMEOUT,
    binary_media_type,
    integration_timeout_raised,
    integration_timeout_range,
    required_parameter_form,
    stage_name_form,
    validated_route_unknown,
    web_acl_scope,
)
from ..template.features import REST_API
from ..template.values import Unknown
from .alarms import api_metrics
from .authorizers import IamAuthorizer
from .cors import CorsSettings
from .custom_domain import create_domain, disables_default_endpoint
from .endpoint import CheckedEndpoint, CreatedEndpoint
from .endpoint_options import RestApiEndpoint
from .rest_api_authorizers import RestAuthorizers
from .rest_api_methods import RestApiRoutes
from .routes import ApiFacts, CheckedRoute, Routes, Throttling, check_routes
from .stage import check_api, create_access_log_group, let_api_invoke

if TYPE_CHECKING:
    from aws_cdk.aws_wafv2 import CfnWebACL
    from aws_cdk.interfaces.aws_wafv2 import IWebACLRef


def check_rest_api(
    settings: Settings, endpoint: RestApiEndpoint, routes: Routes | None, cors: CorsSettings | None
) -> CheckedEndpoint:
    """Check authorizer, stage, domain, routes, validation, and how long API Gateway waits."""
    guard = settings.guard
    facts = check_api(guard, endpoint, cors=cors is not None)
    if endpoint.web_acl is not None:
        _check_web_acl(guard, endpoint.web_acl)
    if cors is not None:
        _check_items(guard, cors)
    parsed = check_routes(guard, routes, facts)
    known = [route.key for route in parsed]
    for route in endpoint.request_schemas or ():
        guard.check(validated_route_unknown, "request_schemas", route, known)
    for route, parameters in (endpoint.required_parameters or {}).items():
        guard.check(validated_route_unknown, "required_parameters", route, known)
        for parameter in parameters:
            guard.check(required_parameter_form, parameter)
    for media_type in endpoint.binary_media_types or ():
        guard.check(binary_media_type, guard.text(media_type))
    if endpoint.stage_name is not None:
        stage_name = guard.text(endpoint.stage_name)
        if isinstance(stage_name, Unknown):  # CDK writes it into an id
            guard.refuse_unknown("endpoint.stage_name", "a name that is known at synthesis")
        guard.check(stage_name_form, stage_name)
    if endpoint.response_streaming and not settings.image:
        guard.check(streaming_runtime, settings.runtime.name)
    timeout = _check_timeout(guard, endpoint)
    create = partial(
        _create_endpoint,
        endpoint=endpoint,
        routes=parsed,
        cors=cors,
        facts=facts,
        timeout=timeout,
        tracing_enabled=settings.traced,
    )
    return CheckedEndpoint(name=REST_API, timeout=timeout, routes=parsed, create=create)


def _check_web_acl(guard: Guard, web_acl: CfnWebACL | IWebACLRef) -> None:
    """Check the scope of a web ACL; the type check compares its region with that of the stack."""
    scope = getattr(web_acl, "scope", None)
    if isinstance(scope, str):
        guard.check(web_acl_scope, guard.text(scope))
        return
    if ":global/" in web_acl.web_acl_ref.web_acl_arn:
        guard.check(web_acl_scope, "CLOUDFRONT")


def _check_timeout(guard: Guard, endpoint: RestApiEndpoint) -> int:
    """Check how long API Gateway waits; returns the seconds."""
    streaming = bool(endpoint.response_streaming)
    if endpoint.integration_timeout is None:
        return REST_API_STREAMING_TIMEOUT if streaming else REST_API_TIMEOUT
    timeout = guard.seconds("endpoint.integration_timeout", endpoint.integration_timeout)
    if isinstance(timeout, Unknown):
        # CDK converts it to milliseconds, which it cannot do with a number that is known only at deployment.
        guard.refuse_unknown("endpoint.integration_timeout", "a Duration that is known at synthesis")
    guard.check(integration_timeout_range, timeout, streaming=streaming)
    guard.check(integration_timeout_raised, timeout, streaming=streaming)
    return timeout


def _create_endpoint(
    context: Context,
    scope: Construct,
    *,
    endpoint: RestApiEndpoint,
    routes: Sequence[CheckedRoute],
    cors: CorsSettings | None,
    facts: ApiFacts,
    timeout: int,
    tracing_enabled: bool,
) -> CreatedEndpoint:
    """Create the API, with its stage, its methods and its domain."""
    name = f"{context.stack.stack_name}/{context.path}"
    context.stack.turn_on(AUTHORIZERS_REDEPLOY, scope)
    stage_name = endpoint.stage_name or defaults.API_STAGE
    default = endpoint.authorizer or IamAuthorizer()
    authorizers = RestAuthorizers(scope, default, api_key_required=endpoint.api_key_required)
    log_group = create_access_log_group(context, scope, endpoint)
    api = apigateway.RestApi(
        scope,
        "RestApi",
        rest_api_name=name,
        endpoint_types=[apigateway.EndpointType.REGIONAL],
        cloud_watch_role=False,
        # Methods that are added later have the same authorizer, and need a key, too.
        default_method_options=authorizers.default,
        binary_media_types=list(endpoint.binary_media_types or ()) or None,
        default_cors_preflight_options=None if cors is None else _preflight(cors),
        disable_execute_api_endpoint=disables_default_endpoint(endpoint.domain),
        deploy_options=_stage(stage_name, log_group, facts.throttling, tracing_enabled=tracing_enabled),
    )
    ask(api, "node").try_remove_child("Endpoint")  # removes an unwanted output from the user's stack
    api_id = ask(api, "rest_api_id")
    _complete_stage(context, scope, endpoint, api, stage_name)
    if cors is not None:
        _add_cors_to_errors(api, cors)
    shared = RestApiRoutes(api, endpoint, authorizers, facts, timeout)
    shared.connect(context.alias_arn, routes)
    call_arn = let_api_invoke(context, scope, api_id)
    domain, url = None, partial(ask, api, "url")
    if endpoint.domain is not None:
        domain = create_domain(scope, endpoint.domain, api=api, api_id=api_id, stage=stage_name)
        url = partial(str, endpoint.domain.url)
    return CreatedEndpoint(
        metrics=api_metrics(context.alarms, "5XXError", {"ApiName": name, "Stage": stage_name}),
        reference=partial(ask, api, "rest_api_id"),
        url=url,
        call_arn=call_arn,
        rest_api=api,
        access_log_group=log_group,
        domain=domain,
        api=shared,
    )


def _stage(
    stage_name: str, log_group: logs.LogGroup, throttling: Throttling, *, tracing_enabled: bool
) -> apigateway.StageOptions:
    return apigateway.StageOptions(
        stage_name=stage_name,
        access_log_destination=apigateway.LogGroupLogDestination(log_group),
        access_log_format=apigateway.AccessLogFormat.custom(access_log_format("resourcePath")),
        logging_level=apigateway.MethodLoggingLevel.ERROR,
        throttling_rate_limit=throttling.rate_limit,
        throttling_burst_limit=throttling.burst_limit,
        tracing_enabled=tracing_enabled,
    )


def _complete_stage(
    context: Context, scope: Construct, endpoint: RestApiEndpoint, api: apigateway.RestApi, stage_name: str
) -> None:
    """Create what the stage needs for its logs, and associate the web ACL."""
    stage = ask(api, "deployment_stage")
    acknowledgements.acknowledge(stage, acknowledgements.CACHE)
    acknowledgements.acknowledge(stage, acknowledgements.CLIENT_CERTIFICATE)
    dependencies: list[Construct] = [_create_error_log_group(context, scope, endpoint, api, stage_name)]
    if endpoint.cloud_watch_role is not False:
        dependencies.append(context.stack.once("GatewayLogs", _let_gateway_write_logs))
    ask(stage, "node").add_dependency(*dependencies)
    if endpoint.web_acl is None:
        acknowledgements.acknowledge(stage, acknowledgements.WEB_ACL)
    else:
        from aws_cdk import aws_wafv2 as wafv2  # noqa: PLC0415 - an API may have no web ACL

        make(
            wafv2.CfnWebACLAssociation,
            scope,
            "WebAcl",
            resource_arn=stage.stage_arn,
            web_acl_arn=endpoint.web_acl.web_acl_ref.web_acl_arn,
        )


def _create_error_log_group(
    context: Context, scope: Construct, endpoint: RestApiEndpoint, api: apigateway.RestApi, stage_name: str
) -> logs.LogGroup:
    """Create the log group of API Gateway's own errors, which it would create without a retention.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    return make(
        logs.LogGroup,
        scope,
        "Errors",
        log_group_name=f"API-Gateway-Execution-Logs_{ask(api, 'rest_api_id')}/{stage_name}",
        retention=endpoint.access_log_retention or logs.RetentionDays.ONE_MONTH,
        encryption_key=context.key,
        removal_policy=context.removal_policy,
    )


def _let_gateway_write_logs(stack: Construct, construct_id: str) -> apigateway.CfnAccount:
    """Set the account's role for logs of REST APIs; it is retained with the stack, because all APIs use it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    policy = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    role = iam.Role(
        stack,
        f"{construct_id}Role",
        assumed_by=service("apigateway.amazonaws.com"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(policy)],
    )
    acknowledgements.acknowledge(role, acknowledgements.GATEWAY_LOGS)
    account = apigateway.CfnAccount(stack, construct_id, cloud_watch_role_arn=role.role_arn)
    for retained in (role, account):
        retained.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return account


def _check_items(guard: Guard, cors: CorsSettings) -> None:
    """Check that each text is known, or is a token itself: a REST API writes them into texts."""
    expected = "texts that are known at synthesis, for a REST API"
    guard.known_items("cors.allow_origins", cors.origins, expected)
    guard.known_items("cors.allow_headers", cors.headers, expected)
    guard.known_items("cors.expose_headers", cors.exposed_headers or (), expected)


def _preflight(cors: CorsSettings) -> apigateway.CorsOptions:
    return apigateway.CorsOptions(
        allow_origins=cors.origins,
        allow_methods=cors.methods,
        allow_headers=cors.headers,
        expose_headers=cors.exposed_headers,
        allow_credentials=cors.credentials,
        max_age=cors.max_age,
    )


def _add_cors_to_errors(api: apigateway.RestApi, cors: CorsSettings) -> None:
    """Let pages read API Gateway's own errors, if one header value is enough: for one origin."""
    if len(cors.origins) > 1:
        return
    headers = {"Access-Control-Allow-Origin": f"'{cors.origins[0]}'"}
    if cors.credentials:
        headers["Access-Control-Allow-Credentials"] = "'true'"
    kinds = apigateway.ResponseType
    api.add_gateway_response("ClientErrors", type=kinds.DEFAULT_4_XX, response_headers=headers)
    api.add_gateway_response("ServerErrors", type=kinds.DEFAULT_5_XX, response_headers=headers)
