"""A queue as a trigger of a worker: its checks, and its creation with its mapping and its alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.claims import claimants
from ..core.context import Context
from ..core.execution_role import Statement
from ..core.guard import UNKNOWN, Guard
from ..core.stack_resources import StackResources
from ..function.settings import Settings
from ..rules import defaults, derive
from ..rules.queue import queue_shared
from ..rules.queue_mapping import max_concurrency_above_reserved, queue_twice
from ..template.values import Unknown
from .alarms import watch_failed_events
from .mapping import MappingOptions, MappingSource, create_mapping
from .queue import create_queue
from .queue_checks import QueueFacts, QueueTriggerOptions, facts_of_given, facts_of_new
from .sqs_mapping import SqsPollers, check_sqs_mapping

_ALL_QUEUES: Final = "max_concurrency of all queues"


@dataclass(frozen=True, kw_only=True)
class QueueTrigger:
    """A queue that a worker processes in addition to its first one.

    Args:
        queue: The queue.
        dead_letter_queue: Its dead-letter queue.
        event_source_mapping: The mapping that reads the queue and invokes the alias.
    """

    queue: sqs.IQueue
    dead_letter_queue: sqs.IQueue
    event_source_mapping: lambda_.CfnEventSourceMapping


@dataclass(frozen=True, kw_only=True)
class CheckedQueue:
    """A queue whose options passed all checks."""

    given: sqs.IQueue | None  # the user's queue; None for a new one
    options: QueueTriggerOptions
    facts: QueueFacts  # what is known about it
    mapping: MappingOptions
    pollers: SqsPollers | None  # the provisioned pollers
    # The most invocations that the mapping starts at once; None if nothing limits them
    concurrency: int | Unknown | None

    def create(
        self, scope: Construct, stack: StackResources, settings: Settings
    ) -> tuple[sqs.IQueue, sqs.IQueue, list[Statement]]:
        """Create the queue unless it is given; Lambda polls it with the execution role.

        Returns:
            The queue, its dead-letter queue, and the statements for the role.
        """
        queue, key, statements = self.given, settings.encryption_key, list[Statement]()
        if queue is None:
            queue = create_queue(scope, stack, self.options, self.facts, settings)
        if (self.given or stack.injects) and (queue_key := queue.encryption_master_key) not in (None, key):
            statements.append((["kms:Decrypt"], [queue_key.key_arn]))
        actions = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        statements.append((actions, [ask(queue, "queue_arn")]))
        return queue, self.facts.dead_letter_queue or ask(queue, "dead_letter_queue"), statements

    def connect(
        self, context: Context, queue: sqs.IQueue, dead_letter_queue: sqs.IQueue
    ) -> lambda_.CfnEventSourceMapping:
        """Map the queue to the alias; watch failing messages, dead letters, and waiting messages."""
        pollers = self.pollers
        source = MappingSource(
            arn=ask(queue, "queue_arn"),
            pollers=None if pollers is None else (pollers.minimum, pollers.maximum, None),
            partial_responses=True,
            metrics=["EventCount"],
        )
        mapping = create_mapping(context, source, self.mapping)
        acknowledgements.acknowledge(mapping, acknowledgements.SQS_MAPPING)
        alarms = context.alarms
        watch_failed_events(context, ask(mapping, "ref"))
        if alarms.options.has("dead_letters"):
            alarms.add_dead_letters(dead_letter_queue)
        if alarms.options.has("message_age"):
            threshold = alarms.options.message_age_threshold
            alarms.add(
                "MessageAgeAlarm",
                alarms.queue_metric(queue, "ApproximateAgeOfOldestMessage"),
                self.facts.message_age() if threshold is None else threshold.to_seconds(),
                "Messages wait longer than their retries take: raise the concurrency of the worker",
            )
        return mapping


Processed: TypeAlias = tuple[CheckedQueue, sqs.IQueue]
"""A queue that the worker already processes, and its checks."""


def check_queue_trigger(
    guard: Guard, settings: Settings, given: QueueTriggerOptions, others: Sequence[Processed] = ()
) -> CheckedQueue:
    """Check the queue and the mapping, and compare them with the worker's other queues."""
    window: int | Unknown = defaults.MAX_BATCHING_WINDOW
    if (batching_window := given.get("max_batching_window")) is not None:
        window = guard.seconds("max_batching_window", batching_window)
    queue, name = given.get("queue"), given.get("queue_name")
    if others:
        _check_other(guard, queue, name, others)
    if queue is None:
        facts = facts_of_new(guard, given, settings.waits, window)
    else:
        facts = facts_of_given(guard, queue, given, settings.waits, window)
        if given.get("enabled") is not False:
            guard.check(queue_shared, claimants(guard, "queue", ask(queue, "queue_arn")))
    batch_size, pollers = given.get("batch_size"), given.get("provisioned_pollers")
    mapping = MappingOptions(
        batch_size=defaults.BATCH_SIZE if batch_size is None else batch_size,
        max_batching_window=batching_window,
        max_concurrency=given.get("max_concurrency"),
        filters=given.get("filters") or (),
        enabled=given.get("enabled") is not False,
    )
    reserved = settings.reserved_concurrency
    concurrency = check_sqs_mapping(
        guard, mapping, pollers, fifo=facts.fifo, window=window, reserved_concurrency=reserved
    )
    if reserved is not None:
        limits = [each.concurrency for each, _ in others if each.mapping.enabled]
        taken = _total(limits)
        if concurrency is None:
            default = None if isinstance(taken, Unknown) else derive.mapping_concurrency(reserved, taken)
            mapping = replace(mapping, max_concurrency=default)
            concurrency = UNKNOWN if default is None else guard.integer(default)
        if others and mapping.enabled:
            together = _total([*limits, concurrency])
            guard.check(max_concurrency_above_reserved, together, guard.integer(reserved), option=_ALL_QUEUES)
    return CheckedQueue(
        given=queue, options=given, facts=facts, mapping=mapping, pollers=pollers, concurrency=concurrency
    )


def _check_other(
    guard: Guard, queue: sqs.IQueue | None, name: str | None, others: Sequence[Processed]
) -> None:
    """Check that it is not a queue that the worker already processes."""
    if queue is not None:
        known = [ask(other, "queue_arn") for _, other in others]
        guard.check(queue_twice, queue.node.path, again=ask(queue, "queue_arn") in known)
    elif name is not None:
        guard.check(queue_twice, name, again=name in [other.options.get("queue_name") for other, _ in others])


def _total(limits: Sequence[int | Unknown | None]) -> int | Unknown:
    """The invocations that mappings start at once."""
    known = [each for each in limits if isinstance(each, int)]
    return sum(known) if len(known) == len(limits) else UNKNOWN
