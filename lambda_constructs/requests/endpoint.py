"""An endpoint between its check and its creation, and what it created."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.context import Context
from .alarms import RequestMetrics
from .routes import ApiFacts, CheckedRoute

if TYPE_CHECKING:
    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_apigatewayv2 as apigatewayv2
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs
    from constructs import Construct


class SharedApi(ABC):
    """An API whose routes lead to several functions.

    Attributes:
        name: The name of its kind.
        timeout: The seconds that it waits for a function.
        facts: What the checks of routes need to know.
        routes: The routes of all functions.
        streaming: Whether functions stream their responses.
    """

    def __init__(
        self,
        name: str,
        timeout: int,
        facts: ApiFacts,
        *,
        streaming: bool = False,
    ) -> None:
        """Start without routes."""
        self.name, self.timeout, self.facts, self.streaming = name, timeout, facts, streaming
        self.routes: list[CheckedRoute] = []

    @abstractmethod
    def add(self, context: Context, scope: Construct, routes: Sequence[CheckedRoute]) -> list[str]:
        """Add routes to the alias of a workload; returns the ARNs of the calls of each."""


@dataclass(frozen=True, kw_only=True)
class CreatedEndpoint:
    """The resources of an endpoint; None for those that this kind of endpoint does not have.

    Attributes:
        metrics: The metrics of its requests.
        reference: How to get a reference to it, for the template's metadata.
        url: How to get its URL.
        call_arn: The ARN that a caller must be allowed to invoke.
        http_api: The HTTP API.
        rest_api: The REST API.
        function_url: The function URL.
        target_group: The target group.
        access_log_group: The log group of its access log.
        domain: Its custom domain.
        api: The API for the routes of other functions.
    """

    metrics: RequestMetrics
    reference: Callable[[], str]
    url: Callable[[], str] | None = None
    call_arn: str | None = None
    http_api: apigatewayv2.HttpApi | None = None
    rest_api: apigateway.RestApi | None = None
    function_url: lambda_.FunctionUrl | None = None
    target_group: elbv2.ApplicationTargetGroup | None = None
    access_log_group: logs.LogGroup | None = None
    domain: apigatewayv2.IDomainName | None = None
    api: SharedApi | None = None


@dataclass(frozen=True, kw_only=True)
class CheckedEndpoint:
    """An endpoint whose options passed all checks.

    Attributes:
        name: The name of its kind.
        timeout: The seconds that it waits for the function.
        routes: The routes of an API.
        create: Creates it for a workload, below a construct.
    """

    name: str
    timeout: int
    routes: Sequence[CheckedRoute] = ()
    create: Callable[[Context, Construct], CreatedEndpoint]
