"""StreamConsumer: a function that reads a DynamoDB stream or a Kinesis stream."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, Unpack, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask, seconds
from ..core.claims import claimants
from ..core.construction import checked
from ..core.execution_role import Statement
from ..core.failure_destination import Destination, FailureDestination
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..function.cdk_members import MetricOptions, created
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import Settings, resolve
from ..rules import defaults
from ..rules.claims import table_readers
from .alarms import check_iterator_age, watch_iterator_age, watch_records
from .mapping import MappingOptions, Source, create_mapping
from .mapping_checks import check_batches, check_position, check_retries
from .stream import (
    StreamSource,
    allow_listing,
    check_record_age,
    check_shards,
    create_consumer,
    read_statements,
    read_stream,
)

if TYPE_CHECKING:
    from aws_cdk import aws_kinesis as kinesis

_ON_FAILURE: Final = ("queue", "topic", "bucket")


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
    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.STREAM_FUNCTION

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
        settings = resolve(guard, function)
        facts = read_stream(guard, source, fan_out=enhanced_fan_out not in (None, False))
        self._failures = FailureDestination(guard, on_failure, _ON_FAILURE, settings.removal_policy)
        position = starting_position or lambda_.StartingPosition.TRIM_HORIZON
        factor = 1 if parallelization_factor is None else parallelization_factor
        options = MappingOptions(
            batch_size=defaults.STREAM_BATCH_SIZE if batch_size is None else batch_size,
            max_batching_window=max_batching_window,
            filters=filters or (),
            enabled=enabled is not False,
            starting_position=position,
            starting_position_timestamp=starting_position_timestamp,
            bisect_batch_on_error=bisect_batch_on_error is not False,
            retry_attempts=defaults.STREAM_RETRY_ATTEMPTS if retry_attempts is None else retry_attempts,
            max_record_age=max_record_age or seconds(defaults.MAX_RECORD_AGE),
            parallelization_factor=factor,
            tumbling_window=tumbling_window,
        )
        check_batches(guard, options, "kinesis" if facts.kinesis else "table")
        check_position(guard, position, starting_position_timestamp, by_time=facts.kinesis)
        if options.enabled and not facts.kinesis:
            guard.check(table_readers, claimants(guard, "table", facts.arn))
        age = check_retries(guard, options)
        check_record_age(guard, age, facts.retention)
        check_shards(guard, factor, tumbling_window, settings.reserved_concurrency)
        alarm_age = check_iterator_age(guard, settings.alarms, age)
        self._stream, self._facts, self._fan_out = source, facts, enhanced_fan_out
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        if not facts.kinesis:
            allow_listing(context)
        self.event_source_mapping = create_mapping(
            context,
            Source(
                arn=facts.arn if self._consumer is None else self._consumer.stream_consumer_arn,
                on_failure=self._failures.arn(context),
                partial_responses=True,
                metrics=["EventCount"],
            ),
            options,
        )
        watch_records(context, ask(self.event_source_mapping, "ref"), self._failures.queue)
        watch_iterator_age(context, alarm_age)
        self._describe_source(self._failures.queue, self.event_source_mapping)

    @property
    def failure_queue(self) -> sqs.IQueue:
        """The failure queue; an AttributeError if `on_failure` is another destination."""
        return self._failures.existing_queue()

    @property
    def stream_consumer(self) -> kinesis.IStreamConsumer:
        """The consumer of the Kinesis stream; an AttributeError without enhanced fan-out."""
        return created(self._consumer, "stream_consumer", "pass enhanced_fan_out=True")

    def metric_iterator_age(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Age of a batch when the function receives it; by default the maximum over 5 minutes."""
        return self._function_metric("IteratorAge", options)

    def _create_source(self, _: StackResources, settings: Settings) -> Sequence[Statement]:
        """Create the consumer and the failure queue; Lambda uses both with the execution role."""
        self._consumer = None if isinstance(self._fan_out, bool) else self._fan_out
        if self._fan_out is True:
            self._consumer = create_consumer(self, cast("kinesis.IStream", self._stream))
        delivery = self._failures.create(self, settings.encryption_key)
        return [*read_statements(self._facts, self._consumer), *delivery]
