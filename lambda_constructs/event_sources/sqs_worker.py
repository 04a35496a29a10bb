"""SqsWorker: a function that processes the messages of an SQS queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Unpack

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.claims import claimants
from ..core.construction import checked
from ..core.execution_role import Statement
from ..core.guard import Guard, Unknown
from ..core.stack_resources import StackResources
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import Settings, resolve
from ..rules import defaults, derive
from ..rules.queue import queue_shared
from .alarms import watch_failed_events
from .mapping import MappingOptions, Source, create_mapping
from .queue import create_queue
from .queue_checks import QueueOptions, facts_of_given, facts_of_new
from .sqs_mapping import SqsPollers, check_sqs_mapping


class SqsWorker(ProductionFunction):
    """Process a queue: only messages that keep failing go to the dead-letter queue, not their whole batch.

    Creates what `ProductionFunction` creates, a queue and its dead-letter queue with one policy that requires
    TLS, an event source mapping from the queue to the alias with partial batch responses and event metrics,
    and alarms on failing events, dead letters and waiting messages.

    Args:
        queue: Queue to process. Default: a new encrypted one that hides messages for six times the function's
            timeout, plus the batching window
        dead_letter_queue: Queue for messages that keep failing, of the new queue or of an imported `queue`,
            whose own is unknown. Default: a new one that keeps them for 14 days
        queue_name: Physical name of the new queue; only this queue may then send to its dead-letter queue.
            Default: generated
        fifo: Whether the new queue is a FIFO queue. Default: False
        content_based_deduplication: Whether a new FIFO queue detects duplicates by their content. Default:
            False
        visibility_timeout: How long the new queue hides a delivered message, or how long an imported `queue`
            does, because its own timeout is unknown; at least six times the timeout plus the batching window.
            Default: the minimum
        retention_period: How long the new queue keeps messages; shorter than its dead-letter queue does.
            Default: 4 days
        max_receive_count: Deliveries before the new queue moves a message to its dead-letter queue; 3 to
            1000. Default: 5 (throttled deliveries count too)
        batch_size: Messages in one invocation; 1 to 10, to 10000 with `max_batching_window`. Default: 10
        max_batching_window: How long messages wait for others; up to 300 seconds. Default: not at all
        max_concurrency: Concurrent invocations; 2 to 1000. Default: `reserved_concurrency` if that is set,
            else Lambda's own scaling
        provisioned_pollers: Pollers that are always running, instead of `max_concurrency`. Default: none
        filters: Patterns of messages to process, created with `FilterCriteria.filter(...)`; Lambda deletes
            other messages. At most 5; encrypted if there is an `encryption_key`. Default: ()
        enabled: Whether the worker reads; False leaves the messages in the queue. Default: True
        **function: Options of `ProductionFunction`.

    Attributes:
        queue: The queue.
        dead_letter_queue: Its dead-letter queue.
        event_source_mapping: The mapping that reads the queue and invokes the alias.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ("failed_events", "dead_letters", "message_age")
    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.SQS_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        queue: sqs.Queue | sqs.IQueue | None = None,
        dead_letter_queue: sqs.Queue | sqs.IQueue | None = None,
        queue_name: str | None = None,
        fifo: bool | None = None,
        content_based_deduplication: bool | None = None,
        visibility_timeout: cdk.Duration | None = None,
        retention_period: cdk.Duration | None = None,
        max_receive_count: int | None = None,
        batch_size: int | None = None,
        max_batching_window: cdk.Duration | None = None,
        max_concurrency: int | None = None,
        provisioned_pollers: SqsPollers | None = None,
        filters: Sequence[Mapping[str, object]] | None = None,
        enabled: bool | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create the queue, the function and the mapping."""
        guard = Guard(scope, construct_id)
        settings = resolve(guard, function)
        reserved = settings.reserved_concurrency
        window: int | Unknown = defaults.MAX_BATCHING_WINDOW
        if max_batching_window is not None:
            window = guard.seconds("max_batching_window", max_batching_window)
        queue_options = QueueOptions(
            queue_name=queue_name,
            fifo=fifo,
            content_based_deduplication=content_based_deduplication,
            visibility_timeout=visibility_timeout,
            retention_period=retention_period,
            max_receive_count=max_receive_count,
            dead_letter_queue=dead_letter_queue,
        )
        if queue is None:
            facts = facts_of_new(guard, queue_options, settings.duration, window)
        else:
            facts = facts_of_given(guard, queue, queue_options, settings.duration, window)
            if enabled is not False:
                guard.check(queue_shared, claimants(guard, "queue", ask(queue, "queue_arn")))
        options = MappingOptions(
            batch_size=defaults.BATCH_SIZE if batch_size is None else batch_size,
            max_batching_window=max_batching_window,
            max_concurrency=max_concurrency,
            filters=filters or (),
            enabled=enabled is not False,
        )
        check_sqs_mapping(
            guard,
            options,
            provisioned_pollers,
            fifo=facts.fifo,
            window=window,
            reserved_concurrency=reserved,
        )
        self._given_queue, self._queue_options, self._queue_facts = queue, queue_options, facts
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        source = Source(
            arn=ask(self.queue, "queue_arn"),
            pollers=_limits(provisioned_pollers),
            partial_responses=True,
            metrics=["EventCount"],
        )
        if max_concurrency is None and provisioned_pollers is None:
            options = replace(options, max_concurrency=derive.mapping_concurrency(reserved))
        self.event_source_mapping = create_mapping(context, source, options)
        acknowledgements.acknowledge(
            self.event_source_mapping,
            acknowledgements.SQS_MAPPING,
            acknowledgements.MAPPING_WITHOUT_DESTINATION,
        )
        self._watch_queue()
        self._describe_queue("queue", self.queue)
        self._describe_queue("deadLetterQueue", self.dead_letter_queue)
        self._describe_source(None, self.event_source_mapping)

    def _create_source(self, stack: StackResources, settings: Settings) -> Sequence[Statement]:
        """Create the queue unless it is given; Lambda polls it with the execution role."""
        queue, facts, key = self._given_queue, self._queue_facts, settings.encryption_key
        statements: list[Statement] = []
        if queue is None:
            queue = create_queue(self, stack, self._queue_options, facts, settings)
        elif (queue_key := queue.encryption_master_key) not in (None, key):
            statements.append((["kms:Decrypt"], [queue_key.key_arn]))
        self.queue: sqs.IQueue = queue
        self.dead_letter_queue: sqs.IQueue = facts.dead_letter_queue or ask(queue, "dead_letter_queue")
        actions = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        return [*statements, (actions, [ask(queue, "queue_arn")])]

    def _watch_queue(self) -> None:
        """Watch failing messages, dead letters, and waiting messages."""
        alarms = self._context.alarms
        watch_failed_events(self._context, ask(self.event_source_mapping, "ref"))
        if alarms.options.has("dead_letters"):
            alarms.add_dead_letters(self.dead_letter_queue)
        if alarms.options.has("message_age"):
            threshold = alarms.options.message_age_threshold
            alarms.add(
                "MessageAgeAlarm",
                alarms.queue_metric(self.queue, "ApproximateAgeOfOldestMessage"),
                self._queue_facts.message_age() if threshold is None else threshold.to_seconds(),
                "Messages wait longer than their retries take: the worker does not keep up",
            )


def _limits(pollers: SqsPollers | None) -> tuple[int, int, None] | None:
    return None if pollers is None else (pollers.minimum, pollers.maximum, None)
