"""SqsWorker: a queue, and a function that works it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Unpack

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.alarms import Alarms
from ..core.guard import Guard, Unknown
from ..core.option_types import checked
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import timeout_of
from ..rules import defaults, derive
from .queue import QueueFacts, QueueOptions, create_queue, facts_of_given, facts_of_new
from .sqs_mapping import MappingOptions, SqsPollers, check_mapping, create_mapping


class SqsWorker(ProductionFunction):
    """Work off a queue: messages that keep failing become dead letters, the rest of their batch does not.

    Creates what `ProductionFunction` creates, a queue and its dead-letter queue with one policy that
    demands TLS, a mapping of the queue to the alias with partial batch responses and event metrics, and
    alarms on failing events, dead letters and waiting messages.

    Args:
        queue: Queue to work off. Default: a new encrypted one that hides messages for six times the
            function's timeout, plus the batching window
        dead_letter_queue: Where messages go that keep failing: of the new queue, or of an imported `queue`
            that cannot tell. Default: a new one that keeps them for 14 days
        queue_name: Physical name of the new queue; it then is the only one that may send to its
            dead-letter queue. Default: generated
        fifo: Whether the new queue is a FIFO queue. Default: False
        content_based_deduplication: Whether a new FIFO queue tells duplicates by their content.
            Default: False
        visibility_timeout: How long the new queue hides a delivered message, or how long an imported
            `queue` does, which cannot tell; at least six times the timeout plus the batching window.
            Default: just that
        retention_period: How long the new queue keeps messages; below that of its dead-letter queue.
            Default: 4 days
        max_receive_count: Deliveries from the new queue before a message is a dead letter; 3 to 1000.
            Default: 5 (throttled deliveries count too)
        batch_size: Messages in one invocation; 1 to 10, to 10000 with `max_batching_window`. Default: 10
        max_batching_window: How long messages wait for others; up to 300 seconds. Default: not at all
        max_concurrency: Invocations at once; 2 to 1000. Default: `reserved_concurrency` if that is
            set, else Lambda's own scaling
        provisioned_pollers: Pollers that are always there, instead of `max_concurrency`. Default: none
        filters: Patterns of messages to take, as `FilterCriteria.filter(...)` makes them; the rest is
            deleted. At most 5. Default: ()
        enabled: Whether the worker takes messages; False leaves them in the queue. Default: True
        **function: Options of `ProductionFunction`.

    Attributes:
        queue: The queue.
        dead_letter_queue: Its dead-letter queue.
        event_source_mapping: What reads the queue and invokes the alias.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _NAMED_ALARMS: ClassVar[Mapping[str, str]] = {"failed_events": "FailedEvents"}
    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.SQS_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        queue: sqs.IQueue | None = None,
        dead_letter_queue: sqs.IQueue | None = None,
        queue_name: str | None = None,
        fifo: bool = False,
        content_based_deduplication: bool = False,
        visibility_timeout: cdk.Duration | None = None,
        retention_period: cdk.Duration | None = None,
        max_receive_count: int | None = None,
        batch_size: int = defaults.BATCH_SIZE,
        max_batching_window: cdk.Duration | None = None,
        max_concurrency: int | None = None,
        provisioned_pollers: SqsPollers | None = None,
        filters: Sequence[Mapping[str, object]] = (),
        enabled: bool = True,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create queue, function and mapping."""
        guard = Guard(scope, construct_id)
        timeout: int | Unknown = defaults.TIMEOUT
        if (given_timeout := timeout_of(function.get("timeout"))) is not None:
            timeout = guard.seconds("timeout", given_timeout)
        window: int | Unknown = defaults.MAX_BATCHING_WINDOW
        if max_batching_window is not None:
            window = guard.seconds("max_batching_window", max_batching_window)
        reserved_concurrency = function.get("reserved_concurrency")
        options = QueueOptions(
            queue_name=queue_name,
            fifo=fifo,
            content_based_deduplication=content_based_deduplication,
            visibility_timeout=visibility_timeout,
            retention_period=retention_period,
            max_receive_count=max_receive_count,
            dead_letter_queue=dead_letter_queue,
        )
        if queue is None:
            facts = facts_of_new(guard, options, timeout, window)
        else:
            facts = facts_of_given(guard, queue, options, timeout, window)
        mapping = MappingOptions(
            batch_size=batch_size,
            max_batching_window=max_batching_window,
            max_concurrency=max_concurrency,
            provisioned_pollers=provisioned_pollers,
            filters=filters,
            enabled=enabled,
        )
        check_mapping(
            guard,
            mapping,
            fifo=facts.fifo,
            window=window,
            reserved_concurrency=reserved_concurrency,
        )
        super().__init__(scope, construct_id, **function)
        guard.report(self)

        encryption_key = function.get("encryption_key")
        dead_letter_queue = facts.dead_letter_queue
        if queue is None or dead_letter_queue is None:
            queue, dead_letter_queue = create_queue(self, self._shared, options, facts, encryption_key)
        elif (queue_key := queue.encryption_master_key) not in (None, encryption_key):
            self._execution_role.allow(["kms:Decrypt"], [queue_key.key_arn])
        self.queue = queue
        self.dead_letter_queue = dead_letter_queue
        queue_arn = queue.queue_arn
        self._execution_role.allow(
            ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], [queue_arn]
        )
        self.event_source_mapping = create_mapping(self, queue_arn, self.alias, mapping, reserved_concurrency)
        self._execution_role.must_precede(self.event_source_mapping)
        self._add_queue_alarms(function.get("alarms", Alarms()), facts)

    def _add_queue_alarms(self, alarms: Alarms, facts: QueueFacts) -> None:
        if alarms.failed_events:
            self._alarms.add_failed_events(
                self.event_source_mapping.ref,
                alarms.failed_events_percentage or derive.failed_events_percentage(self._rollout_plan),
                self._alarm_name("FailedEvents"),
            )
        if alarms.dead_letters:
            self._alarms.add_dead_letters(self.dead_letter_queue)
        if alarms.message_age:
            threshold: float = facts.message_age()
            if alarms.message_age_threshold is not None:
                threshold = alarms.message_age_threshold.to_seconds()
            self._alarms.add(
                "MessageAgeAlarm",
                self._alarms.queue_metric(self.queue, "ApproximateAgeOfOldestMessage"),
                threshold,
                "Messages wait longer than their retries take: the worker does not keep up",
            )
