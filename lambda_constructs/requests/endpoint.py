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
    """The resources of an endpoint; None for those that this kind of endpoint does not have."""

    metrics: RequestMetrics  # the metrics of its requests
    reference: Callable[[], str]  # how to get a reference to it, for the template's metadata
    url: Callable[[], str] | None = None  # how to get its URL
    call_arn: str | None = None  # the ARN that a caller must be allowed to invoke
    http_api: apigatewayv2.HttpApi | None = None
    rest_api: apigateway.RestApi | None = None
    function_url: lambda_.FunctionUrl | None = None
    target_group: elbv2.ApplicationTargetGroup | None = None
    access_log_group: logs.LogGroup | None = None  # the log group of its access log
    domain: apigatewayv2.IDomainName | None = None  # its custom domain
    api: SharedApi | None = None  # the API for the routes of other functions


@dataclass(frozen=True, kw_only=True)
class CheckedEndpoint:
    """An endpoint whose options passed all checks."""

    name: str  # the name of its kind
    timeout: int  # the seconds that it waits for the function
    routes: Sequence[CheckedRoute] = ()  # the routes of an API
    create: Callable[[Context, Construct], CreatedEndpoint]  # creates it for a workload, below a construct
