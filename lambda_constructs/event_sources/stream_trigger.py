"""A stream as a trigger of a consumer: its checks, and its creation with its mapping and its alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias, TypedDict, cast

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core.cdk_objects import ask, seconds
from ..core.claims import claimants
from ..core.context import Context
from ..core.execution_role import Statement
from ..core.failure_destination import Destination, FailureDestination
from ..core.guard import Guard
from ..function.settings import Settings
from ..rules import defaults
from ..rules.claims import TABLE_READERS_MAXIMUM, table_readers
from ..rules.stream import stream_twice
from .alarms import check_iterator_age, watch_iterator_age, watch_records
from .mapping import MappingOptions, MappingSource, create_mapping
from .mapping_checks import ON_FAILURE, check_batches, check_position, check_retries
from .stream import (
    StreamFacts,
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

_READERS_WARNED: Final = TABLE_READERS_MAXIMUM + 1  # the warning is not repeated for each further reader
FanOut: TypeAlias = "kinesis.StreamConsumer | kinesis.IStreamConsumer | bool | None"


class StreamTriggerOptions(TypedDict, total=False):
    """The options of a stream and of its mapping, as `StreamConsumer` documents them."""

    enhanced_fan_out: kinesis.StreamConsumer | kinesis.IStreamConsumer | bool | None
    on_failure: Destination | None
    starting_position: lambda_.StartingPosition | None
    starting_position_timestamp: datetime | None
    batch_size: int | None
    max_batching_window: cdk.Duration | None
    bisect_batch_on_error: bool | None
    retry_attempts: int | None
    max_record_age: cdk.Duration | None
    parallelization_factor: int | None
    tumbling_window: cdk.Duration | None
    filters: Sequence[Mapping[str, object]] | None
    enabled: bool | None


@dataclass(frozen=True, kw_only=True)
class StreamTrigger:
    """A stream that a consumer reads in addition to its first one.

    Args:
        event_source_mapping: The mapping that reads the stream and invokes the alias.
        failure_queue: The queue of discarded records; None if `on_failure` is another kind of destination.
        stream_consumer: The consumer of the Kinesis stream; None without enhanced fan-out.
    """

    event_source_mapping: lambda_.CfnEventSourceMapping
    failure_queue: sqs.IQueue | None
    stream_consumer: kinesis.IStreamConsumer | None


@dataclass(frozen=True, kw_only=True)
class CheckedStream:
    """A stream whose options passed all checks."""

    source: StreamSource  # the table or the stream
    facts: StreamFacts  # what is known about its stream
    fan_out: FanOut  # the consumer, or whether to create one
    failures: FailureDestination  # the destination of discarded records
    mapping: MappingOptions
    alarm_age: float  # seconds of age of a record at which the alarm fires

    def create(
        self, scope: Construct, settings: Settings
    ) -> tuple[kinesis.IStreamConsumer | None, list[Statement]]:
        """Create the consumer and the failure queue; returns the consumer, and statements for the role."""
        consumer = None if isinstance(self.fan_out, bool) else self.fan_out
        if self.fan_out is True:
            consumer = create_consumer(scope, cast("kinesis.IStream", self.source))
        delivery = self.failures.create(scope, settings.encryption_key)
        return consumer, [*read_statements(self.facts, consumer), *delivery]

    def connect(
        self,
        context: Context,
        consumer: kinesis.IStreamConsumer | None,
        others: Sequence[CheckedStream] = (),
    ) -> lambda_.CfnEventSourceMapping:
        """Map the stream to the alias; watch failing, discarded, lost and waiting records.

        Lambda measures the age of records by function, so the alarm with the lowest threshold is enough.
        """
        source = MappingSource(
            arn=self.facts.arn if consumer is None else consumer.stream_consumer_arn,
            on_failure=self.failures.target,
            partial_responses=True,
            metrics=["EventCount"],
        )
        mapping = create_mapping(context, source, self.mapping)
        watch_records(context, ask(mapping, "ref"), self.failures.queue)
        if self.alarm_age < min((each.alarm_age for each in others), default=float("inf")):
            watch_iterator_age(context, self.alarm_age)
        return mapping

    def allow(self, context: Context, others: Sequence[CheckedStream] = ()) -> None:
        """Let the execution role list the streams of tables, and write to a given destination."""
        if not any(each.facts.kinesis is False for each in others) and not self.facts.kinesis:
            allow_listing(context)
        self.failures.allow(context)


def check_stream_trigger(
    guard: Guard,
    settings: Settings,
    source: StreamSource,
    given: StreamTriggerOptions,
    others: Sequence[CheckedStream] = (),
) -> CheckedStream:
    """Check the stream and the mapping, and compare them with the consumer's other streams."""
    fan_out = given.get("enhanced_fan_out")
    facts = read_stream(guard, source, fan_out=fan_out not in (None, False))
    guard.check(stream_twice, source.node.path, again=facts.arn in [each.facts.arn for each in others])
    failures = FailureDestination(guard, given.get("on_failure"), ON_FAILURE, settings.removal_policy)
    batch_size, retries = given.get("batch_size"), given.get("retry_attempts")
    factor = given.get("parallelization_factor")
    position = given.get("starting_position") or lambda_.StartingPosition.TRIM_HORIZON
    timestamp = given.get("starting_position_timestamp")
    mapping = MappingOptions(
        batch_size=defaults.STREAM_BATCH_SIZE if batch_size is None else batch_size,
        max_batching_window=given.get("max_batching_window"),
        filters=given.get("filters") or (),
        enabled=given.get("enabled") is not False,
        starting_position=position,
        starting_position_timestamp=timestamp,
        bisect_batch_on_error=given.get("bisect_batch_on_error") is not False,
        retry_attempts=defaults.STREAM_RETRY_ATTEMPTS if retries is None else retries,
        max_record_age=given.get("max_record_age") or seconds(defaults.MAX_RECORD_AGE),
        parallelization_factor=1 if factor is None else factor,
        tumbling_window=given.get("tumbling_window"),
    )
    check_batches(guard, mapping, "kinesis" if facts.kinesis else "table")
    check_position(guard, position, timestamp, by_time=facts.kinesis)
    if mapping.enabled and not facts.kinesis:
        readers = claimants(guard, "table", facts.arn, limit=_READERS_WARNED)
        if len(readers) == _READERS_WARNED:
            guard.check(table_readers, readers)
    age = check_retries(guard, mapping)
    check_record_age(guard, age, facts.retention)
    check_shards(guard, mapping, settings.reserved_concurrency, [each.mapping for each in others])
    return CheckedStream(
        source=source,
        facts=facts,
        fan_out=fan_out,
        failures=failures,
        mapping=mapping,
        alarm_age=check_iterator_age(guard, settings.alarms, age),
    )
