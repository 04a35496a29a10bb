"""Reads the shards of a stream, and makes events of their records.

A table's stream has one shard here, as ministack keeps it; a Kinesis stream has its own. The place up
to which a mapping has read a shard is kept where ministack keeps it, so that its reset and its
deletion of mappings forget it.

    https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ..core import hooks

EventRecord = dict[str, Any]
EventSourceMapping = dict[str, Any]

_dynamodb = hooks.module("services.dynamodb")
_kinesis = hooks.module("services.kinesis")
_lambda = hooks.module("services.lambda_svc")
_table_shard: str = hooks.attribute(hooks.module("services.dynamodb_streams"), "_DEFAULT_SHARD_ID")
_tables: Any = hooks.attribute(_dynamodb, "_tables")
_table_start: Callable[[str], int] = hooks.attribute(_dynamodb, "stream_start_position")
_table_end: Callable[[str], int] = hooks.attribute(_dynamodb, "stream_end_position")
_table_records: Callable[[str, int, int], list[EventRecord]] = hooks.attribute(
    _dynamodb, "stream_records_since"
)
_streams: Any = hooks.attribute(_kinesis, "_streams")
_consumers: Any = hooks.attribute(_kinesis, "_consumers")
_table_positions: Any = hooks.attribute(_lambda, "_dynamodb_stream_positions")
_table_lock: AbstractContextManager[Any] = hooks.attribute(_lambda, "_dynamodb_stream_positions_lock")
_stream_positions: Any = hooks.attribute(_lambda, "_kinesis_positions")

_OF_STREAM: Final = 2
"""Parts of the resource in the ARN of a Kinesis stream; that of a consumer has more."""
_FROM_START: Final = "TRIM_HORIZON"
_FROM_TIME: Final = "AT_TIMESTAMP"
_DEFAULT_BATCH: Final = 100


class Shard(Protocol):
    """A shard as one mapping reads it, in the account and region of the request."""

    @property
    def identifier(self) -> str:
        """The shard's id."""

    def read(self) -> list[EventRecord]:
        """The next records, at most a batch of them."""

    def advance(self, count: int) -> None:
        """Be done with as many records."""


def shards(mapping: EventSourceMapping, role: str) -> list[Shard]:
    """The shards of the stream that a mapping is on; none if the stream is gone.

    Args:
        mapping: ministack's record of it.
        role: the execution role of its function, which Lambda reads with.
    """
    arn: str = mapping["EventSourceArn"]
    resource = arn.split(":", 5)[5].split("/")
    if arn.startswith("arn:aws:dynamodb:"):
        table = _tables.get(resource[1])
        alive = table is not None and table.get("LatestStreamArn") == arn
        return [_TableShard(mapping, resource[1])] if alive else []
    stream = _streams.get(resource[1])
    is_consumer_gone = len(resource) > _OF_STREAM and arn not in _consumers
    if not stream or stream["StreamStatus"] != "ACTIVE" or is_consumer_gone:
        return []
    _start(mapping, stream)
    return [_StreamShard(mapping, role, identifier, shard) for identifier, shard in stream["shards"].items()]


def sequence_number(record: EventRecord) -> str:
    """Where in its shard a record is."""
    if "dynamodb" in record:
        return str(record["dynamodb"]["SequenceNumber"])
    return str(record["kinesis"]["sequenceNumber"])


def arrival(record: EventRecord) -> float:
    """When a record came into the stream, in seconds since 1970."""
    if "dynamodb" in record:
        return float(record["dynamodb"]["ApproximateCreationDateTime"])
    return float(record["kinesis"]["approximateArrivalTimestamp"])


def latest_arrival(record: EventRecord) -> float:
    """The last moment at which a record can have come: a table says the second only.

    On a short scale of the clock that second is minutes of AWS's, and must not make a record too old.
    """
    return arrival(record) + (1 if "dynamodb" in record else 0)


def _batch_size(mapping: EventSourceMapping) -> int:
    return int(mapping.get("BatchSize") or _DEFAULT_BATCH)


@dataclass
class _TableShard:
    """The one shard of a table's stream."""

    mapping: EventSourceMapping
    table: str
    identifier: str = _table_shard

    def read(self) -> list[EventRecord]:
        return _table_records(self.table, self._position(), _batch_size(self.mapping))

    def advance(self, count: int) -> None:
        with _table_lock:
            if self.mapping["UUID"] in _table_positions:
                _table_positions[self.mapping["UUID"]] += count

    def _position(self) -> int:
        """Where to read on: records that expired meanwhile are gone."""
        identifier = self.mapping["UUID"]
        start = _table_start(self.table)
        with _table_lock:
            if identifier not in _table_positions:
                from_start = self.mapping.get("StartingPosition") == _FROM_START
                _table_positions[identifier] = start if from_start else _table_end(self.table)
            position: int = max(_table_positions[identifier], start)
            _table_positions[identifier] = position
        return position


def _start(mapping: EventSourceMapping, stream: Mapping[str, Any]) -> None:
    """Decide where to begin: shards that appear later, after a reshard, are read from their start."""
    if mapping["UUID"] not in _stream_positions:
        _stream_positions[mapping["UUID"]] = {
            identifier: _first(mapping, shard["records"]) for identifier, shard in stream["shards"].items()
        }


def _first(mapping: EventSourceMapping, records: Sequence[Mapping[str, Any]]) -> int:
    """The first record of a shard that a mapping reads."""
    if mapping.get("StartingPosition") == _FROM_START:
        return 0
    if mapping.get("StartingPosition") != _FROM_TIME:
        return len(records)
    since = float(mapping.get("StartingPositionTimestamp") or 0)
    return sum(record["ApproximateArrivalTimestamp"] < since for record in records)


@dataclass
class _StreamShard:
    """A shard of a Kinesis stream."""

    mapping: EventSourceMapping
    role: str
    identifier: str
    shard: Mapping[str, Any]

    def read(self) -> list[EventRecord]:
        position = _stream_positions.get(self.mapping["UUID"], {}).get(self.identifier, 0)
        stored = self.shard["records"][position : position + _batch_size(self.mapping)]
        return [self._event(record) for record in stored]

    def advance(self, count: int) -> None:
        positions = _stream_positions.get(self.mapping["UUID"])
        if positions is not None:
            positions[self.identifier] = positions.get(self.identifier, 0) + count

    def _event(self, record: Mapping[str, Any]) -> EventRecord:
        """A record as the function gets it."""
        arn: str = self.mapping["EventSourceArn"]
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": record["SequenceNumber"],
                "data": record["Data"],
                "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{self.identifier}:{record['SequenceNumber']}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": self.role,
            "awsRegion": arn.split(":")[3],
            "eventSourceARN": arn,
        }
