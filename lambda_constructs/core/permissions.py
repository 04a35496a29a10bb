"""Permissions for services: to invoke the alias, and to use a key."""

from __future__ import annotations

import re
from typing import Final

import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..rules.options import key_policy_not_changed
from .cdk_objects import make, service, tell
from .context import Context
from .guard import Guard
from .stack_resources import StackResources

INVOKE_PERMISSION: Final = "Invoke"
# Of a key, for a service or a principal that both reads and writes encrypted data.
KEY_ACTIONS: Final = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
]


def let_invoke(
    context: Context,
    principal: str,
    source_arn: str,
    *,
    scope: Construct | None = None,
    account: str | None = None,
) -> lambda_.CfnPermission:
    """Let a service, such as `events.amazonaws.com`, invoke the alias for one source.

    Without the source, any customer of the service could make it invoke the function:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html

    The account is that of the source, if its ARN has none. The scope is the workload by default.
    """
    permission = make(
        lambda_.CfnPermission,
        scope or context.scope,
        INVOKE_PERMISSION,
        action="lambda:InvokeFunction",
        function_name=context.alias_arn,
        principal=principal,
        source_arn=source_arn,
        source_account=account,
    )
    tell(context.alias, INVOKE_PERMISSION, permission)
    return permission


def service_for(stack: StackResources, principal: str, source_arn: str) -> iam.ServicePrincipal:
    """A service that may assume a role only for resources of this account, by a pattern of their ARNs.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    conditions = {
        "StringEquals": {"aws:SourceAccount": stack.account},
        "ArnLike": {"aws:SourceArn": source_arn},
    }
    return iam.ServicePrincipal(principal, conditions=conditions)


def let_use_key(
    scope: Construct,
    guard: Guard,
    key: kms.IKey,
    *,
    principal: str,
    actions: list[str],
    conditions: dict[str, dict[str, str]],
) -> None:
    """Let a service use a key, with one statement in the key's policy no matter how often this is called.

    An imported key ignores the statement; a warning then says that it is needed.
    """
    sid = f"LambdaConstructs{principal.partition('.')[0].capitalize()}"
    if key.node.try_find_child(sid) is not None:
        return
    statement = iam.PolicyStatement(
        sid=sid,
        principals=[service(principal)],
        actions=actions,
        resources=["*"],
        conditions=conditions,
    )
    if key.add_to_resource_policy(statement).statement_added:
        # A key of CfnInclude is no Construct in Python, so the class would refuse it.
        jsii.create(Construct, Construct.__new__(Construct), [key, sid])
    else:
        readable = re.sub(r"\$\{Token\[AWS\.(\w+)\.\d+\]\}", r"<\1>", principal)
        guard.warn(scope, key_policy_not_changed, readable)
