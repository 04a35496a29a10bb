"""Rules for starting positions: where in a stream or a topic a mapping starts to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.sources import Consumer, consumers
from ..template.template import Template
from ..template.values import Unknown
from .rule import Place, Words, at, rule, warning
from .urls import MAPPING_API_URL

_POSITION: Final = "StartingPosition"
_TIMESTAMP: Final = "StartingPositionTimestamp"
_NAMES: Final = {
    "position": ("starting_position", _POSITION),
    "timestamp": ("starting_position_timestamp", _TIMESTAMP),
}


@warning(
    why="A mapping takes minutes to start or to change, and never reads records that are written meanwhile.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html",
    names=_NAMES,
)
def starting_position_latest(words: Words, position: str) -> str | None:
    """TRIM_HORIZON or AT_TIMESTAMP, which miss no records."""
    if position != "LATEST":
        return None
    return (
        f"{words.position} is LATEST, which misses records that are written while the mapping starts or is "
        "updated; use TRIM_HORIZON, or AT_TIMESTAMP for Kinesis and Kafka"
    )


@starting_position_latest.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in _positioned(template):
        position = consumer.mapping.text(_POSITION)
        if position is not None:
            yield at(consumer.mapping, _POSITION, position)


@rule(
    why="Lambda refuses the mapping. DynamoDB streams do not support AT_TIMESTAMP.",
    source=MAPPING_API_URL,
    names=_NAMES,
)
def starting_timestamp(words: Words, position: str, *, timestamp: bool, by_time: bool) -> str | None:
    """A timestamp goes with AT_TIMESTAMP, which Kinesis and Kafka support."""
    at_timestamp = position == "AT_TIMESTAMP"
    if at_timestamp and not by_time:
        return f"{words.position} is AT_TIMESTAMP, but DynamoDB streams do not support it; use TRIM_HORIZON"
    if at_timestamp == timestamp:
        return None
    if timestamp:
        return (
            f"{words.timestamp} is given but {words.position} is {position}; set {words.position} to "
            "AT_TIMESTAMP or leave the timestamp out"
        )
    return f"{words.position} is AT_TIMESTAMP without a time; set {words.timestamp}"


@starting_timestamp.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in _positioned(template):
        mapping = consumer.mapping
        position = mapping.text(_POSITION)
        if isinstance(position, str):
            by_time: bool | Unknown = consumer.kind != "table"
            if consumer.kind == "stream" and position == "AT_TIMESTAMP":
                by_time = Unknown("the stream")
            yield at(mapping, _POSITION, position, timestamp=mapping.given(_TIMESTAMP), by_time=by_time)


@rule(why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def starting_timestamp_future(_: Words, timestamp: int, now: int) -> str | None:
    """A time in the past."""
    if timestamp <= now:
        return None
    return f"starting_position_timestamp is {timestamp - now} seconds in the future; pass a time in the past"


def _positioned(template: Template) -> Iterator[Consumer]:
    return (each for each in consumers(template) if each.reads_stream or each.kind == "kafka")
