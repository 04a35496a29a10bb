"""StreamConsumer: a function that reads a DynamoDB stream or a Kinesis stream."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Unpack

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.construction import adds, checked
from ..core.execution_role import Statement
from ..core.failure_destination import Destination
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..function.cdk_members import OTHER_DESTINATION, created
from ..function.metrics import MetricOptions
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import Settings, resolve
from ..template.features import EVENT_SOURCE_MAPPING
from .stream import StreamSource
from .stream_trigger import StreamTrigger, StreamTriggerOptions, check_stream_trigger

if TYPE_CHECKING:
    from aws_cdk import aws_kinesis as kinesis


class StreamConsumer(ProductionFunction):
    """Read a stream in order: Lambda discards records that keep failing and continues with the shard.

    Creates what `ProductionFunction` creates, an event source mapping from the stream to the alias with
    partial batch responses and event metrics, a failure queue, and alarms on records that fail, that wait too
    long, that Lambda discards, and that are lost.

    Args:
        source: The DynamoDB table whose stream the function reads, or a Kinesis stream; required. A change
            replaces the mapping, which reads from `starting_position`.
        enhanced_fan_out: Whether the function reads a Kinesis stream with dedicated throughput, through a new
            consumer or the given one; it costs per shard and per GB read. Lambda then drops records that a
            producer aggregated with a different partition key. A change replaces the mapping, which reads
            again from `starting_position`. Default: False
        on_failure: Destination of records that failed on every attempt or became too old. A queue or a topic
            receives the position of the records in the stream, which keeps them until its retention period
            ends; a bucket receives the records themselves. It replaces a new queue, which is kept with its
            messages. Default: a new queue, encrypted, TLS only, 14 days
        starting_position: Where the mapping starts to read; DynamoDB streams do not support AT_TIMESTAMP. AWS
            refuses a change, because it replaces the mapping. Default: StartingPosition.TRIM_HORIZON (LATEST
            misses records that are written while the mapping starts)
        starting_position_timestamp: The time to start from with AT_TIMESTAMP; with a time zone, in the past.
            AWS refuses a change, because it replaces the mapping. Default: none
        batch_size: Records in one invocation; 1 to 10000. Default: 100 (Lambda's own)
        max_batching_window: How long records wait for others; up to 300 seconds. Default: not at all
        bisect_batch_on_error: Whether Lambda splits a failed batch in two and retries each part, to isolate a
            bad record; this does not count as a retry. Default: True
        retry_attempts: Retries after the first attempt; 0 to 10000. With 0, Lambda discards a failed batch at
            once. Throttled invocations do not count: Lambda retries them until the records are too old.
            Default: 3
        max_record_age: Age at which Lambda discards records, processed or not; 60 seconds to 7 days, below
            the retention period of the stream. When the mapping starts, older records go to `on_failure`
            without an attempt. Default: 12 hours, half of the shortest retention period of a stream
        parallelization_factor: Batches of one shard that Lambda processes concurrently, in order by partition
            key; 1 to 10. Default: 1
        tumbling_window: Length of the windows over which the function aggregates state, which it must return;
            up to 900 seconds. Default: none
        filters: Patterns of records to process, created with `FilterCriteria.filter(...)`; Lambda skips other
            records. At most 5; encrypted with `encryption_key` if you pass one. Default: ()
        enabled: Whether the consumer reads; False leaves the records in the stream, which deletes them at the
            end of its retention period. Default: True
        **function: Options of `ProductionFunction`.

    Attributes:
        event_source_mapping: The mapping that reads the stream and invokes the alias.
        stream_consumer: The consumer of the Kinesis stream, with enhanced fan-out.
        failure_queue: The queue of discarded records; not if `on_failure` is another kind of destination.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ("failed_events", "dropped_events", "dead_letters", "iterator_age")
    _TRIGGER: ClassVar[str] = EVENT_SOURCE_MAPPING
    _NO_DEAD_LETTER_CONFIG = acknowledgements.STREAM_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        source: StreamSource,
        enhanced_fan_out: kinesis.StreamConsumer | kinesis.IStreamConsumer | bool | None = None,
        on_failure: Destination | None = None,
        starting_position: lambda_.StartingPosition | None = None,
        starting_position_timestamp: datetime | None = None,
        batch_size: int | None = None,
        max_batching_window: cdk.Duration | None = None,
        bisect_batch_on_error: bool | None = None,
        retry_attempts: int | None = None,
        max_record_age: cdk.Duration | None = None,
        parallelization_factor: int | None = None,
        tumbling_window: cdk.Duration | None = None,
        filters: Sequence[Mapping[str, object]] | None = None,
        enabled: bool | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create the function, the mapping and the failure queue."""
        guard = Guard(scope, construct_id)
        self._settings = settings = resolve(guard, function)
        options = StreamTriggerOptions(
            enhanced_fan_out=enhanced_fan_out,
            on_failure=on_failure,
            starting_position=starting_position,
            starting_position_timestamp=starting_position_timestamp,
            batch_size=batch_size,
            max_batching_window=max_batching_window,
            bisect_batch_on_error=bisect_batch_on_error,
            retry_attempts=retry_attempts,
            max_record_age=max_record_age,
            parallelization_factor=parallelization_factor,
            tumbling_window=tumbling_window,
            filters=filters,
            enabled=enabled,
        )
        self._stream = stream = check_stream_trigger(guard, settings, source, options)
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        stream.allow(context)
        self.event_source_mapping = stream.connect(context, self._consumer)
        self._streams = [stream]
        self._describe_source(stream.failures.queue, self.event_source_mapping)

    @adds
    def add_stream(
        self, construct_id: str, /, *, source: StreamSource, **options: Unpack[StreamTriggerOptions]
    ) -> StreamTrigger:
        """Read another stream, with its own mapping, failure queue and alarms.

        The alarm on its failing records stops a rollout, too. Lambda measures the age of records per
        function: there is a second alarm on it only if its threshold is lower.

        Args:
            construct_id: The id of the construct that contains the resources of this stream.
            source: The DynamoDB table whose stream the function reads, or a Kinesis stream.
            **options: The options of `StreamConsumer` for its stream, with the same defaults, from
                `enhanced_fan_out` to `enabled`.

        Returns:
            The mapping, the failure queue and the consumer.

        Raises:
            ConfigurationError: An option contradicts another or AWS's limits, or the consumer already reads
                the stream; nothing is created.
        """
        guard, settings, others = Guard(self, construct_id), self._settings, self._streams
        stream = check_stream_trigger(guard, settings, source, options, others)
        watched = self._context.alarms.options.has("failed_events")
        if watched:
            self.deployment_group.check_room(guard)
        context = self._context.within(guard, construct_id)
        guard.report(context.scope)
        consumer, statements = stream.create(context.scope, settings)
        mapping = stream.connect(context, consumer, others)
        for actions, resources in statements:
            context.role.allow(actions, resources)
        stream.allow(context, others)
        if watched:
            self.deployment_group.watch(context.scope, context.failed_events_name)
        self.alarms.extend(context.alarms.alarms)
        others.append(stream)
        queue = stream.failures.queue
        self._describe_queue(f"failureQueue:{construct_id}", queue)
        self._resources[f"eventSourceMapping:{construct_id}"] = lambda: str(ask(mapping, "ref"))
        return StreamTrigger(event_source_mapping=mapping, failure_queue=queue, stream_consumer=consumer)

    @property
    def failure_queue(self) -> sqs.IQueue:
        """The failure queue; an AttributeError if `on_failure` is another destination."""
        return created(self._stream.failures.queue, "failure_queue", OTHER_DESTINATION)

    @property
    def stream_consumer(self) -> kinesis.IStreamConsumer:
        """The consumer of the Kinesis stream; an AttributeError without enhanced fan-out."""
        return created(self._consumer, "stream_consumer", "pass enhanced_fan_out=True")

    def metric_iterator_age(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Age of a batch when the function receives it; by default the maximum over 5 minutes."""
        return self._function_metric("IteratorAge", options)

    def _create_source(self, _: StackResources, settings: Settings) -> Sequence[Statement]:
        """Create the consumer and the failure queue; Lambda uses both with the execution role."""
        self._consumer, statements = self._stream.create(self, settings)
        return statements
