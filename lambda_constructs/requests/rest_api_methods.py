"""The methods of a REST API: their authorizer, their validation, their integration with the alias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias, cast

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask, seconds
from ..core.context import Context
from ..rules.rest_api import ALL_MEDIA_TYPES, REST_API_STREAMING_TIMEOUT
from ..template.features import REST_API
from .authorizers import Authorizer, CognitoAuthorizer, PublicAccess, scopes_of
from .endpoint import SharedApi
from .endpoint_options import RestApiEndpoint
from .rest_api_authorizers import RestAuthorizers
from .routes import ApiFacts, CheckedRoute, Throttling
from .stage import let_api_invoke

_Settings: TypeAlias = "list[apigateway.CfnStage.MethodSettingProperty]"
# A model under this key applies to every content type.
_ANY_CONTENT_TYPE: Final = "$default"


class RestApiRoutes(SharedApi):
    """The methods of a REST API."""

    def __init__(
        self,
        api: apigateway.RestApi,
        endpoint: RestApiEndpoint,
        authorizers: RestAuthorizers,
        facts: ApiFacts,
        timeout: int,
    ) -> None:
        """Prepare the validation of requests."""
        super().__init__(REST_API, timeout, facts, streaming=bool(endpoint.response_streaming))
        self._api, self._endpoint, self._authorizers = api, endpoint, authorizers
        self._validator = api.add_request_validator(
            "Validator", validate_request_body=True, validate_request_parameters=True
        )

    def add(self, context: Context, scope: Construct, routes: Sequence[CheckedRoute]) -> list[str]:
        """Add methods with the alias of a workload, each with its permission."""
        self.connect(context.alias_arn, routes)
        api_id = ask(self._api, "rest_api_id")
        return [
            let_api_invoke(context, Construct(scope, f"{route.method}{route.path}"), api_id, route.calls)
            for route in routes
        ]

    def connect(self, alias_arn: str, routes: Sequence[CheckedRoute]) -> None:
        """Create methods with an alias, with the validation of their requests."""
        endpoint, integration = self._endpoint, _integration(self._endpoint, alias_arn)
        schemas, parameters = endpoint.request_schemas or {}, endpoint.required_parameters or {}
        for route in routes:
            key, models = route.key, None
            if key in schemas:
                models = {_ANY_CONTENT_TYPE: self._api.add_model(f"Body {key}", schema=schemas[key])}
            required = {f"method.request.{name}": True for name in parameters.get(key, ())}
            method = self._api.root.resource_for_path(route.path).add_method(
                route.method,
                integration,
                authorization_scopes=scopes_of(route.authorizer) or None,
                request_validator=self._validator,
                request_models=models,
                request_parameters=required or None,
                **self._authorizers.of(route.authorizer, key),
            )
            _acknowledge(method, route.authorizer)
            if route.throttling is not None:
                self._throttle(route, route.throttling)
        self.routes += routes
        if ALL_MEDIA_TYPES in (endpoint.binary_media_types or ()):
            _answer_preflight_as_text(self._api)

    def _throttle(self, route: CheckedRoute, limits: Throttling) -> None:
        """Set the limits of a method, with the log level of the stage: the settings are not merged."""
        stage = cast(apigateway.CfnStage, self._api.deployment_stage.node.default_child)
        settings = apigateway.CfnStage.MethodSettingProperty(
            http_method="*" if route.method == "ANY" else route.method,
            resource_path=f"/{route.path.replace('/', '~1')}",
            data_trace_enabled=False,
            logging_level="ERROR",
            throttling_rate_limit=limits.rate_limit,
            throttling_burst_limit=limits.burst_limit,
        )
        stage.method_settings = [*cast(_Settings, stage.method_settings), settings]


def _answer_preflight_as_text(api: apigateway.RestApi) -> None:
    """Let API Gateway answer preflight requests itself: it cannot if their bodies are binary, too.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
    """
    for each in api.node.find_all():
        if isinstance(each, apigateway.CfnMethod) and each.http_method == "OPTIONS":
            each.add_property_override("Integration.ContentHandling", "CONVERT_TO_TEXT")


def _acknowledge(method: apigateway.Method, authorizer: Authorizer) -> None:
    """Acknowledge that a method has no user pool, or no authorizer at all."""
    if isinstance(authorizer, PublicAccess):
        finding = acknowledgements.METHOD_WITHOUT_USER_POOL
        acknowledgements.acknowledge(method, acknowledgements.PUBLIC, finding)
    elif not isinstance(authorizer, CognitoAuthorizer):
        acknowledgements.acknowledge(method, acknowledgements.NO_USER_POOL)


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
