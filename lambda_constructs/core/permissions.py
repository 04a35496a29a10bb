"""Who else may do what: services that invoke the alias, services that use a key."""

from __future__ import annotations

from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..rules.options import key_policy_not_changed
from .guard import Guard

INVOKE_PERMISSION: Final = "Invoke"


def let_invoke(
    scope: Construct,
    alias: lambda_.Alias,
    *,
    service: str,
    source_arn: str,
    source_account: str | None = None,
) -> lambda_.CfnPermission:
    """Let a service invoke the alias for one source of one account.

    Without the source any customer of the service could make it invoke the function, by a resource of
    theirs: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html

    Args:
        scope: Where the permission is made.
        alias: What may be invoked.
        service: The service, such as `events.amazonaws.com`.
        source_arn: The resource on whose behalf it invokes.
        source_account: The account that owns this resource. Default: the stack's
    """
    return lambda_.CfnPermission(
        scope,
        INVOKE_PERMISSION,
        action="lambda:InvokeFunction",
        function_name=alias.function_arn,
        principal=service,
        source_arn=source_arn,
        source_account=source_account or cdk.Stack.of(scope).account,
    )


def let_use_key(
    scope: Construct,
    guard: Guard,
    key: kms.IKey,
    *,
    service: str,
    actions: list[str],
    conditions: dict[str, dict[str, str]],
) -> None:
    """Let a service use a key, by one statement in the key's policy however often it is asked for.

    An imported key ignores the statement; then a warning says that it is needed.
    """
    sid = f"LambdaConstructs{service.partition('.')[0].capitalize()}"
    if key.node.try_find_child(sid) is not None:
        return
    statement = iam.PolicyStatement(
        sid=sid,
        principals=[iam.ServicePrincipal(service)],
        actions=actions,
        resources=["*"],
        conditions=conditions,
    )
    if key.add_to_resource_policy(statement).statement_added:
        Construct(cast(Construct, key), sid)
    else:
        guard.warn(scope, key_policy_not_changed, service)
