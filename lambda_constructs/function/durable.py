"""Durable functions: executions that take up to a year, and continue after interruptions."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from ..core import acknowledgements
from ..core.execution_role import ExecutionRole
from ..core.stack_resources import StackResources
from ..rules.durable import CHECKPOINTS


@dataclass(frozen=True, kw_only=True)
class Durable:
    """Save the progress of executions, which may take up to a year: Lambda replays the steps that completed.

    The function uses the durable execution SDK. Lambda refuses to start an execution of more than 15 minutes
    for a caller that waits: an event source mapping, an endpoint, a user pool, a smoke test. Lambda encrypts
    the payloads of executions with a key that AWS owns, unless you override `DurableConfig.KMSKeyArn`.
    https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html

    Args:
        execution_timeout: How long an execution may take, with its waits; 1 second to 366 days. The timeout
            of the function is that of each invocation.
        retention_period: How long Lambda keeps the history of a completed execution; 1 to 90 days. Default:
            14 days, Lambda's own
    """

    execution_timeout: cdk.Duration
    retention_period: cdk.Duration | None = None


def allow_checkpoints(stack: StackResources, role: ExecutionRole, function: lambda_.Function) -> None:
    """Let the function save and read the progress of its executions.

    An execution belongs to a version, whose number is not known before it is published.
    https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html
    """
    executions = f"{function.function_arn}:*"
    holder = role.allow_apart(CHECKPOINTS, [executions])
    finding = acknowledgements.granular(stack.stack, executions)
    acknowledgements.acknowledge(holder, acknowledgements.DURABLE_EXECUTIONS, finding)
