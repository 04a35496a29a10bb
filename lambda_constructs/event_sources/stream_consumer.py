"""StreamConsumer: the stream of a table or a Kinesis stream, and the function that reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final, Unpack

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.alarms import Alarms
from ..core.execution_role import streams_policy
from ..core.failure_destination import (
    Destination,
    allow_delivery,
    as_queue,
    check_destination,
    create_failure_queue,
    existing,
)
from ..core.guard import Guard
from ..core.option_types import checked
from ..core.stack_resources import seconds
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..rules import defaults, derive
from .alarms import check_iterator_age, watch_iterator_age, watch_mapping
from .mapping import (
    Source,
    SourceOptions,
    check_batches,
    check_position,
    check_retries,
    create_source_mapping,
)
from .stream import (
    allow_reading,
    check_record_age,
    check_shards,
    check_stream,
    resolve_consumer,
)

_ON_FAILURE: Final = ("queue", "topic", "bucket")


class StreamConsumer(ProductionFunction):
    """Read a stream in order: a record that keeps failing is set aside, the rest of its shard goes on.

    Creates what `ProductionFunction` creates, a mapping of the stream to the alias with partial batch
    responses and event metrics, a queue of what failed for good, and alarms on failing records, on records
    that wait, that failed for good and that were lost.

    Args:
        table: Table whose stream is read. Default: none, a Kinesis stream is read
        stream: Kinesis stream to read. Default: none, the stream of a table is read
        enhanced_fan_out: Whether a Kinesis stream is read with a throughput of its own, by a new consumer or
            by the given one; it costs by shard and by what is read. Records that a producer aggregated under
            another partition key than their own are then dropped by Lambda and get nowhere. Default: False
        on_failure: Destination of what failed on every attempt or got too old. A queue or a topic is told
            where in the stream the records are, which keeps them until its retention ends; a bucket keeps the
            records themselves. Default: an own queue, encrypted, TLS only, 14 days
        starting_position: Where reading starts at first; a table's stream has no AT_TIMESTAMP. Default:
            StartingPosition.TRIM_HORIZON (LATEST misses what is written while the mapping starts)
        starting_position_timestamp: The time to start from with AT_TIMESTAMP; with a time zone, in the past.
            Default: none
        batch_size: Records in one invocation; 1 to 10000. Default: 100 (Lambda's own)
        max_batching_window: How long records wait for others; up to 300 seconds. Default: not at all
        bisect_batch_on_error: Whether a batch on which the function raised is halved until the bad record
            stands alone; this costs no retry. Default: True
        retry_attempts: Attempts after the first; 0 to 10000. With 0 a batch that failed is given up at once.
            Throttles are no attempts: what is throttled is retried until it is too old. Default: 3
        max_record_age: Age at which records are given up, tried or not; 60 seconds to 7 days, below the
            retention of the stream. Records that are older when a stream is first read go to `on_failure`
            untried. Default: 12 hours, half of the least retention of a stream
        parallelization_factor: Batches of one shard that are worked on at once, in order by key; 1 to 10.
            Default: 1
        tumbling_window: Length of windows over which the function aggregates a state, which it then must
            return; up to 900 seconds. Default: none
        filters: Patterns of records to take, as `FilterCriteria.filter(...)` makes them; the rest is
            skipped. At most 5; encrypted if there is an `encryption_key`. Default: ()
        enabled: Whether the consumer reads; False leaves the records in the stream, which deletes them at the
            end of its retention. Default: True
        **function: Options of `ProductionFunction`.

    Attributes:
        event_source_mapping: What reads the stream and invokes the alias.
        stream_consumer: The consumer of the Kinesis stream, with enhanced fan-out.
        failure_queue: The queue of what failed, unless there is another destination.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _NAMED_ALARMS: ClassVar[Mapping[str, str]] = {"failed_events": "FailedEvents"}
    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.STREAM_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        table: dynamodb.ITable | None = None,
        stream: kinesis.IStream | None = None,
        enhanced_fan_out: kinesis.IStreamConsumer | bool = False,
        on_failure: Destination | None = None,
        starting_position: lambda_.StartingPosition = lambda_.StartingPosition.TRIM_HORIZON,
        starting_position_timestamp: datetime | None = None,
        batch_size: int = defaults.STREAM_BATCH_SIZE,
        max_batching_window: cdk.Duration | None = None,
        bisect_batch_on_error: bool = True,
        retry_attempts: int = defaults.STREAM_RETRY_ATTEMPTS,
        max_record_age: cdk.Duration | None = None,
        parallelization_factor: int = 1,
        tumbling_window: cdk.Duration | None = None,
        filters: Sequence[Mapping[str, object]] = (),
        enabled: bool = True,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create function, mapping and failure queue."""
        guard = Guard(scope, construct_id)
        facts = check_stream(guard, table=table, stream=stream, enhanced_fan_out=enhanced_fan_out)
        check_destination(guard, "on_failure", on_failure, _ON_FAILURE)
        options = SourceOptions(
            batch_size=batch_size,
            max_batching_window=max_batching_window,
            filters=filters,
            enabled=enabled,
            starting_position=starting_position,
            starting_position_timestamp=starting_position_timestamp,
            bisect_batch_on_error=bisect_batch_on_error,
            retry_attempts=retry_attempts,
            max_record_age=max_record_age or seconds(defaults.MAX_RECORD_AGE),
            parallelization_factor=parallelization_factor,
            tumbling_window=tumbling_window,
        )
        check_batches(guard, options)
        check_position(guard, starting_position, starting_position_timestamp, by_time=facts.by_time)
        age = check_retries(guard, options)
        check_record_age(guard, age, facts.retention)
        check_shards(guard, parallelization_factor, tumbling_window, function.get("reserved_concurrency"))
        alarms = function.get("alarms", Alarms())
        alarm_age = check_iterator_age(guard, alarms, age)
        super().__init__(scope, construct_id, **function)
        guard.report(self)

        encryption_key = function.get("encryption_key")
        self._failure_queue = as_queue(on_failure)
        if on_failure is None:
            on_failure = self._failure_queue = create_failure_queue(self, encryption_key)
        self.stream_consumer = resolve_consumer(self, stream, enhanced_fan_out=enhanced_fan_out)
        allow_reading(self._execution_role, facts, self.stream_consumer)
        if table is not None:
            self._execution_role.attach(streams_policy(self._shared))
        self.event_source_mapping = create_source_mapping(
            self,
            guard,
            self.alias,
            Source(
                arn=facts.arn if self.stream_consumer is None else self.stream_consumer.stream_consumer_arn,
                on_failure=allow_delivery(self._execution_role, on_failure),
                partial_responses=True,
                metrics=["EventCount"],
            ),
            options=options,
            key=encryption_key,
        )
        self._execution_role.must_precede(self.event_source_mapping)
        mapping = self.event_source_mapping.ref
        watch_mapping(
            self._alarms,
            alarms,
            mapping,
            self._failure_queue,
            percentage=derive.failed_events_percentage(self._rollout_plan),
            name=self._alarm_name("FailedEvents"),
        )
        if alarms.iterator_age:
            watch_iterator_age(self._alarms, self._names["FunctionName"], alarm_age)

    @property
    def failure_queue(self) -> sqs.IQueue:
        """The queue of what failed.

        Raises:
            AttributeError: There is none; `on_failure` is another destination.
        """
        return existing(self._failure_queue)
