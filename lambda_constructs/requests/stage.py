"""What both kinds of API have: an access log, bounds on the rate of requests, and one permission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core.guard import Guard
from ..core.permissions import INVOKE_PERMISSION
from ..rules.endpoint import throttling_above_account, throttling_range
from ..rules.log import log_retention_missing

if TYPE_CHECKING:
    from .http_api import HttpApiEndpoint
    from .rest_api import RestApiEndpoint


def let_api_invoke(scope: Construct, alias: lambda_.Alias, source_arn: str) -> None:
    """Let an API invoke the alias, by one permission for all of its routes.

    Its ARN names the account. AWS's examples name it nowhere else, and a condition on a key that API Gateway
    does not send would let nobody in.
    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
    """
    lambda_.CfnPermission(
        scope,
        INVOKE_PERMISSION,
        action="lambda:InvokeFunction",
        function_name=alias.function_arn,
        principal="apigateway.amazonaws.com",
        source_arn=source_arn,
    )


def check_stage(guard: Guard, endpoint: HttpApiEndpoint | RestApiEndpoint) -> None:
    """Check that the access log expires, and that requests get through, fewer than the account allows."""
    expires = endpoint.access_log_retention != logs.RetentionDays.INFINITE
    guard.check(log_retention_missing, retention=expires)
    rate = guard.number("endpoint.throttling_rate_limit", endpoint.throttling_rate_limit)
    burst = guard.integer("endpoint.throttling_burst_limit", endpoint.throttling_burst_limit)
    guard.check(throttling_range, rate, burst)
    guard.check(throttling_above_account, rate, burst)
