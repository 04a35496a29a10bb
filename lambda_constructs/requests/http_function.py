"""HttpFunction: a request comes in, and a function answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, TypeAlias, TypeVar, Unpack, cast

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core import acknowledgements
from ..core.alarms import Alarms
from ..core.guard import Guard, Unknown
from ..core.log_group import create_log_group
from ..core.option_types import checked
from ..core.stack_resources import seconds
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import timeout_of
from ..rules import defaults, derive
from ..rules.authorizers import grant_without_iam
from ..rules.cors import cors_without_api
from ..rules.endpoint import HTTP_API_TIMEOUT, timeout_above_endpoint
from ..rules.ranges import timeout_range
from ..rules.routes import Route, routes_without_api
from .alarms import (
    RequestMetrics,
    check_latency,
    function_url_metrics,
    http_api_metrics,
    rest_api_metrics,
    target_group_metrics,
    watch_requests,
)
from .authorizers import (
    FUNCTION_URL,
    HTTP_API,
    REST_API,
    PublicAccess,
    authorizer_name,
    check_authorizer,
    http_api_authorizer,
    rest_api_authorizer,
    scopes_of,
)
from .cors import Cors, check_cors, function_url_cors, http_api_cors, rest_api_cors
from .custom_domain import check_domain, create_domain
from .function_url import FunctionUrlEndpoint, check_function_url, create_function_url
from .http_api import HttpApiEndpoint, create_http_api
from .load_balancer import LoadBalancerEndpoint, check_load_balancer, create_target_group
from .rest_api import RestApiEndpoint, add_methods, check_rest_api, create_rest_api
from .routes import check_routes
from .stage import check_stage, let_api_invoke

T = TypeVar("T")
Api: TypeAlias = HttpApiEndpoint | RestApiEndpoint
Endpoint: TypeAlias = Api | FunctionUrlEndpoint | LoadBalancerEndpoint
LOAD_BALANCER: Final = "a load balancer"
_NAMES: Final = {
    HttpApiEndpoint: HTTP_API,
    RestApiEndpoint: REST_API,
    FunctionUrlEndpoint: FUNCTION_URL,
    LoadBalancerEndpoint: LOAD_BALANCER,
}


class HttpFunction(ProductionFunction):
    """Answer requests: callers are authorized, their number is bounded, a bad release reaches few of them.

    Creates what `ProductionFunction` creates; the endpoint with one permission to invoke the alias; for an
    API a stage with throttling and an access log in JSON; and alarms on requests that fail, that are slow,
    and that the function's concurrency refuses.

    Args:
        routes: The routes of an API, such as "GET /orders/{id}" or "ANY /orders/{proxy+}". Default: all
            requests, "ANY /" and "ANY /{proxy+}", for a function with a router of its own
        endpoint: How requests come in: `HttpApiEndpoint`, `RestApiEndpoint`, `FunctionUrlEndpoint` or
            `LoadBalancerEndpoint`. Default: `HttpApiEndpoint()`, whose callers are authorized by IAM
        cors: Which pages of other origins may call from browsers. Default: none
        **function: Options of `ProductionFunction`; but `timeout` is 15 seconds by default: with a start of
            up to 10 the function answers before API Gateway gives up.

    Attributes:
        http_api: The HTTP API, with an `HttpApiEndpoint`.
        rest_api: The REST API, with a `RestApiEndpoint`.
        function_url: The function URL, with a `FunctionUrlEndpoint`.
        target_group: The target group, with a `LoadBalancerEndpoint`.
        url: Where the endpoint answers, with a slash at the end; not with a `LoadBalancerEndpoint`.
        domain: The API's own domain, with `endpoint.domain`.
        access_log_group: Where the API logs its requests.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _NAMED_ALARMS: ClassVar[Mapping[str, str]] = {"failed_events": "FailedEvents"}
    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.HTTP_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        routes: Sequence[str] | None = None,
        endpoint: Endpoint | None = None,
        cors: Cors | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create function and endpoint."""
        guard = Guard(scope, construct_id)
        door = HttpApiEndpoint() if endpoint is None else endpoint
        if (timeout := timeout_of(function.get("timeout"))) is None:
            function["timeout"] = timeout = seconds(defaults.HTTP_TIMEOUT)
        runs = guard.seconds("timeout", timeout)
        check_cors(guard, cors)
        parsed, waits = _check_endpoint(
            guard, scope, door, routes, cors=cors is not None, timeout=runs, runtime=function.get("runtime")
        )
        guard.check(timeout_above_endpoint, runs, waits, endpoint=_NAMES[type(door)])
        latency = check_latency(guard, function.get("alarms"), runs, waits)
        super().__init__(scope, construct_id, **function)
        guard.report(self)

        self._guard, self._cors, self._options = guard, cors, function
        self._authorizer = authorizer_name(getattr(door, "authorizer", door))
        self._call_arn = self._url = ""
        self._made: dict[type, object] = {}
        watch_requests(
            self._alarms,
            function.get("alarms", Alarms()),
            self._open(Construct(self, "Endpoint"), door, parsed),
            self._names,
            percentage=derive.failed_events_percentage(self._rollout_plan),
            latency=latency,
            name=self._alarm_name("FailedEvents"),
        )

    @property
    def http_api(self) -> apigatewayv2.HttpApi:
        """The HTTP API; an AttributeError with another endpoint."""
        return self._existing(apigatewayv2.HttpApi, HTTP_API)

    @property
    def rest_api(self) -> apigateway.RestApi:
        """The REST API; an AttributeError with another endpoint."""
        return self._existing(apigateway.RestApi, REST_API)

    @property
    def function_url(self) -> lambda_.FunctionUrl:
        """The function URL; an AttributeError with another endpoint."""
        return self._existing(lambda_.FunctionUrl, FUNCTION_URL)

    @property
    def target_group(self) -> elbv2.ApplicationTargetGroup:
        """The target group; an AttributeError with another endpoint."""
        return self._existing(elbv2.ApplicationTargetGroup, LOAD_BALANCER)

    @property
    def url(self) -> str:
        """Where the endpoint answers; an AttributeError with a load balancer, whose address is your own."""
        if not self._url:
            raise AttributeError("endpoint is a load balancer, whose address is your own")
        return self._url

    @property
    def domain(self) -> apigatewayv2.DomainName:
        """The API's own domain; an AttributeError without one."""
        return self._existing(apigatewayv2.DomainName, "an API with a domain of its own")

    @property
    def access_log_group(self) -> logs.LogGroup:
        """Where the API logs its requests; an AttributeError with another endpoint."""
        return self._existing(logs.LogGroup, "an API")

    def grant_invoke_endpoint(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal call the endpoint, which authorizes its callers by IAM.

        Raises:
            ConfigurationError: It does not.
        """
        self._guard.check(grant_without_iam, self._authorizer)
        if lambda_.FunctionUrl in self._made:
            return self.function_url.grant_invoke_url(grantee)
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["execute-api:Invoke"], resource_arns=[self._call_arn]
        )

    def _existing(self, kind: type[T], endpoint: str) -> T:
        """What the endpoint has of a kind."""
        if (found := self._made.get(kind)) is None:
            raise AttributeError(f"endpoint is not {endpoint}")
        return cast(T, found)

    def _open(self, scope: Construct, door: Endpoint, routes: list[Route]) -> RequestMetrics:
        """Create the endpoint; returns what is known of its requests."""
        match door:
            case HttpApiEndpoint():
                return self._open_http_api(scope, door, routes)
            case RestApiEndpoint():
                return self._open_rest_api(scope, door, routes)
            case FunctionUrlEndpoint():
                public, cors = isinstance(door.authorizer, PublicAccess), function_url_cors(self._cors)
                url = create_function_url(scope, door, self.alias, public=public, cors=cors)
                self._made[lambda_.FunctionUrl], self._url = url, url.url
                return function_url_metrics(self._alarms, self._names)
            case LoadBalancerEndpoint():
                stack, path = self._shared.stack_name, self._shared.path
                name = derive.target_group_name(path if cdk.Token.is_unresolved(stack) else stack, self._path)
                group = create_target_group(scope, door, self.alias, name)
                self._made[elbv2.ApplicationTargetGroup] = group
                return target_group_metrics(self._alarms, group)

    def _open_http_api(self, scope: Construct, door: HttpApiEndpoint, routes: list[Route]) -> RequestMetrics:
        api = create_http_api(
            scope,
            door,
            self.alias,
            routes,
            name=derive.http_api_name(self._path),
            authorizer=http_api_authorizer(door.authorizer),
            scopes=scopes_of(door.authorizer),
            public=isinstance(door.authorizer, PublicAccess),
            cors=http_api_cors(self._cors),
            log_group=self._create_access_log_group(scope, door),
        )
        stage = cast(apigatewayv2.IHttpStage, api.default_stage)
        self._made[apigatewayv2.HttpApi], self._url = api, stage.url
        self._connect(scope, door, api, api.api_id, stage.stage_name)
        return http_api_metrics(self._alarms, api.api_id)

    def _open_rest_api(self, scope: Construct, door: RestApiEndpoint, routes: list[Route]) -> RequestMetrics:
        name = f"{self._shared.stack_name}/{self._path}"
        api = create_rest_api(
            scope,
            door,
            name=name,
            methods=rest_api_authorizer(scope, door.authorizer),
            cors=rest_api_cors(self._cors),
            log_group=self._create_access_log_group(scope, door),
            tracing=self._options.get("tracing") in (None, lambda_.Tracing.ACTIVE),
            encryption_key=self._options.get("encryption_key"),
        )
        add_methods(
            api,
            door,
            self.alias,
            routes,
            authorizer=self._authorizer,
            scopes=scopes_of(door.authorizer),
        )
        self._made[apigateway.RestApi], self._url = api, api.url
        self._connect(scope, door, api, api.rest_api_id, defaults.API_STAGE)
        return rest_api_metrics(self._alarms, name)

    def _create_access_log_group(self, scope: Construct, door: Api) -> logs.LogGroup:
        retention, key = door.access_log_retention, self._options.get("encryption_key")
        group = create_log_group(scope, self._guard, retention or logs.RetentionDays.ONE_MONTH, key)
        self._made[logs.LogGroup] = group
        return group

    def _connect(self, scope: Construct, door: Api, api: Construct, api_id: str, stage: str) -> None:
        """Let the API invoke the alias, all routes by one permission, and map its domain to it."""
        stack = cdk.Stack.of(self)
        self._call_arn = stack.format_arn(service="execute-api", resource=api_id, resource_name="*/*")
        let_api_invoke(scope, self.alias, self._call_arn)
        if door.domain is not None:
            domain = create_domain(scope, door.domain, api_id, stage, before=api)
            self._made[apigatewayv2.DomainName] = domain
            self._url = f"https://{door.domain.domain_name}/"


def _check_endpoint(
    guard: Guard,
    scope: Construct,
    door: Endpoint,
    routes: Sequence[str] | None,
    *,
    cors: bool,
    timeout: int | Unknown,
    runtime: lambda_.Runtime | None,
) -> tuple[list[Route], int]:
    """Check the endpoint's own options; returns the routes, and the seconds that it waits."""
    match door:
        case HttpApiEndpoint():
            check_authorizer(guard, door.authorizer, HTTP_API)
            check_stage(guard, door)
            check_domain(guard, scope, door.domain)
            return check_routes(guard, routes, rest=False, cors=cors), HTTP_API_TIMEOUT
        case RestApiEndpoint():
            check_authorizer(guard, door.authorizer, REST_API)
            check_stage(guard, door)
            check_domain(guard, scope, door.domain)
            parsed = check_routes(guard, routes, rest=True, cors=cors)
            return parsed, check_rest_api(guard, door, parsed, runtime)
        case FunctionUrlEndpoint():
            check_authorizer(guard, door.authorizer, FUNCTION_URL)
            check_function_url(guard, door, runtime)
        case LoadBalancerEndpoint():
            check_load_balancer(guard, door, timeout)
            guard.check(cors_without_api, given=cors)
        case _:
            guard.refuse_type("endpoint", door, "HttpApiEndpoint(...) or another endpoint")
    guard.check(routes_without_api, _NAMES[type(door)], given=routes is not None)
    return [], timeout_range.high
