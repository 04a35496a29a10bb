"""Checks of mappings that streams, Kafka and Amazon MQ share: batches, positions, retries, names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from aws_cdk import aws_lambda as lambda_

from ..core.guard import UNKNOWN, Guard
from ..rules.mapping import source_name
from ..rules.options import option_type
from ..rules.ranges_mapping import record_age_range, source_batch_size, source_batching_window
from ..rules.starting_position import starting_position_latest, starting_timestamp, starting_timestamp_future
from ..rules.stream import stream_retries
from ..template.sources import SourceKind
from ..template.values import Unknown
from .mapping import MappingOptions, check_filters

ON_FAILURE: Final = ("queue", "topic", "bucket")  # what can be the destination of failed records


def check_batches(guard: Guard, options: MappingOptions, kind: SourceKind) -> None:
    """Check batches and filters."""
    guard.within(source_batch_size, options.batch_size)
    guard.within(source_batching_window, options.max_batching_window)
    check_filters(guard, options.filters, kind)


def check_position(
    guard: Guard, position: lambda_.StartingPosition, timestamp: datetime | None, *, by_time: bool
) -> None:
    """Check where reading starts; `by_time` is whether the source supports AT_TIMESTAMP."""
    if timestamp is not None and timestamp.tzinfo is None:
        expected = "a datetime with a time zone"
        guard.refuse(option_type, "starting_position_timestamp", repr(timestamp), expected)
    guard.check(starting_timestamp, position.name, timestamp=timestamp is not None, by_time=by_time)
    guard.check(starting_position_latest, position.name)
    if timestamp is not None:
        now = datetime.now(UTC).timestamp()
        guard.check(starting_timestamp_future, int(timestamp.timestamp()), int(now))


def check_retries(guard: Guard, options: MappingOptions) -> int | Unknown:
    """Check retries and age; returns the age in seconds at which Lambda discards records."""
    if options.retry_attempts is not None:
        guard.check(stream_retries, guard.integer(options.retry_attempts))
    age = guard.within(record_age_range, options.max_record_age)
    return UNKNOWN if age is None else age


def check_name(guard: Guard, option: str, name: str, pattern: str, maximum: int) -> None:
    """Check the name of a topic, a queue, a virtual host or a group."""
    guard.check(source_name, option, guard.text(name), pattern=pattern, maximum=maximum)
