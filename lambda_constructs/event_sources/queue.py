"""A queue and its dead-letter queue: given and checked, or created encrypted, TLS only, of one kind."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IValidation

from ..core import acknowledgements
from ..core.cdk_objects import ask, make, seconds, tell
from ..core.guard import UNKNOWN, Guard, Unknown
from ..core.stack_resources import StackResources
from ..rules import defaults, derive, limits
from ..rules.dead_letters import (
    RETENTION_DEFAULT,
    dead_letter_queue_policy,
    dead_letter_queue_unknown,
    dead_letter_retention,
    dead_letter_retention_equal,
    fifo_mismatch,
    max_receive_count_low,
    max_receive_count_range,
    no_dead_letter_queue,
)
from ..rules.queue import deduplication_without_fifo, not_your_queue, queue_name_form
from ..rules.ranges import retention_range, timeout_range, visibility_timeout_range
from ..rules.visibility_timeout import (
    VISIBILITY_TIMEOUT_DEFAULT,
    visibility_below_timeout,
    visibility_unknown,
)

_DENY_WITHOUT_TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sqs:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@dataclass(frozen=True, kw_only=True)
class QueueOptions:
    """What a user says of a queue, as it was said; None is the default."""

    queue_name: str | None
    fifo: bool | None
    content_based_deduplication: bool | None
    visibility_timeout: cdk.Duration | None
    retention_period: cdk.Duration | None
    max_receive_count: int | None
    dead_letter_queue: sqs.IQueue | None

    def given(self, *, told: bool) -> list[str]:
        """Options that only go with a new queue; more of them if a given queue tells the rest itself."""
        told_by_queue = ("visibility_timeout", "dead_letter_queue")
        return [
            field.name
            for field in fields(self)
            if getattr(self, field.name) not in (None, False) and (told or field.name not in told_by_queue)
        ]


@dataclass(frozen=True, kw_only=True)
class QueueFacts:
    """A queue in plain values; durations in seconds.

    Attributes:
        fifo: Whether it is a FIFO queue.
        visibility_timeout: How long the queue hides a delivered message.
        retention: How long it keeps one.
        max_receive_count: Deliveries before a message is a dead letter.
        dead_letter_queue: Where dead letters go; None if it is unknown, or created with the queue.
    """

    fifo: bool
    visibility_timeout: int | Unknown
    retention: int | Unknown
    max_receive_count: int | Unknown
    dead_letter_queue: sqs.IQueue | None

    def message_age(self) -> int:
        """Seconds of age at which the oldest message is an alarm; AWS's defaults for what is unknown."""

        def known(value: int | Unknown, default: int) -> int:
            return default if isinstance(value, Unknown) else value

        return derive.message_age(
            known(self.visibility_timeout, derive.visibility_timeout(timeout_range.high, 0)),
            known(self.max_receive_count, defaults.MAX_RECEIVE_COUNT),
            known(self.retention, RETENTION_DEFAULT),
        )


def facts_of_new(
    guard: Guard, options: QueueOptions, timeout: int | Unknown, window: int | Unknown
) -> QueueFacts:
    """Check the options of a queue that is to be created."""
    fifo, dead_letter_queue = bool(options.fifo), options.dead_letter_queue
    if options.content_based_deduplication:
        guard.check(deduplication_without_fifo, fifo=fifo)
    if options.queue_name is not None:
        guard.check(queue_name_form, guard.text(options.queue_name), fifo=fifo)
    if options.visibility_timeout is not None:
        visibility = guard.seconds("visibility_timeout", options.visibility_timeout)
    elif isinstance(timeout, Unknown) or isinstance(window, Unknown):
        visibility = derive.visibility_timeout(timeout_range.high, limits.BATCHING_WINDOW_MAXIMUM)
    else:
        visibility = derive.visibility_timeout(timeout, window)
    guard.check(visibility_timeout_range, visibility)
    guard.check(visibility_below_timeout, visibility, timeout=timeout, window=window)
    retention: int | Unknown = defaults.QUEUE_RETENTION
    if options.retention_period is not None:
        retention = guard.seconds("retention_period", options.retention_period)
    guard.check(retention_range, retention)
    receives: int | Unknown = defaults.MAX_RECEIVE_COUNT
    if options.max_receive_count is not None:
        receives = guard.integer(options.max_receive_count)
    guard.check(max_receive_count_range, receives)
    guard.check(max_receive_count_low, receives)
    kept: int | Unknown = defaults.DEAD_LETTER_RETENTION
    if isinstance(dead_letter_queue, sqs.Queue):
        kept = _retention(dead_letter_queue)
    if dead_letter_queue is not None:
        guard.check(fifo_mismatch, fifo=fifo, dead_letter_fifo=dead_letter_queue.fifo)
    if not fifo:  # in a FIFO dead-letter queue a message's age starts anew
        _check_dead_letters(guard, retention, kept)
    return QueueFacts(
        fifo=fifo,
        visibility_timeout=visibility,
        retention=retention,
        max_receive_count=receives,
        dead_letter_queue=dead_letter_queue,
    )


def facts_of_given(
    guard: Guard,
    queue: sqs.IQueue,
    options: QueueOptions,
    timeout: int | Unknown,
    window: int | Unknown,
) -> QueueFacts:
    """Read what a given queue tells, and ask for what an imported one does not."""
    misplaced = options.given(told=isinstance(queue, sqs.Queue))
    guard.check(not_your_queue, ", ".join(misplaced))
    visibility_timeout, dead_letter_queue = options.visibility_timeout, options.dead_letter_queue
    if isinstance(queue, sqs.Queue):
        target = queue.dead_letter_queue
        if target is None:
            guard.refuse(no_dead_letter_queue, queue.node.path)
        resource = cast(sqs.CfnQueue, queue.node.default_child)
        retention = _retention(queue)
        if isinstance(target.queue, sqs.Queue) and not queue.fifo:
            _check_dead_letters(guard, retention, _retention(target.queue))
        guard.check(max_receive_count_range, target.max_receive_count)
        guard.check(max_receive_count_low, target.max_receive_count)
        hidden = _number(resource.visibility_timeout, VISIBILITY_TIMEOUT_DEFAULT)
        guard.check(visibility_below_timeout, hidden, timeout=timeout, window=window)
        return QueueFacts(
            fifo=queue.fifo,
            visibility_timeout=hidden,
            retention=retention,
            max_receive_count=int(target.max_receive_count),
            dead_letter_queue=target.queue,
        )
    if dead_letter_queue is None:
        guard.refuse(dead_letter_queue_unknown)
    if visibility_timeout is None:
        guard.refuse(visibility_unknown, timeout, window)
    visibility = guard.seconds("visibility_timeout", visibility_timeout)
    guard.check(visibility_below_timeout, visibility, timeout=timeout, window=window)
    return QueueFacts(
        fifo=queue.fifo,
        visibility_timeout=visibility,
        retention=UNKNOWN,
        max_receive_count=UNKNOWN,
        dead_letter_queue=dead_letter_queue,
    )


def create_queue(
    scope: Construct, options: QueueOptions, facts: QueueFacts, key: kms.IKey | None
) -> sqs.Queue:
    """Create a queue, and its dead-letter queue unless one is given."""
    dead_letter_queue = options.dead_letter_queue
    encryption = sqs.QueueEncryption.SQS_MANAGED if key is None else sqs.QueueEncryption.KMS
    common = {
        "fifo": options.fifo or None,
        "encryption": encryption,
        "encryption_master_key": key,
        "data_key_reuse": None if key is None else seconds(defaults.DATA_KEY_REUSE),
    }
    created = None
    if dead_letter_queue is None:
        dead_letter_queue = created = make(
            sqs.Queue,
            scope,
            "DeadLetterQueue",
            retention_period=seconds(defaults.DEAD_LETTER_RETENTION),
            redrive_allow_policy=_allow_redrive_from(scope, options.queue_name),
            **common,
        )
        tell(created, "stack", StackResources.of(scope).stack)
        acknowledgements.acknowledge(
            created, acknowledgements.DEAD_LETTERS, acknowledgements.DEAD_LETTER_QUEUE_WITHOUT_REDRIVE
        )
    receives = options.max_receive_count or defaults.MAX_RECEIVE_COUNT
    queue = make(
        sqs.Queue,
        scope,
        "Queue",
        queue_name=options.queue_name,
        content_based_deduplication=options.content_based_deduplication or None,
        visibility_timeout=options.visibility_timeout or _duration(facts.visibility_timeout),
        retention_period=options.retention_period or seconds(defaults.QUEUE_RETENTION),
        dead_letter_queue={"queue": dead_letter_queue, "maxReceiveCount": receives},
        **common,
    )
    tell(queue, "dead_letter_queue", dead_letter_queue)
    tell(queue, "stack", StackResources.of(scope).stack)
    _demand_tls(scope, queue, created)
    return queue


def _allow_redrive_from(scope: Construct, queue_name: str | None) -> sqs.RedriveAllowPolicy | None:
    """Only the named source may send dead letters.

    A queue without a physical name needs a reference here, which would make the template circular.
    """
    if queue_name is None:
        return None
    arn = StackResources.of(scope).stack.format_arn(service="sqs", resource=queue_name)
    source = sqs.Queue.from_queue_arn(scope, "Source", arn)
    return sqs.RedriveAllowPolicy(redrive_permission=sqs.RedrivePermission.BY_QUEUE, source_queues=[source])


@cache
def _deny_without_tls() -> iam.PolicyStatement:
    return iam.PolicyStatement.from_json(_DENY_WITHOUT_TLS)


def _demand_tls(scope: Construct, queue: sqs.Queue, dead_letter_queue: sqs.Queue | None) -> None:
    """Deny every request without TLS, in one policy for both queues.

    `Resource: '*'` means the queue that the policy is attached to; AWS's own example of one policy for two
    queues uses it: https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
    """
    queue.add_to_resource_policy(_deny_without_tls())
    if dead_letter_queue is not None:
        policy = next(each for each in ask(scope, "node").find_all() if isinstance(each, sqs.CfnQueuePolicy))
        policy.queues = [queue.queue_url, dead_letter_queue.queue_url]
        StackResources.of(scope).once("Queues", _SharedPolicies).dead_letter_queues.append(dead_letter_queue)


@jsii.implements(IValidation)
class _SharedPolicies:
    """Finds a second policy on a dead-letter queue that shares the one of its queue."""

    def __init__(self, stack: StackResources, _: str) -> None:
        self.dead_letter_queues: list[sqs.Queue] = []
        stack.node.add_validation(self)

    def validate(self) -> list[str]:
        rule = dead_letter_queue_policy
        return [
            f"{rule(queue.node.path)} [{rule.code}] ({rule.source})"
            for queue in self.dead_letter_queues
            if queue.node.try_find_child("Policy") is not None
        ]


def _duration(value: int | Unknown) -> cdk.Duration | None:
    return None if isinstance(value, Unknown) else seconds(value)


def _check_dead_letters(guard: Guard, retention: int | Unknown, dead_letter: int | Unknown) -> None:
    guard.check(dead_letter_retention, retention, dead_letter)
    if isinstance(retention, int) and isinstance(dead_letter, int):
        guard.check(dead_letter_retention_equal, retention, dead_letter)


def _retention(queue: sqs.Queue) -> int | Unknown:
    resource = cast(sqs.CfnQueue, queue.node.default_child)
    return _number(resource.message_retention_period, RETENTION_DEFAULT)


def _number(value: object, default: int) -> int | Unknown:
    if value is None:
        return default
    if not isinstance(value, int | float) or cdk.Token.is_unresolved(value):
        return UNKNOWN
    return int(value)
