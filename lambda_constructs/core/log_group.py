"""The log group of a function or an endpoint: created before the first log event, with a finite retention."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from .cdk_objects import make
from .guard import Guard
from .permissions import KEY_ACTIONS, let_use_key
from .stack_resources import StackResources


def create_log_group(
    scope: Construct,
    stack: StackResources,
    guard: Guard,
    retention: logs.RetentionDays | None,
    key: kms.IKey | None,
    *,
    removal_policy: cdk.RemovalPolicy,
) -> logs.LogGroup:
    """Create the log group, and let CloudWatch Logs use its key.

    The name is generated: an early invocation could create the default group of the function first, and the
    deployment would fail.
    """
    if key is not None:
        _allow_logs_to_use(key, scope, stack, guard)
    # Long enough to investigate an incident of last month, short enough to limit the cost.
    retention = retention or logs.RetentionDays.ONE_MONTH
    return make(
        logs.LogGroup,
        scope,
        "Logs",
        retention=retention,
        encryption_key=key,
        removal_policy=removal_policy,
    )


def _allow_logs_to_use(key: kms.IKey, scope: Construct, stack: StackResources, guard: Guard) -> None:
    """Add one statement to the key's policy, for all log groups of this account and region."""
    log_groups = stack.arn("logs", "log-group", "*", ":")
    let_use_key(
        scope,
        guard,
        key,
        principal=f"logs.{stack.stack.region}.{stack.stack.url_suffix}",
        actions=KEY_ACTIONS,
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
    )
