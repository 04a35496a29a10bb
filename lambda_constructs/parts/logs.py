"""The function's log group: made before the function, kept for a finite time."""

from __future__ import annotations

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..guard import Guard
from ..rules.checks import function as rules

_KEY_STATEMENT = "LambdaConstructsLogs"


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
    if key.node.try_find_child(_KEY_STATEMENT) is not None:
        return
    log_groups = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name="*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    statement = iam.PolicyStatement(
        sid=_KEY_STATEMENT,
        principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
        actions=[
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        resources=["*"],
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
    )
    # An imported key ignores the statement; then somebody must know that it is needed.
    if key.add_to_resource_policy(statement).statement_added:
        Construct(cast(Construct, key), _KEY_STATEMENT)
    else:
        guard.warn(scope, rules.key_policy_not_changed)
