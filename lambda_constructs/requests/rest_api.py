"""A REST API as endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from ..core import acknowledgements
from ..core.guard import Guard, Unknown
from ..core.stack_resources import Shared, seconds
from ..rules import defaults
from ..rules.access_log import access_log_format
from ..rules.endpoint import streaming_runtime
from ..rules.rest_api import (
    REST_API_STREAMING_TIMEOUT,
    REST_API_TIMEOUT,
    integration_timeout_raised,
    integration_timeout_range,
    required_parameter_form,
    validated_route_unknown,
)
from ..rules.routes import Route

if TYPE_CHECKING:
    from .authorizers import CognitoAuthorizer, IamAuthorizer, LambdaAuthorizer, PublicAccess
    from .custom_domain import CustomDomain

T = TypeVar("T")
# A model under this key is asked for whatever content type a request claims.
_ANY_CONTENT_TYPE: Final = "$default"


@dataclass(frozen=True, kw_only=True)
class RestApiEndpoint:
    """Answer requests through a regional REST API of Amazon API Gateway, which can check them first.

    Args:
        authorizer: Who may call. Default: `IamAuthorizer()`; everybody only by `PublicAccess()`
        request_schemas: What the body of a request must be, by route as in `routes`; another one is
            answered with 400, whatever content type it claims. Default: none
        required_parameters: What a request must have, by route: "querystring.page", "header.If-Match".
            Default: none
        integration_timeout: How long API Gateway waits for the function; 1 second or more. Above 29 your
            account needs a raised quota; a stream may take 15 minutes. Default: 29 seconds, for a stream 15
            minutes
        response_streaming: Whether answers are sent while the function makes them, with no pause of 5
            minutes. Default: False
        throttling_rate_limit: Requests per second that get through in the long run. Default: 1000 (a tenth
            of what all APIs of an account share)
        throttling_burst_limit: Requests that get through at once. Default: 500 (a tenth, too)
        access_log_retention: How long the lines of the access log and of API Gateway's own errors are kept.
            Default: 30 days
        domain: A domain of your own. Default: none, the address that API Gateway gives
        web_acl_arn: Web ACL of AWS WAF, a regional one. Default: none
        cloud_watch_role: Whether the stack sets the role as which API Gateway writes logs: there is one for
            account and region, and without one no stage has logs. Default: True
    """

    authorizer: IamAuthorizer | CognitoAuthorizer | LambdaAuthorizer | PublicAccess | None = None
    request_schemas: Mapping[str, apigateway.JsonSchema] | None = None
    required_parameters: Mapping[str, Sequence[str]] | None = None
    integration_timeout: cdk.Duration | None = None
    response_streaming: bool = False
    throttling_rate_limit: float = defaults.THROTTLING_RATE
    throttling_burst_limit: int = defaults.THROTTLING_BURST
    access_log_retention: logs.RetentionDays | None = None
    domain: CustomDomain | None = None
    web_acl_arn: str | None = None
    cloud_watch_role: bool = True


def check_rest_api(
    guard: Guard, endpoint: RestApiEndpoint, routes: Sequence[Route], runtime: lambda_.Runtime | None
) -> int:
    """Check what is validated, streamed, and how long API Gateway waits; returns these seconds."""
    known = [f"{route.method} {route.path}" for route in routes]
    for route, schema in _by_route(guard, "request_schemas", endpoint.request_schemas).items():
        guard.check(validated_route_unknown, "request_schemas", route, known)
        option = f"endpoint.request_schemas[{route!r}]"
        guard.instance(option, schema, apigateway.JsonSchema, "a JsonSchema(...)")
    for route, parameters in _by_route(guard, "required_parameters", endpoint.required_parameters).items():
        guard.check(validated_route_unknown, "required_parameters", route, known)
        guard.instance(f"endpoint.required_parameters[{route!r}]", parameters, list | tuple, "a list")
        for parameter in parameters:
            guard.check(required_parameter_form, parameter)
    streaming = endpoint.response_streaming
    if streaming:
        # What is no runtime at all is refused with the other options of the function.
        guard.check(streaming_runtime, getattr(runtime, "name", ""))
    if endpoint.integration_timeout is None:
        return REST_API_STREAMING_TIMEOUT if streaming else REST_API_TIMEOUT
    waits = guard.seconds("endpoint.integration_timeout", endpoint.integration_timeout)
    if isinstance(waits, Unknown):
        # CDK counts it in milliseconds, which a value in seconds that is only known at deployment cannot be.
        option, expected = "endpoint.integration_timeout", "a Duration that is known at synthesis"
        guard.refuse_type(option, endpoint.integration_timeout, expected)
    guard.check(integration_timeout_range, waits, streaming=streaming)
    guard.check(integration_timeout_raised, waits, streaming=streaming)
    return waits


def create_rest_api(
    scope: Construct,
    endpoint: RestApiEndpoint,
    *,
    name: str,
    methods: apigateway.MethodOptions,
    cors: apigateway.CorsOptions | None,
    log_group: logs.ILogGroup,
    tracing: bool,
    encryption_key: kms.IKey | None,
) -> apigateway.RestApi:
    """Create the API without routes; methods that are added to it later ask the same authorizer."""
    api = apigateway.RestApi(
        scope,
        "RestApi",
        rest_api_name=name,
        endpoint_types=[apigateway.EndpointType.REGIONAL],
        cloud_watch_role=False,
        default_method_options=methods,
        default_cors_preflight_options=cors,
        disable_execute_api_endpoint=None
        if endpoint.domain is None
        else not endpoint.domain.default_endpoint,
        deploy_options=apigateway.StageOptions(
            stage_name=defaults.API_STAGE,
            access_log_destination=apigateway.LogGroupLogDestination(log_group),
            access_log_format=apigateway.AccessLogFormat.custom(access_log_format("resourcePath")),
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            throttling_rate_limit=endpoint.throttling_rate_limit,
            throttling_burst_limit=endpoint.throttling_burst_limit,
            tracing_enabled=tracing,
        ),
    )
    api.node.try_remove_child("Endpoint")  # an output in the user's stack that nobody asked for
    stage = api.deployment_stage
    stage.node.add_dependency(_create_error_log_group(scope, endpoint, api, encryption_key))
    if endpoint.cloud_watch_role:
        stage.node.add_dependency(Shared.of(scope).once("GatewayLogs", _let_gateway_write_logs))
    if endpoint.web_acl_arn is None:
        acknowledgements.acknowledge(stage, acknowledgements.WEB_ACL, acknowledgements.STAGE_WITHOUT_WEB_ACL)
    else:
        wafv2.CfnWebACLAssociation(
            scope, "WebAcl", resource_arn=stage.stage_arn, web_acl_arn=endpoint.web_acl_arn
        )
    if cors is not None:
        _add_cors_to_errors(api, cors)
    return api


def add_methods(
    api: apigateway.RestApi,
    endpoint: RestApiEndpoint,
    alias: lambda_.Alias,
    routes: Sequence[Route],
    *,
    authorizer: str,
    scopes: Sequence[str],
) -> None:
    """Add the routes to the alias, with what is checked before.

    Args:
        api: The API.
        endpoint: What is checked.
        alias: What is invoked.
        routes: The routes.
        authorizer: The name of the authorizer.
        scopes: Scopes of which a token needs one.
    """
    integration = _integration(endpoint, alias)
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
            authorization_scopes=list(scopes) or None,
            request_validator=validator,
            request_models=models,
            request_parameters={f"method.request.{name}": True for name in parameters.get(key, ())} or None,
        )
        if authorizer == "PublicAccess":
            acknowledgements.acknowledge(
                method, acknowledgements.PUBLIC, *acknowledgements.METHOD_WITHOUT_AUTHORIZATION
            )
        elif authorizer != "CognitoAuthorizer":
            acknowledgements.acknowledge(
                method, acknowledgements.NO_USER_POOL, acknowledgements.METHOD_WITHOUT_USER_POOL
            )


def _create_error_log_group(
    scope: Construct, endpoint: RestApiEndpoint, api: apigateway.RestApi, key: kms.IKey | None
) -> logs.LogGroup:
    """Create the log group that API Gateway would make for its own errors, and keep for ever.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    return logs.LogGroup(
        scope,
        "Errors",
        log_group_name=f"API-Gateway-Execution-Logs_{api.rest_api_id}/{defaults.API_STAGE}",
        retention=endpoint.access_log_retention or logs.RetentionDays.ONE_MONTH,
        encryption_key=key,
    )


def _by_route(guard: Guard, option: str, given: Mapping[str, T] | None) -> Mapping[str, T]:
    """What is given for each route, if it is a mapping."""
    return guard.instance(f"endpoint.{option}", {} if given is None else given, Mapping, "a mapping by route")


def _add_cors_to_errors(api: apigateway.RestApi, cors: apigateway.CorsOptions) -> None:
    """Let pages read API Gateway's own errors, too, as far as one header can: for one origin."""
    if len(cors.allow_origins) > 1:
        return
    headers = {"Access-Control-Allow-Origin": f"'{cors.allow_origins[0]}'"}
    if cors.allow_credentials:
        headers["Access-Control-Allow-Credentials"] = "'true'"
    kinds = apigateway.ResponseType
    api.add_gateway_response("ClientErrors", type=kinds.DEFAULT_4_XX, response_headers=headers)
    api.add_gateway_response("ServerErrors", type=kinds.DEFAULT_5_XX, response_headers=headers)


def _integration(endpoint: RestApiEndpoint, alias: lambda_.Alias) -> apigateway.Integration:
    """The alias as integration; CDK's own for functions would add two permissions for each method."""
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
        path=f"{version}/functions/{alias.function_arn}/{action}",
        options=options,
    )


def _let_gateway_write_logs(shared: Construct, construct_id: str) -> apigateway.CfnAccount:
    """The account's role for logs of REST APIs; kept when the stack goes, because all APIs use it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    role = iam.Role(
        shared,
        f"{construct_id}Role",
        assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
        managed_policies=[
            iam.ManagedPolicy.from_aws_managed_policy_name(
                "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
            )
        ],
    )
    acknowledgements.acknowledge(role, acknowledgements.GATEWAY_LOGS, acknowledgements.GATEWAY_LOGS_POLICY)
    account = apigateway.CfnAccount(shared, construct_id, cloud_watch_role_arn=role.role_arn)
    for kept in (role, account):
        kept.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return account
