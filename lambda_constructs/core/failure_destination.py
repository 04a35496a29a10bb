"""Where goes what a function failed on: destinations of the user, or a queue of the workload's own."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..rules import defaults
from ..rules.destinations import destination_fifo, destination_kind, queue_policy_not_changed
from ..rules.event import dead_letter_queue_managed_key
from . import acknowledgements
from .guard import Guard
from .permissions import let_use_key
from .stack_resources import seconds

if TYPE_CHECKING:
    from .execution_role import ExecutionRole

Destination: TypeAlias = sqs.IQueue | sns.ITopic | s3.IBucket | events.IEventBus | lambda_.IFunction

# jsii's interfaces know no isinstance: the kinds are told apart by the attribute that holds the ARN.
_ARNS: Final = {
    "queue": "queue_arn",
    "topic": "topic_arn",
    "bucket": "bucket_arn",
    "bus": "event_bus_arn",
    "function": "function_arn",
}
_KEYS: Final = {"queue": "encryption_master_key", "topic": "master_key", "bucket": "encryption_key"}
_ACTIONS: Final = {
    "queue": "sqs:SendMessage",
    "topic": "sns:Publish",
    "bus": "events:PutEvents",
    "function": "lambda:InvokeFunction",
}
_OBJECTS: Final = "/aws/lambda/*"


def check_destination(
    guard: Guard, option: str, destination: Destination | None, kinds: Collection[str]
) -> None:
    """Check that a destination is of a kind that Lambda delivers to, and no FIFO one."""
    if destination is None:
        return
    kind = _kind(destination)
    if kind is None:
        guard.refuse_type(option, destination, f"a {' or '.join(kinds)}")
    guard.check(destination_kind, option, kind, kinds)
    if kind in ("queue", "topic"):
        guard.check(destination_fifo, option, fifo=bool(getattr(destination, "fifo", False)))


def create_failure_queue(scope: Construct, key: kms.IKey | None) -> sqs.Queue:
    """Create the queue of what failed: encrypted, TLS only, kept as long as SQS can."""
    queue = sqs.Queue(
        scope,
        "FailureQueue",
        retention_period=seconds(defaults.DEAD_LETTER_RETENTION),
        encryption=sqs.QueueEncryption.SQS_MANAGED if key is None else sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        data_key_reuse=None if key is None else seconds(defaults.DATA_KEY_REUSE),
        enforce_ssl=True,
    )
    acknowledgements.acknowledge(queue, acknowledgements.DEAD_LETTERS, *acknowledgements.END_OF_THE_LINE)
    return queue


def allow_delivery(role: ExecutionRole, destination: Destination) -> str:
    """Let the execution role, as which Lambda delivers, write to a destination; returns its ARN.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    kind = str(_kind(destination))
    arn = str(getattr(destination, _ARNS[kind]))
    if kind == "bucket":
        # Lambda names its objects aws/lambda/...; without the listing it cannot tell a missing object.
        role.allow(["s3:ListBucket"], [arn])
        role.allow(["s3:PutObject"], [arn + _OBJECTS])
        finding = acknowledgements.granular(cdk.Stack.of(role.role), arn + _OBJECTS)
        acknowledgements.acknowledge(role.role, acknowledgements.DELIVERED_OBJECTS, finding)
    else:
        role.allow([_ACTIONS[kind]], [arn])
    key = cast(kms.IKey | None, getattr(destination, _KEYS.get(kind, ""), None))
    if key is not None:
        role.allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.key_arn])
    return arn


def as_queue(destination: Destination | None) -> sqs.IQueue | None:
    """The destination, if it is a queue."""
    return cast(sqs.IQueue, destination) if hasattr(destination, _ARNS["queue"]) else None


def existing(queue: sqs.IQueue | None) -> sqs.IQueue:
    """The failure queue of a workload, if it has one.

    Raises:
        AttributeError: It has none.
    """
    if queue is None:
        raise AttributeError("there is no failure queue: on_failure is another destination")
    return queue


def check_sender(guard: Guard, service: str, queue: sqs.IQueue | None) -> None:
    """Check that a service can write to a given queue, whatever its policy says."""
    encryption = getattr(queue, "encryption_type", None)
    guard.check(dead_letter_queue_managed_key, service, managed=encryption == sqs.QueueEncryption.KMS_MANAGED)


def let_service_send(
    scope: Construct, guard: Guard, queue: sqs.IQueue, service: str, source_arn: str
) -> None:
    """Let a service leave in the queue what it cannot hand over for one source.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
    """
    statement = iam.PolicyStatement(
        principals=[iam.ServicePrincipal(service)],
        actions=["sqs:SendMessage"],
        resources=[queue.queue_arn],
        conditions={"ArnEquals": {"aws:SourceArn": source_arn}},
    )
    if not queue.add_to_resource_policy(statement).statement_added:
        guard.warn(scope, queue_policy_not_changed, service)
    if (key := queue.encryption_master_key) is not None:
        let_use_key(
            scope,
            guard,
            key,
            service=service,
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}},
        )


def _kind(destination: object) -> str | None:
    return next((kind for kind, arn in _ARNS.items() if hasattr(destination, arn)), None)
