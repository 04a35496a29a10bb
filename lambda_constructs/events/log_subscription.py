"""A subscription filter of CloudWatch Logs as trigger."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core.guard import Guard
from ..core.permissions import let_invoke


@dataclass(frozen=True, kw_only=True)
class LogSubscription:
    """Handle the lines of a log group, in batches that are compressed and encoded (`awslogs.data`).

    Args:
        log_group: The log group; not the function's own.
        filter_pattern: Which lines. Default: all
    """

    log_group: logs.LogGroup | logs.ILogGroup
    filter_pattern: logs.IFilterPattern | None = None


def check_log_subscription(guard: Guard, source: LogSubscription) -> None:
    """Check the log group and the pattern."""
    if not hasattr(source.log_group, "log_group_arn"):
        guard.refuse_type("source.log_group", source.log_group, "a log group")
    if source.filter_pattern is not None and not hasattr(source.filter_pattern, "log_pattern_string"):
        guard.refuse_type(
            "source.filter_pattern", source.filter_pattern, "a FilterPattern, as CDK makes them"
        )


def create_log_subscription(
    scope: Construct, source: LogSubscription, alias: lambda_.Alias
) -> logs.CfnSubscriptionFilter:
    """Subscribe the alias; an L1 resource, because the L2's destination adds a permission of its own."""
    permission = let_invoke(
        scope, alias, service="logs.amazonaws.com", source_arn=source.log_group.log_group_arn
    )
    subscription = logs.CfnSubscriptionFilter(
        scope,
        "Subscription",
        destination_arn=alias.function_arn,
        log_group_name=source.log_group.log_group_name,
        filter_pattern="" if source.filter_pattern is None else source.filter_pattern.log_pattern_string,
    )
    subscription.node.add_dependency(permission)
    return subscription
