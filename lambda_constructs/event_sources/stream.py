"""The source of a stream consumer: the stream of a DynamoDB table, or a Kinesis stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.context import Context
from ..core.execution_role import Statement
from ..core.guard import UNKNOWN, Guard
from ..rules.ranges_mapping import parallelization_range, tumbling_window_range
from ..rules.record_age import STREAM_RETENTION, record_age_above_retention, record_age_equals_retention
from ..rules.stream import (
    STREAM_CONSUMER_NAME_MAXIMUM,
    fan_out_without_stream,
    parallelization_above_reserved,
    table_without_stream,
)
from ..template.values import Unknown
from .mapping import MappingOptions

if TYPE_CHECKING:
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kinesis as kinesis

StreamSource: TypeAlias = (
    "dynamodb.Table | dynamodb.TableV2 | dynamodb.ITable | kinesis.Stream | kinesis.IStream"
)
"""A DynamoDB table with a stream, or a Kinesis stream."""


@dataclass(frozen=True, kw_only=True)
class StreamFacts:
    """A stream in plain values."""

    arn: str
    retention: int | Unknown  # its retention period; seconds
    key: kms.IKey | None  # the key that encrypts it, unless AWS owns it
    kinesis: bool  # whether it is a Kinesis stream


def read_stream(guard: Guard, source: StreamSource, *, fan_out: bool) -> StreamFacts:
    """Check that the source has a stream, and read what the source tells about it."""
    if hasattr(type(source), "stream_arn") or hasattr(source, "stream_arn"):
        stream = cast("kinesis.IStream", source)
        return StreamFacts(
            arn=ask(stream, "stream_arn"),
            retention=_retention(stream),
            key=stream.encryption_key,
            kinesis=True,
        )
    guard.check(fan_out_without_stream, stream=not fan_out)
    table = source
    arn = ask(table, "table_stream_arn")
    if arn is None:
        guard.refuse(table_without_stream, table.node.path)
    return StreamFacts(arn=arn, retention=STREAM_RETENTION, key=ask(table, "encryption_key"), kinesis=False)


def _retention(stream: kinesis.IStream) -> int | Unknown:
    """Retention period of a Kinesis stream in seconds; that of an imported stream is unknown."""
    from aws_cdk import aws_kinesis as kinesis  # noqa: PLC0415 - only for Kinesis streams

    if not isinstance(stream, kinesis.Stream):
        return UNKNOWN
    hours = cast(kinesis.CfnStream, stream.node.default_child).retention_period_hours
    if hours is None:
        return STREAM_RETENTION
    return UNKNOWN if cdk.Token.is_unresolved(hours) else int(hours) * 3600


def check_record_age(guard: Guard, max_record_age: int | Unknown, retention: int | Unknown) -> None:
    """Check that Lambda discards records before the stream deletes them, after at least a day."""
    if isinstance(max_record_age, Unknown) or max_record_age >= STREAM_RETENTION:
        guard.check(record_age_above_retention, max_record_age, retention)
        if isinstance(max_record_age, int) and isinstance(retention, int):
            guard.check(record_age_equals_retention, max_record_age, retention)


def check_shards(
    guard: Guard,
    mapping: MappingOptions,
    reserved_concurrency: int | None,
    others: Sequence[MappingOptions] = (),
) -> None:
    """Check the concurrent batches of a shard, of all streams together, and the length of windows."""
    guard.check(parallelization_range, _factor(guard, mapping))
    if reserved_concurrency is not None and mapping.enabled:
        enabled = [mapping, *(each for each in others if each.enabled)]
        factors = [_factor(guard, each) for each in enabled]
        unknown = next((each for each in factors if isinstance(each, Unknown)), None)
        together = unknown or sum(each for each in factors if isinstance(each, int))
        guard.check(
            parallelization_above_reserved,
            together,
            guard.integer(reserved_concurrency),
            streams=len(enabled),
        )
    guard.within(tumbling_window_range, mapping.tumbling_window)


def _factor(guard: Guard, mapping: MappingOptions) -> int | Unknown:
    factor = mapping.parallelization_factor
    return 1 if factor is None else guard.integer(factor)


def create_consumer(scope: Construct, stream: kinesis.IStream) -> kinesis.IStreamConsumer:
    """Create a consumer with enhanced fan-out."""
    from aws_cdk import aws_kinesis as kinesis  # noqa: PLC0415 - only with enhanced fan-out

    name = cdk.Names.unique_resource_name(scope, max_length=STREAM_CONSUMER_NAME_MAXIMUM)
    consumer = kinesis.StreamConsumer(scope, "Consumer", stream=stream, stream_consumer_name=name)
    # A change of its tags would replace it, and the replacement would have the same name.
    # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2514
    cast(kinesis.CfnStreamConsumer, consumer.node.default_child).add_property_deletion_override("Tags")
    return consumer


def read_statements(facts: StreamFacts, consumer: kinesis.IStreamConsumer | None) -> list[Statement]:
    """The statements that the execution role, which Lambda polls with, needs.

    https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaDynamoDBExecutionRole.html
    """
    service = "kinesis" if facts.kinesis else "dynamodb"
    actions = ["DescribeStream", "GetRecords", "GetShardIterator"]
    if facts.kinesis:
        actions += ["DescribeStreamSummary", "ListShards"]
    statements: list[Statement] = [([f"{service}:{action}" for action in sorted(actions)], [facts.arn])]
    if consumer is not None:
        statements.append((["kinesis:SubscribeToShard"], [consumer.stream_consumer_arn]))
    if facts.key is not None:
        statements.append((["kms:Decrypt"], [facts.key.key_arn]))
    return statements


def allow_listing(context: Context) -> None:
    """Let the execution role list the streams of tables, which does not support resource types."""
    reason = acknowledgements.LIST_STREAMS
    context.role.allow_any_resource(context.stack, "Streams", ["dynamodb:ListStreams"], reason)
