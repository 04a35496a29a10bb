"""Destinations of failed events: one that the user passes in, or a queue that the workload creates."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..rules import defaults
from ..rules.destinations import SENDS, destination_fifo, destination_kind, queue_policy_not_changed
from ..rules.queue import MANAGED_KEY, queue_managed_key
from . import acknowledgements
from .cdk_objects import ask, make, seconds, service, tell
from .context import Context
from .execution_role import Statement
from .guard import Guard
from .permissions import let_use_key
from .stack_resources import StackResources

if TYPE_CHECKING:
    from aws_cdk import aws_events as events
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_sns as sns

Destination: TypeAlias = """(
    sqs.Queue | sqs.IQueue | sns.Topic | sns.ITopic | s3.Bucket | s3.IBucket | events.EventBus |
    events.IEventBus | lambda_.Function | lambda_.Alias | lambda_.IFunction | lambda_.Version |
    lambda_.SingletonFunction
)"""
"""Where Lambda delivers events: a queue, a topic, a bucket, an event bus or a function."""

# isinstance does not work with jsii's interfaces, so the attribute with the ARN identifies the kind.
_ARNS: Final = {
    "queue": "queue_arn",
    "topic": "topic_arn",
    "bucket": "bucket_arn",
    "event bus": "event_bus_arn",
    "function": "function_arn",
}
_KEYS: Final = {"queue": "encryption_master_key", "topic": "master_key", "bucket": "encryption_key"}
_OBJECTS: Final = "/aws/lambda/*"


def check_destination(
    guard: Guard, option: str, destination: Destination | None, kinds: Collection[str]
) -> None:
    """Check that Lambda can deliver to this kind of destination, and that it is not a FIFO queue or topic."""
    if destination is None:
        return
    kind = _kind(destination)
    guard.check(destination_kind, option, kind, kinds)
    if kind in ("queue", "topic"):
        guard.check(destination_fifo, option, fifo=bool(getattr(destination, "fifo", False)))


class FailureDestination:
    """The destination of failed events: given by the user, or a queue that the workload creates.

    Attributes:
        queue: The failure queue; None if the destination is something else.
    """

    def __init__(
        self,
        guard: Guard,
        given: Destination | None,
        kinds: Collection[str],
        removal_policy: cdk.RemovalPolicy,
    ) -> None:
        """Check the destination, if one is given; else the queue gets the removal policy."""
        check_destination(guard, "on_failure", given, kinds)
        self.given, self._removal_policy = given, removal_policy
        is_queue = given is not None and _kind(given) == "queue"
        self.queue = cast(sqs.IQueue, given) if is_queue else None
        self._scope: Construct | None = None
        self._key: kms.IKey | None = None

    def create(self, scope: Construct, key: kms.IKey | None) -> list[Statement]:
        """Create the queue if no destination is given; returns the statements for the execution role."""
        self._scope, self._key = scope, key
        if self.given is not None:
            return []
        return sending_statements(self.create_queue())

    def create_queue(self) -> sqs.IQueue:
        """The failure queue, created unless it exists: encrypted, TLS only, with the longest retention."""
        scope, key = cast(Construct, self._scope), self._key
        if self.queue is None:
            queue = make(
                sqs.Queue,
                scope,
                "FailureQueue",
                retention_period=seconds(defaults.DEAD_LETTER_RETENTION),
                removal_policy=self._removal_policy,
                encryption=sqs.QueueEncryption.SQS_MANAGED if key is None else sqs.QueueEncryption.KMS,
                encryption_master_key=key,
                data_key_reuse=None if key is None else seconds(defaults.DATA_KEY_REUSE),
                enforce_ssl=True,
            )
            stack = StackResources.of(scope)
            if not stack.injects:
                tell(queue, "encryption_master_key", key)
            tell(queue, "stack", stack.stack)
            finding = acknowledgements.QUEUE_WITHOUT_DEAD_LETTERS
            acknowledgements.acknowledge(queue, acknowledgements.DEAD_LETTERS, finding)
            self.queue = queue
        return self.queue

    @property
    def target(self) -> str:
        """The ARN of the destination."""
        if self.given is not None:
            return str(ask(self.given, _ARNS[_kind(self.given)]))
        return str(ask(self.queue, "queue_arn"))

    def allow(self, context: Context) -> None:
        """Let the execution role write to a given destination; for the queue, `create` returns statements."""
        if self.given is not None:
            allow_delivery(context, self.given)


def allow_delivery(context: Context, destination: Destination) -> str:
    """Let the execution role, which Lambda uses for deliveries, write to a destination; returns its ARN.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    kind = _kind(destination)
    arn = str(ask(destination, _ARNS[kind]))
    for actions, resources in sending_statements(destination):
        context.role.allow(actions, resources)
    if kind == "bucket":
        finding = acknowledgements.granular(context.stack.stack, arn + _OBJECTS)
        acknowledgements.acknowledge(context.role.holder, acknowledgements.DELIVERED_OBJECTS, finding)
    return arn


def sending_statements(destination: Destination) -> list[Statement]:
    """The statements that let a role send to a destination, with its key."""
    kind = _kind(destination)
    arn = ask(destination, _ARNS[kind])
    statements: list[Statement] = [([SENDS[kind]], [arn])]
    if kind == "bucket":
        # Lambda names its objects aws/lambda/...; without s3:ListBucket it cannot tell that an object is
        # missing.
        statements = [(["s3:ListBucket"], [arn]), ([SENDS[kind]], [arn + _OBJECTS])]
    if kind in _KEYS and (key := ask(destination, _KEYS[kind])) is not None:
        statements.append((["kms:Decrypt", "kms:GenerateDataKey"], [key.key_arn]))
    return statements


def check_sender(guard: Guard, name: str, queue: sqs.IQueue | None) -> None:
    """Check that a service can use the key of a given queue."""
    encryption = getattr(queue, "encryption_type", None)
    if encryption == sqs.QueueEncryption.KMS_MANAGED:
        guard.check(queue_managed_key, name, MANAGED_KEY)


def let_service_send(context: Context, queue: sqs.IQueue, principal: str, source_arn: str) -> None:
    """Let a service send events of one source that it cannot deliver to the queue.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
    """
    statement = make(
        iam.PolicyStatement,
        principals=[service(principal)],
        actions=["sqs:SendMessage"],
        resources=[ask(queue, "queue_arn")],
        conditions={"ArnLike" if "*" in source_arn else "ArnEquals": {"aws:SourceArn": source_arn}},
    )
    if not queue.add_to_resource_policy(statement).statement_added:
        context.guard.warn(context.scope, queue_policy_not_changed, principal)
    if (key := ask(queue, "encryption_master_key")) is not None:
        let_use_key(
            context.scope,
            context.guard,
            key,
            principal=principal,
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            conditions={"StringEquals": {"aws:SourceAccount": context.stack.account}},
        )


def _kind(destination: object) -> str:
    """The kind of a destination; the type check has refused everything else."""
    return next(kind for kind, arn in _ARNS.items() if _has(destination, arn))


def _has(destination: object, attribute: str) -> bool:
    """Whether the object has the attribute; reads the object only if its class does not tell."""
    return hasattr(type(destination), attribute) or hasattr(destination, attribute)
