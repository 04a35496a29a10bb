"""What a stream consumer reads: the stream of a table, or a Kinesis stream, perhaps with enhanced fan-out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from constructs import Construct

from ..core.guard import UNKNOWN, Guard, Unknown
from ..rules.ranges_mapping import parallelization_range, tumbling_window_range
from ..rules.record_age import STREAM_RETENTION, record_age_above_retention, record_age_equals_retention
from ..rules.stream import (
    STREAM_CONSUMER_NAME_MAXIMUM,
    fan_out_without_stream,
    parallelization_above_reserved,
    stream_source,
    table_without_stream,
)

if TYPE_CHECKING:
    from ..core.execution_role import ExecutionRole


@dataclass(frozen=True, kw_only=True)
class StreamFacts:
    """A stream in plain values.

    Attributes:
        arn: Its ARN.
        retention: Seconds that it keeps records.
        key: What encrypts it, unless that is a key of AWS.
        by_time: Whether it can be read from a point in time on; only Kinesis streams can.
    """

    arn: str
    retention: int | Unknown
    key: kms.IKey | None
    by_time: bool


def check_stream(
    guard: Guard,
    *,
    table: dynamodb.ITable | None,
    stream: kinesis.IStream | None,
    enhanced_fan_out: kinesis.IStreamConsumer | bool,
) -> StreamFacts:
    """Check that there is one stream to read, and read what it tells."""
    guard.check(stream_source, table=table is not None, stream=stream is not None)
    if not isinstance(enhanced_fan_out, bool) and not hasattr(enhanced_fan_out, "stream_consumer_arn"):
        guard.refuse_type("enhanced_fan_out", enhanced_fan_out, "True, False or a Kinesis StreamConsumer")
    if enhanced_fan_out is not False:
        guard.check(fan_out_without_stream, stream=stream is not None)
    if table is not None:
        return _facts_of_table(guard, table)
    if not hasattr(stream, "stream_arn"):
        guard.refuse_type("stream", stream, "a Kinesis stream")
    stream = cast(kinesis.IStream, stream)
    return StreamFacts(
        arn=stream.stream_arn, retention=_retention(stream), key=stream.encryption_key, by_time=True
    )


def _facts_of_table(guard: Guard, table: dynamodb.ITable) -> StreamFacts:
    if not hasattr(table, "table_stream_arn"):
        guard.refuse_type("table", table, "a DynamoDB table")
    arn = table.table_stream_arn
    if arn is None:
        guard.refuse(table_without_stream, table.node.path)
    return StreamFacts(arn=arn, retention=STREAM_RETENTION, key=table.encryption_key, by_time=False)


def _retention(stream: kinesis.IStream) -> int | Unknown:
    """Seconds that a Kinesis stream keeps records; one from elsewhere does not tell."""
    if not isinstance(stream, kinesis.Stream):
        return UNKNOWN
    hours = cast(kinesis.CfnStream, stream.node.default_child).retention_period_hours
    if hours is None:
        return STREAM_RETENTION
    return UNKNOWN if cdk.Token.is_unresolved(hours) else int(hours) * 3600


def check_record_age(guard: Guard, max_record_age: int | Unknown, retention: int | Unknown) -> None:
    """Check that records are given up before the stream deletes them; none keeps them for less than a day."""
    if isinstance(max_record_age, Unknown) or max_record_age >= STREAM_RETENTION:
        guard.check(record_age_above_retention, max_record_age, retention)
        if isinstance(max_record_age, int) and isinstance(retention, int):
            guard.check(record_age_equals_retention, max_record_age, retention)


def check_shards(
    guard: Guard,
    parallelization_factor: int,
    tumbling_window: cdk.Duration | None,
    reserved_concurrency: int | None,
) -> None:
    """Check how many batches of a shard are at work, and how long they belong together."""
    factor = guard.integer("parallelization_factor", parallelization_factor)
    guard.check(parallelization_range, factor)
    if reserved_concurrency is not None:
        reserved = guard.integer("reserved_concurrency", reserved_concurrency)
        guard.check(parallelization_above_reserved, factor, reserved)
    if tumbling_window is not None:
        guard.check(tumbling_window_range, guard.seconds("tumbling_window", tumbling_window))


def resolve_consumer(
    scope: Construct, stream: kinesis.IStream | None, *, enhanced_fan_out: kinesis.IStreamConsumer | bool
) -> kinesis.IStreamConsumer | None:
    """The consumer with a throughput of its own: the given one, a new one or none."""
    if isinstance(enhanced_fan_out, bool):
        if stream is None or not enhanced_fan_out:
            return None
        return kinesis.StreamConsumer(
            scope,
            "Consumer",
            stream=stream,
            stream_consumer_name=cdk.Names.unique_resource_name(
                scope, max_length=STREAM_CONSUMER_NAME_MAXIMUM
            ),
        )
    return enhanced_fan_out


def allow_reading(role: ExecutionRole, facts: StreamFacts, consumer: kinesis.IStreamConsumer | None) -> None:
    """Let the execution role, as which Lambda polls, read the stream.

    https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaDynamoDBExecutionRole.html
    """
    if facts.by_time:
        role.allow(
            [
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
            ],
            [facts.arn],
        )
    else:
        role.allow(
            ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [facts.arn]
        )
    if consumer is not None:
        role.allow(["kinesis:SubscribeToShard"], [consumer.stream_consumer_arn])
    if facts.key is not None:
        role.allow(["kms:Decrypt"], [facts.key.key_arn])
