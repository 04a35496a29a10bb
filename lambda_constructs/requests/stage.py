"""Parts that HTTP APIs and REST APIs share: their checks, an access log, one permission."""

from __future__ import annotations

from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core.context import Context
from ..core.guard import Guard
from ..core.log_group import create_log_group
from ..core.permissions import let_invoke
from ..rules import defaults
from ..rules.log import log_retention_missing
from .authorizers import check_authorizer
from .custom_domain import check_domain
from .endpoint_options import HttpApiEndpoint, RestApiEndpoint
from .routes import ApiFacts, Throttling


def check_api(guard: Guard, endpoint: HttpApiEndpoint | RestApiEndpoint, *, cors: bool) -> ApiFacts:
    """Check authorizer, access log, throttling and domain; returns what the checks of routes need.

    `cors` is whether the API answers OPTIONS itself.
    """
    rest = isinstance(endpoint, RestApiEndpoint)
    check_authorizer(guard, endpoint.authorizer, rest=rest)
    expires = endpoint.access_log_retention != logs.RetentionDays.INFINITE
    guard.check(log_retention_missing, retention=expires)
    rate, burst = endpoint.throttling_rate_limit, endpoint.throttling_burst_limit
    throttling = Throttling(
        rate_limit=defaults.THROTTLING_RATE if rate is None else rate,
        burst_limit=defaults.THROTTLING_BURST if burst is None else burst,
    )
    throttling.check(guard)
    check_domain(guard, endpoint.domain)
    return ApiFacts(rest=rest, cors=cors, authorizer=endpoint.authorizer, throttling=throttling)


def create_access_log_group(
    context: Context, scope: Construct, endpoint: HttpApiEndpoint | RestApiEndpoint
) -> logs.LogGroup:
    """Create the log group of the access log."""
    return create_log_group(
        scope,
        context.stack,
        context.guard,
        endpoint.access_log_retention,
        context.key,
        removal_policy=context.removal_policy,
    )


def let_api_invoke(context: Context, scope: Construct, api_id: str, calls: str = "*/*") -> str:
    """Let an API invoke the alias for some calls, by default all of them; returns their ARN.

    The ARN contains the account. AWS's examples have it nowhere else: with a condition on a key that API
    Gateway does not send, the permission would allow nothing.
    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
    """
    call_arn = context.stack.arn("execute-api", api_id, calls)
    let_invoke(context, "apigateway.amazonaws.com", call_arn, scope=scope)
    return call_arn
