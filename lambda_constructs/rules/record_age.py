"""Rules for the age of records: the retention of a stream and the age at which Lambda discards records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.sources import Consumer, consumers
from ..template.targets import STREAM, resource_of
from ..template.template import Template
from ..template.values import Unknown
from .ranges_mapping import NO_LIMIT
from .rule import Place, Words, at, rule, warning
from .urls import METRIC_TYPES_URL

_RETENTION_URL: Final = "https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html"
# How long DynamoDB keeps stream records, and Kinesis unless told otherwise: _RETENTION_URL and
# https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
STREAM_RETENTION: Final = 86_400  # seconds (24 hours)

_AGE: Final = "MaximumRecordAgeInSeconds"
_NAMES: Final = {"age": ("max_record_age", _AGE), "retention": ("retention_period", "RetentionPeriodHours")}


@rule(
    why="The stream deletes records at the end of its retention period without a notice: they reach neither "
    "the function nor the failure destination.",
    source=_RETENTION_URL,
    names=_NAMES,
)
def record_age_above_retention(words: Words, max_record_age: int, retention: int) -> str | None:
    """Lambda retries records at most for as long as the stream keeps them."""
    if max_record_age <= retention:
        return None
    return (
        f"{words.age} is {max_record_age} seconds, but the stream deletes records after {retention} seconds, "
        f"before Lambda discards them; lower {words.age}, or raise {words.retention} of a Kinesis stream"
    )


@warning(
    why="Lambda discards a record that was throttled for so long at the moment at which the stream deletes "
    "it, and the record may miss the failure destination.",
    source=_RETENTION_URL,
    names=_NAMES,
)
def record_age_equals_retention(words: Words, max_record_age: int, retention: int) -> str | None:
    """Lambda discards records before the stream deletes them."""
    if max_record_age != retention:
        return None
    return (
        f"{words.age} is {max_record_age} seconds, and at that age the stream deletes the record; lower "
        f"{words.age}, or raise {words.retention} of a Kinesis stream"
    )


@record_age_above_retention.in_template
def _ages(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        age = consumer.mapping.integer(_AGE, default=NO_LIMIT)
        if consumer.reads_stream and age != NO_LIMIT:
            stream = [] if consumer.source is None else [consumer.source]
            yield at(consumer.mapping, _AGE, age, _retention(template, consumer), about=stream)


@record_age_equals_retention.in_template
def _(template: Template) -> Iterator[Place]:
    return (each for each in _ages(template) if all(isinstance(value, int) for value in each.values))


def _retention(template: Template, consumer: Consumer) -> int | Unknown:
    """Seconds that the stream keeps its records."""
    if consumer.kind == "table":
        return STREAM_RETENTION
    stream = consumer.source
    if stream is not None and stream.type != STREAM:  # a consumer with enhanced fan-out
        stream = resource_of(template, stream.get("StreamARN"), STREAM)
    if stream is None:
        return Unknown("the stream")
    hours = stream.integer("RetentionPeriodHours", default=STREAM_RETENTION // 3600)
    return hours if isinstance(hours, Unknown) else hours * 3600


@rule(
    why="Lambda discards records of that age, so they never reach the function and the alarm cannot fire.",
    source=METRIC_TYPES_URL,
    names={"threshold": ("alarms.iterator_age_threshold", "Threshold")},
)
def iterator_age_above_record_age(_: Words, threshold: int, max_record_age: int) -> str | None:
    """The alarm fires before Lambda discards records."""
    if threshold < max_record_age:
        return None
    return (
        f"alarms.iterator_age_threshold is {threshold} seconds, but Lambda discards records after "
        f"{max_record_age} seconds; choose a lower threshold or raise max_record_age"
    )
