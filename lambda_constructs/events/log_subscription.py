"""A subscription filter of Amazon CloudWatch Logs as trigger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from aws_cdk import aws_logs as logs

from ..core.cdk_objects import ask
from ..core.claims import claimants
from ..core.context import Context
from ..core.failure_destination import FailureDestination
from ..core.guard import Guard
from ..core.permissions import let_invoke
from ..rules.claims import subscription_filters_maximum
from ..rules.log import log_filter_pattern, log_group_class
from .source import EventSource


@dataclass(frozen=True, kw_only=True)
class LogSubscription(EventSource):
    """Handle the log events of a log group, in batches that are compressed and encoded (`awslogs.data`).

    Args:
        log_group: The log group; not that of the function itself.
        filter_pattern: Pattern of the log events. Default: all
    """

    log_group: logs.LogGroup | logs.ILogGroup
    filter_pattern: logs.IFilterPattern | None = None

    def check(self, guard: Guard, failures: FailureDestination) -> None:  # noqa: ARG002
        """Check the pattern, and that the log group has room for one more subscription filter."""
        if isinstance(self.log_group, logs.LogGroup):
            log_class = cast(logs.CfnLogGroup, self.log_group.node.default_child).log_group_class
            if log_class is not None:
                guard.check(log_group_class, self.log_group.node.path, guard.text(log_class))
        guard.check(log_filter_pattern, guard.text(self._pattern()))
        owners = claimants(guard, "log group", ask(self.log_group, "log_group_arn"))
        guard.check(subscription_filters_maximum, owners)

    def connect(self, context: Context, failures: FailureDestination) -> logs.CfnSubscriptionFilter:  # noqa: ARG002
        """Subscribe the alias; an L1 resource, because the L2's destination adds another permission."""
        permission = let_invoke(context, "logs.amazonaws.com", ask(self.log_group, "log_group_arn"))
        subscription = logs.CfnSubscriptionFilter(
            context.scope,
            "Subscription",
            destination_arn=context.alias_arn,
            log_group_name=self.log_group.log_group_name,
            filter_pattern=self._pattern(),
        )
        subscription.node.add_dependency(permission)
        return subscription

    def loop(self, _: Context) -> tuple[str, str]:
        """Putting log events into the same log group."""
        return "logs:PutLogEvents", ask(self.log_group, "log_group_arn")

    def _pattern(self) -> str:
        return "" if self.filter_pattern is None else str(ask(self.filter_pattern, "log_pattern_string"))
