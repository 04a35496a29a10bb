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
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from ..core import hooks
from . import access

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

UNLIMITED: Final = -1
"""The number of retries of a mapping that retries until it succeeds."""

_OF_STREAM: Final = 2
"""Parts of the resource in the ARN of a Kinesis stream; that of a consumer has more."""
_FROM_START: Final = "TRIM_HORIZON"
_FROM_TIME: Final = "AT_TIMESTAMP"
_DEFAULT_BATCH: Final = 100


class Shard(Protocol):
    """A shard, or a partition of a topic, as one mapping reads it in its account and region."""

    @property
    def identifier(self) -> str:
        """The shard's id."""

    def read(self) -> list[EventRecord]:
        """The next records, at most a batch of them."""

    def advance(self, count: int) -> None:
        """Be done with as many records."""

    @property
    def problem(self) -> str:
        """Why Lambda cannot read it; empty if it can."""

    @property
    def retries(self) -> int:
        """How often a batch is tried again."""

    def event(self, records: Sequence[EventRecord]) -> dict[str, Any]:
        """The event that the function gets."""

    def batch_info(self, records: Sequence[EventRecord]) -> dict[str, Any]:
        """Where discarded records are, as the on-failure destination gets it."""


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
        return [_TableShard(mapping, role, _table_shard, resource[1])] if alive else []
    stream = _streams.get(resource[1])
    is_consumer_gone = len(resource) > _OF_STREAM and arn not in _consumers
    if not stream or stream["StreamStatus"] != "ACTIVE" or is_consumer_gone:
        return []
    _start(mapping, stream)
    return [_StreamShard(mapping, role, identifier, shard) for identifier, shard in stream["shards"].items()]


def sequence_number(record: EventRecord) -> str:
    """Where a record is."""
    if "dynamodb" in record:
        return str(record["dynamodb"]["SequenceNumber"])
    if "offset" in record:
        return f"{record['topic']}-{record['partition']}:{record['offset']}"
    return str(record["kinesis"]["sequenceNumber"])


def arrival(record: EventRecord) -> float:
    """When a record came into the stream or topic, in seconds since 1970."""
    if "dynamodb" in record:
        return float(record["dynamodb"]["ApproximateCreationDateTime"])
    if "offset" in record:
        return float(record["timestamp"]) / 1000
    return float(record["kinesis"]["approximateArrivalTimestamp"])


def latest_arrival(record: EventRecord) -> float:
    """The last moment at which a record can have come: a table says the second only.

    On a short scale of the clock that second is minutes of AWS's, and must not make a record too old.
    """
    return arrival(record) + (1 if "dynamodb" in record else 0)


def _batch_size(mapping: EventSourceMapping) -> int:
    return int(mapping.get("BatchSize") or _DEFAULT_BATCH)


def retries(mapping: EventSourceMapping) -> int:
    """How often a mapping has a batch tried again."""
    found = mapping.get("MaximumRetryAttempts")
    return UNLIMITED if found is None else int(found)


def iso(timestamp: float, precision: str = "milliseconds") -> str:
    """A time as Lambda writes it."""
    return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec=precision).replace("+00:00", "Z")


@dataclass
class _Shard:
    """A shard of either service."""

    mapping: EventSourceMapping
    role: str
    identifier: str

    @property
    def problem(self) -> str:
        if access.may_read(self.role, self.mapping["EventSourceArn"]):
            return ""
        return "Lambda cannot access the stream with the role"

    @property
    def retries(self) -> int:
        return retries(self.mapping)

    def event(self, records: Sequence[EventRecord]) -> dict[str, Any]:
        return {"Records": list(records)}

    def batch_info(self, records: Sequence[EventRecord]) -> dict[str, Any]:
        first, last = records[0], records[-1]
        of_table = "dynamodb" in first
        precision = "seconds" if of_table else "milliseconds"
        info = {
            "shardId": self.identifier,
            "startSequenceNumber": sequence_number(first),
            "endSequenceNumber": sequence_number(last),
            "approximateArrivalOfFirstRecord": iso(arrival(first), precision),
            "approximateArrivalOfLastRecord": iso(arrival(last), precision),
            "batchSize": len(records),
            "streamArn": self.mapping["EventSourceArn"],
        }
        return {"DDBStreamBatchInfo" if of_table else "KinesisBatchInfo": info}


@dataclass
class _TableShard(_Shard):
    """The one shard of a table's stream."""

    table: str

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
        shards = stream["shards"].items()
        _stream_positions[mapping["UUID"]] = {
            name: _first(mapping, shard["records"]) for name, shard in shards
        }


def _first(mapping: EventSourceMapping, records: Sequence[Mapping[str, Any]]) -> int:
    """Where the starting position of a mapping is among the records of a shard."""
    match mapping.get("StartingPosition"):
        case "TRIM_HORIZON":
            return 0
        case "AT_TIMESTAMP":
            start = float(mapping["StartingPositionTimestamp"])
            return sum(float(each["ApproximateArrivalTimestamp"]) < start for each in records)
    return len(records)


@dataclass
class _StreamShard(_Shard):
    """A shard of a Kinesis stream."""

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
