"""HttpFunction: a function that answers HTTP requests."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from ..core import acknowledgements
from ..core.construction import adds, checked
from ..core.guard import Guard
from ..function.cdk_members import created
from ..function.modes import check_trigger
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import Settings, resolve
from ..rules import defaults
from ..rules.authorizers import grant_without_iam
from ..rules.endpoint import timeout_above_endpoint
from ..rules.routes import functions_without_api
from .alarms import check_latency, watch_requests
from .api_function import ApiFunction
from .authorizers import Authorizer, IamAuthorizer
from .cors import Cors, CorsSettings, check_cors
from .endpoint import CheckedEndpoint
from .endpoint_options import (
    Endpoint,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    LoadBalancerEndpoint,
    RestApiEndpoint,
)
from .routes import Routes

if TYPE_CHECKING:
    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_apigatewayv2 as apigatewayv2
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs


class HttpFunction(ProductionFunction):
    """Answer HTTP requests: callers are authorized, requests throttled, bad releases rolled back.

    Creates what `ProductionFunction` creates; the endpoint, with one permission to invoke the alias; for an
    API a stage with throttling and a JSON access log; and alarms on failing, slow and throttled requests.

    Args:
        routes: The routes of an API, such as "GET /orders/{id}" or "ANY /orders/{proxy+}", or `ApiRoute(...)`
            for one with another authorizer or other limits. Default: "ANY /" and "ANY /{proxy+}", all
            requests, for a function that has its own router
        endpoint: How requests reach the function: `HttpApiEndpoint`, `RestApiEndpoint`,
            `FunctionUrlEndpoint` or `LoadBalancerEndpoint`. Default: `HttpApiEndpoint()`, which authorizes
            callers with IAM
        cors: Which web pages of other origins may call the endpoint. Default: none
        **function: Options of `ProductionFunction`. The default of `timeout` is 15 seconds: even with 10
            seconds of initialization the function responds before API Gateway's timeout.

    Attributes:
        http_api: The HTTP API; only with `HttpApiEndpoint`.
        rest_api: The REST API; only with `RestApiEndpoint`.
        function_url: The function URL; only with `FunctionUrlEndpoint`.
        target_group: The target group; only with `LoadBalancerEndpoint`.
        url: URL of the endpoint, with a slash at the end; not with `LoadBalancerEndpoint`.
        domain: The custom domain of the API; only with `endpoint.domain`.
        access_log_group: The log group of the API's access log; only with an API.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ("failed_events", "latency", "throttles")
    _NO_DEAD_LETTER_CONFIG = acknowledgements.HTTP_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        routes: Routes | None = None,
        endpoint: Endpoint | None = None,
        cors: Cors | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create the function and the endpoint."""
        guard = Guard(scope, construct_id)
        settings = resolve(guard, function, timeout=defaults.HTTP_TIMEOUT)
        endpoint = endpoint or HttpApiEndpoint()
        plan = _check_endpoint(settings, endpoint, routes, check_cors(guard, cors))
        guard.check(timeout_above_endpoint, settings.duration, plan.timeout, endpoint=plan.name)
        check_trigger(settings, plan.name, plan.timeout)
        latency = check_latency(settings, plan.timeout)
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        self._authorizers = [type(route.authorizer).__name__ for route in plan.routes]
        self._endpoint, self._name = endpoint, plan.name
        self._created = plan.create(context, Construct(self, "Endpoint"))
        watch_requests(context, self._created.metrics, latency)
        self._resources |= {"endpoint": self._created.reference}

    @adds
    def add_function(
        self,
        construct_id: str,
        /,
        *,
        routes: Routes,
        authorizer: Authorizer | None = None,
        **function: Unpack[FunctionOptions],
    ) -> ApiFunction:
        """Answer other routes of the API with another function, which is released on its own.

        The API's stage, access log, throttling, CORS and domain apply to all routes. API Gateway may invoke
        the function for its routes only.

        Args:
            construct_id: The id of the function.
            routes: The routes, as text or as `ApiRoute(...)`.
            authorizer: How the callers of these routes are authorized. Default: like those of the API
            **function: Options of `ProductionFunction`. The default of `timeout` is 15 seconds.

        Returns:
            The function.

        Raises:
            ConfigurationError: An option contradicts another or AWS's limits, the API has one of the routes,
                or the endpoint has no routes; nothing is created.
        """
        api = self._created.api
        if api is None:
            Guard(self, construct_id).refuse(functions_without_api, self._name)
        return ApiFunction(
            self,
            construct_id,
            routes=routes,
            authorizer=authorizer,
            _api=api,
            _owner=self._context,
            **function,
        )

    @property
    def http_api(self) -> apigatewayv2.HttpApi:
        """The HTTP API; an AttributeError with another endpoint."""
        return created(self._created.http_api, "http_api", "pass endpoint=HttpApiEndpoint()")

    @property
    def rest_api(self) -> apigateway.RestApi:
        """The REST API; an AttributeError with another endpoint."""
        return created(self._created.rest_api, "rest_api", "pass endpoint=RestApiEndpoint()")

    @property
    def function_url(self) -> lambda_.FunctionUrl:
        """The function URL; an AttributeError with another endpoint."""
        return created(self._created.function_url, "function_url", "pass endpoint=FunctionUrlEndpoint()")

    @property
    def target_group(self) -> elbv2.ApplicationTargetGroup:
        """The target group; an AttributeError with another endpoint."""
        advice = "pass endpoint=LoadBalancerEndpoint(...)"
        return created(self._created.target_group, "target_group", advice)

    @property
    def url(self) -> str:
        """URL of the endpoint; an AttributeError with a load balancer."""
        return created(self._created.url, "url", "use the address of your load balancer")()

    @property
    def domain(self) -> apigatewayv2.IDomainName:
        """The custom domain of the API; an AttributeError without one."""
        return created(self._created.domain, "domain", "pass an API with domain=CustomDomain(...)")

    @property
    def access_log_group(self) -> logs.LogGroup:
        """The log group of the API's access log; an AttributeError with another endpoint."""
        advice = "pass endpoint=HttpApiEndpoint() or endpoint=RestApiEndpoint()"
        return created(self._created.access_log_group, "access_log_group", advice)

    def grant_invoke_endpoint(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal call the endpoint, which authorizes its callers with IAM.

        Raises:
            ConfigurationError: The endpoint does not authorize its callers with IAM.
        """
        self._check(HttpFunction.grant_invoke_endpoint, grantee=grantee)
        iam_routes = IamAuthorizer.__name__ in self._authorizers
        name = IamAuthorizer.__name__ if iam_routes else _authorizer(self._endpoint)
        self._context.guard.check(grant_without_iam, name)
        if self._created.function_url is not None:
            return self._created.function_url.grant_invoke_url(grantee)
        arns = [self._created.call_arn or ""]
        return iam.Grant.add_to_principal(grantee=grantee, actions=["execute-api:Invoke"], resource_arns=arns)


def _check_endpoint(
    settings: Settings, endpoint: Endpoint, routes: Routes | None, cors: CorsSettings | None
) -> CheckedEndpoint:
    """Check the endpoint; imports the module of its kind, which imports CDK's modules."""
    match endpoint:
        case HttpApiEndpoint():
            from .http_api import check_http_api  # noqa: PLC0415 - loads CDK's HTTP APIs

            return check_http_api(settings, endpoint, routes, cors)
        case RestApiEndpoint():
            from .rest_api import check_rest_api  # noqa: PLC0415 - loads CDK's REST APIs

            return check_rest_api(settings, endpoint, routes, cors)
        case FunctionUrlEndpoint():
            from .function_url import check_function_url  # noqa: PLC0415 - only with a function URL

            return check_function_url(settings, endpoint, routes, cors)
        case LoadBalancerEndpoint():
            from .load_balancer import check_load_balancer  # noqa: PLC0415 - loads CDK's load balancers

            return check_load_balancer(settings, endpoint, routes, cors)


def _authorizer(endpoint: Endpoint) -> str:
    """The name of the authorizer or of the load balancer endpoint, in messages."""
    if isinstance(endpoint, LoadBalancerEndpoint):
        return type(endpoint).__name__
    return type(endpoint.authorizer or IamAuthorizer()).__name__
