"""SqsWorker: a function that processes the messages of an SQS queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Unpack

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.construction import adds, checked
from ..core.execution_role import Statement
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..function.metrics import MetricOptions
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.recursive_loop import allow_recursive_loop, check_recursive_loop
from ..function.settings import Settings, resolve
from ..template.features import EVENT_SOURCE_MAPPING
from .queue_checks import QueueTriggerOptions
from .queue_trigger import Processed, QueueTrigger, check_queue_trigger
from .sqs_mapping import SqsPollers


class SqsWorker(ProductionFunction):
    """Process a queue: only messages that keep failing go to the dead-letter queue, not their whole batch.

    Creates what `ProductionFunction` creates, a queue and its dead-letter queue with one policy that requires
    TLS, an event source mapping from the queue to the alias with partial batch responses and event metrics,
    and alarms on failing events, dead letters and waiting messages.

    Args:
        queue: Queue to process. Another one replaces a new queue, which is kept with its messages. Default: a
            new encrypted one that hides messages for six times the function's timeout, plus the batching
            window
        dead_letter_queue: Queue for messages that keep failing, of the new queue or of an imported `queue`,
            whose own is unknown. It replaces a new one, which is kept with its messages. Default: a new one
            that keeps them for 14 days
        queue_name: Physical name of the new queue; only this queue may then send to its dead-letter queue. A
            change replaces the queue; the old one is kept with its messages. Default: generated
        fifo: Whether the new queue is a FIFO queue. A change replaces both queues; the old ones are kept with
            their messages. Default: False
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
        allow_recursion: Whether the function may send messages to its own queue, such as the next page to
            fetch. Lambda then does not stop loops either. Default: False
        **function: Options of `ProductionFunction`.

    Attributes:
        queue: The queue.
        dead_letter_queue: Its dead-letter queue.
        event_source_mapping: The mapping that reads the queue and invokes the alias.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ("failed_events", "dead_letters", "message_age")
    _TRIGGER: ClassVar[str] = EVENT_SOURCE_MAPPING
    _NO_DEAD_LETTER_CONFIG = acknowledgements.SQS_FUNCTION

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
        allow_recursion: bool | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create the queue, the function and the mapping."""
        guard = Guard(scope, construct_id)
        self._settings = settings = resolve(guard, function)
        options = QueueTriggerOptions(
            queue=queue,
            dead_letter_queue=dead_letter_queue,
            queue_name=queue_name,
            fifo=fifo,
            content_based_deduplication=content_based_deduplication,
            visibility_timeout=visibility_timeout,
            retention_period=retention_period,
            max_receive_count=max_receive_count,
            batch_size=batch_size,
            max_batching_window=max_batching_window,
            max_concurrency=max_concurrency,
            provisioned_pollers=provisioned_pollers,
            filters=filters,
            enabled=enabled,
        )
        self._checked = checked_queue = check_queue_trigger(guard, settings, options)
        if allow_recursion:
            check_recursive_loop(settings)
        super().__init__(scope, construct_id, _settings=settings)

        if allow_recursion:
            allow_recursive_loop(self, settings)
        self.event_source_mapping = checked_queue.connect(self._context, self.queue, self.dead_letter_queue)
        self._processed: list[Processed] = [(checked_queue, self.queue)]
        self._describe_queue("queue", self.queue)
        self._describe_queue("deadLetterQueue", self.dead_letter_queue)
        self._describe_source(None, self.event_source_mapping)

    @adds
    def add_queue(self, construct_id: str, /, **options: Unpack[QueueTriggerOptions]) -> QueueTrigger:
        """Process another queue, with its own dead-letter queue, mapping and alarms.

        The alarm on its failing events stops a rollout, too. Each queue has its own maximum concurrency;
        together they start at most as many invocations as `reserved_concurrency`.

        Args:
            construct_id: The id of the construct that contains the resources of this queue.
            **options: The options of `SqsWorker` for its queue, with the same defaults, from `queue` to
                `enabled`. The default of `max_concurrency` is what the other queues leave of
                `reserved_concurrency`.

        Returns:
            The queue, its dead-letter queue and its mapping.

        Raises:
            ConfigurationError: An option contradicts another or AWS's limits, or the worker already processes
                the queue; nothing is created.
        """
        guard, worker, settings = Guard(self, construct_id), self._context, self._settings
        checked_queue = check_queue_trigger(guard, settings, options, self._processed)
        watched = worker.alarms.options.has("failed_events")
        if watched:
            self.deployment_group.check_room(guard)
        context = worker.within(guard, construct_id)
        guard.report(context.scope)
        queue, dead_letter_queue, statements = checked_queue.create(context.scope, context.stack, settings)
        mapping = checked_queue.connect(context, queue, dead_letter_queue)
        for actions, resources in statements:
            worker.role.allow(actions, resources)
        if watched:
            self.deployment_group.watch(context.scope, context.failed_events_name)
        self.alarms.extend(context.alarms.alarms)
        self._processed.append((checked_queue, queue))
        self._describe_queue(f"queue:{construct_id}", queue)
        self._describe_queue(f"deadLetterQueue:{construct_id}", dead_letter_queue)
        self._resources[f"eventSourceMapping:{construct_id}"] = lambda: str(ask(mapping, "ref"))
        return QueueTrigger(queue=queue, dead_letter_queue=dead_letter_queue, event_source_mapping=mapping)

    def metric_message_age(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Age of the oldest message in the queue; by default the maximum over 5 minutes."""
        self._check_metric(options)
        return self.queue.metric_approximate_age_of_oldest_message(**options)

    def _create_source(self, stack: StackResources, settings: Settings) -> Sequence[Statement]:
        """Create the queue unless it is given; Lambda polls it with the execution role."""
        queue, dead_letter_queue, statements = self._checked.create(self, stack, settings)
        self.queue: sqs.IQueue = queue
        self.dead_letter_queue: sqs.IQueue = dead_letter_queue
        return statements
