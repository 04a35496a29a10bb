"""Checks the options and the known attributes of a queue before anything is created."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict, cast

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs

from ..core.cdk_objects import seconds
from ..core.claims import claimants, environment
from ..core.guard import UNKNOWN, Guard
from ..core.location import is_late, location, own_location
from ..rules import defaults, derive
from ..rules.claims import dead_letters_not_allowed, name_taken
from ..rules.dead_letters import (
    RETENTION_DEFAULT,
    dead_letter_queue_unknown,
    dead_letter_retention,
    dead_letter_retention_equal,
    fifo_mismatch,
    max_receive_count_low,
    max_receive_count_range,
    no_dead_letter_queue,
)
from ..rules.location import resource_account
from ..rules.queue import deduplication_without_fifo, not_your_queue, queue_name_form
from ..rules.ranges import retention_range, timeout_range, visibility_timeout_range
from ..rules.ranges_mapping import source_batching_window
from ..rules.visibility_timeout import (
    VISIBILITY_TIMEOUT_DEFAULT,
    visibility_below_timeout,
    visibility_unknown,
)
from ..template.values import Unknown
from .sqs_mapping import SqsPollers

# Options that only a new queue accepts; an imported one does not tell the last two.
_OF_A_NEW_QUEUE: Final = (
    "queue_name",
    "fifo",
    "content_based_deduplication",
    "retention_period",
    "max_receive_count",
    "visibility_timeout",
    "dead_letter_queue",
)


class QueueTriggerOptions(TypedDict, total=False):
    """The options of a queue and of its mapping, as `SqsWorker` documents them."""

    queue: sqs.Queue | sqs.IQueue | None
    dead_letter_queue: sqs.Queue | sqs.IQueue | None
    queue_name: str | None
    fifo: bool | None
    content_based_deduplication: bool | None
    visibility_timeout: cdk.Duration | None
    retention_period: cdk.Duration | None
    max_receive_count: int | None
    batch_size: int | None
    max_batching_window: cdk.Duration | None
    max_concurrency: int | None
    provisioned_pollers: SqsPollers | None
    filters: Sequence[Mapping[str, object]] | None
    enabled: bool | None


@dataclass(frozen=True, kw_only=True)
class QueueFacts:
    """A queue in plain values; durations in seconds."""

    fifo: bool  # whether it is a FIFO queue
    visibility_timeout: int | Unknown  # how long the queue hides a delivered message
    retention: int | Unknown  # how long it keeps one
    max_receive_count: int | Unknown  # deliveries before a message goes to the dead-letter queue
    # The dead-letter queue; None if it is unknown, or created with the queue
    dead_letter_queue: sqs.IQueue | None

    def message_age(self) -> int:
        """Seconds of age of the oldest message at which the alarm fires; unknown ones are AWS's defaults."""

        def known(value: int | Unknown, default: int) -> int:
            return default if isinstance(value, Unknown) else value

        return derive.message_age(
            known(self.visibility_timeout, derive.visibility_timeout(timeout_range.high, 0)),
            known(self.max_receive_count, defaults.MAX_RECEIVE_COUNT),
            known(self.retention, RETENTION_DEFAULT),
        )


def facts_of_new(
    guard: Guard, options: QueueTriggerOptions, timeout: int | Unknown, window: int | Unknown
) -> QueueFacts:
    """Check the options of a new queue."""
    fifo, dead_letter_queue = bool(options.get("fifo")), options.get("dead_letter_queue")
    if options.get("content_based_deduplication"):
        guard.check(deduplication_without_fifo, fifo=fifo)
    if (queue_name := options.get("queue_name")) is not None:
        name = guard.text(queue_name)
        guard.check(queue_name_form, name, fifo=fifo)
        if isinstance(name, str):
            guard.check(name_taken, name, claimants(guard, "queue name", *environment(guard), name))
    if (visibility_timeout := options.get("visibility_timeout")) is not None:
        visibility = guard.seconds("visibility_timeout", visibility_timeout)
    elif isinstance(timeout, Unknown) or isinstance(window, Unknown):
        visibility = derive.visibility_timeout(timeout_range.high, source_batching_window.high)
    else:
        visibility = derive.visibility_timeout(timeout, window)
    guard.check(visibility_timeout_range, visibility)
    guard.check(visibility_below_timeout, visibility, timeout=timeout, window=window)
    kept = options.get("retention_period") or seconds(defaults.QUEUE_RETENTION)
    retention = guard.within(retention_range, kept)
    receives: int | Unknown = defaults.MAX_RECEIVE_COUNT
    if (max_receive_count := options.get("max_receive_count")) is not None:
        receives = guard.integer(max_receive_count)
    guard.check(max_receive_count_range, receives)
    guard.check(max_receive_count_low, receives)
    dead_letter: int | Unknown = defaults.DEAD_LETTER_RETENTION
    if isinstance(dead_letter_queue, sqs.Queue):
        dead_letter = _retention(dead_letter_queue)
    if dead_letter_queue is not None:
        _check_given(guard, dead_letter_queue)
        guard.check(fifo_mismatch, fifo=fifo, dead_letter_fifo=dead_letter_queue.fifo)
    if not fifo:  # in a FIFO dead-letter queue the age of a message starts again
        _check_dead_letters(guard, retention, dead_letter)
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
    options: QueueTriggerOptions,
    timeout: int | Unknown,
    window: int | Unknown,
) -> QueueFacts:
    """Read the attributes of a given queue; an imported queue needs options for those that are unknown."""
    names = _OF_A_NEW_QUEUE if isinstance(queue, sqs.Queue) else _OF_A_NEW_QUEUE[:-2]
    misplaced = [name for name in names if options.get(name) not in (None, False)]
    guard.check(not_your_queue, ", ".join(misplaced))
    visibility_timeout, dead_letter_queue = (
        options.get("visibility_timeout"),
        options.get("dead_letter_queue"),
    )
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


def _check_dead_letters(guard: Guard, retention: int | Unknown, dead_letter: int | Unknown) -> None:
    if isinstance(retention, int) or dead_letter != retention_range.high:  # no queue keeps them longer
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


def _check_given(guard: Guard, dead_letter_queue: sqs.IQueue) -> None:
    """Check that a dead-letter queue is in the account, and takes messages of a queue that is yet unnamed."""
    account, own = location("IQueue", dead_letter_queue)[1], own_location(guard.scope)[1]
    if account and not is_late(own):
        guard.check(resource_account, "dead_letter_queue", account, own)
    if isinstance(dead_letter_queue, sqs.Queue):
        policy = cast(sqs.CfnQueue, dead_letter_queue.node.default_child).redrive_allow_policy
        open_ = not isinstance(policy, dict) or policy.get("redrivePermission") == "allowAll"
        guard.check(dead_letters_not_allowed, allowed=open_)
