"""The function's log group: made before the function, kept for a finite time."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from .guard import Guard
from .permissions import let_use_key


def create_log_group(
    scope: Construct, guard: Guard, retention: logs.RetentionDays, key: kms.IKey | None
) -> logs.LogGroup:
    """Create the log group, and let CloudWatch Logs use its key.

    The name is generated: a group named after the function could be created first by an early
    invocation, and the deployment would then fail.
    """
    if key is not None:
        _allow_logs_to_use(key, scope, guard)
    return logs.LogGroup(scope, "Logs", retention=retention, encryption_key=key)


def _allow_logs_to_use(key: kms.IKey, scope: Construct, guard: Guard) -> None:
    """Add one statement to the key's policy, for all log groups of this account and region."""
    stack = cdk.Stack.of(scope)
    log_groups = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name="*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    let_use_key(
        scope,
        guard,
        key,
        service=f"logs.{stack.region}.amazonaws.com",
        actions=[
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
    )
