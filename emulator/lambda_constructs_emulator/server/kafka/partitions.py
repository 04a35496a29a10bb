"""The partitions of a topic as a mapping reads them, each like a shard of a stream.

`streams.processing` reads them: retries, bisecting, record age, partial batches, on-failure destinations.
Without its own limit, a mapping with an on-failure destination tries a batch ten times more.

    https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
    https://docs.aws.amazon.com/lambda/latest/dg/kafka-starting-positions.html
    https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
    https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html

We chose: a batch has records of one partition. Each look of a mapping that cannot read counts as a
`PollingErrorCount`. The lag of a partition is measured while Lambda can read it. Not emulated: batching
windows, schema registries, topics as on-failure destinations, pollers, `OffsetLag` of the function.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks, measuring, reset
from ..event_source_mappings import brokers, metrics, workers
from ..streams import shards
from ..streams.shards import UNLIMITED, EventRecord, EventSourceMapping
from . import topics
from .topics import Topic

_mappings: Any = hooks.attribute(hooks.module("services.lambda_svc"), "_esms")

_WITH_DESTINATION: Final = 10
"""Retries of a mapping that has a destination and no limit."""


def install() -> None:
    """Give each mapping a position when it is created, and measure its lag.

    Raises:
        hooks.HookError: ministack provisions mappings in another way now.
    """
    provisioning.wrap("AWS::Lambda::EventSourceMapping", "create", _provision)
    reset.on_reset(_starts.clear)
    measuring.start("the lag of topics", lambda: workers.every_mapping(_measure))


def _provision(original: Callable[..., tuple[str, Any]], *arguments: object) -> tuple[str, Any]:
    created = original(*arguments)
    partitions(_mappings[created[0]])
    return created


def partitions(mapping: EventSourceMapping) -> "list[Partition]":
    """The partitions of the topic of a mapping; none if it reads something else."""
    if not topics.is_on_topic(mapping):
        return []
    topic = topics.topic(mapping)
    found = [Partition(mapping, topic, number) for number in range(len(topic.partitions))]
    if mapping["UUID"] not in _starts:  # partitions that appear later are read from their start
        _starts.add(mapping["UUID"])
        for each in found:
            topic.offsets.setdefault(each.consumer, each.start)
    return found


_starts: set[str] = set()
"""The mappings whose consumer group has a position."""


@dataclass
class Partition:
    """A partition of a topic, as one mapping reads it."""

    mapping: EventSourceMapping
    topic: Topic
    number: int

    @property
    def identifier(self) -> str:
        """The topic and the number, as in events."""
        return f"{self.topic.name}-{self.number}"

    @property
    def consumer(self) -> tuple[str, int]:
        """The consumer group in this partition."""
        return topics.group(self.mapping), self.number

    @property
    def start(self) -> int:
        """The offset at which a new consumer group starts."""
        records = self.topic.partitions[self.number]
        match self.mapping["StartingPosition"]:
            case "TRIM_HORIZON":
                return 0
            case "AT_TIMESTAMP":
                since = float(self.mapping["StartingPositionTimestamp"])
                return sum(shards.arrival(record) < since for record in records)
        return len(records)

    @property
    def lag(self) -> int:
        """How many records are not processed."""
        return len(self.topic.partitions[self.number]) - self._offset

    @property
    def problem(self) -> str:
        """Why Lambda cannot read it; empty if it can."""
        return brokers.problem(self.mapping, workers.role(self.mapping))

    @property
    def retries(self) -> int:
        """How often a batch is tried again."""
        limit = shards.retries(self.mapping)
        has_destination = (self.mapping.get("DestinationConfig") or {}).get("OnFailure")
        return _WITH_DESTINATION if limit == UNLIMITED and has_destination else limit

    def read(self) -> list[EventRecord]:
        """The next records, at most a batch of them; none if Lambda cannot read it."""
        if problem := self.problem:
            self.mapping["LastProcessingResult"] = f"PROBLEM: {problem}"
            metrics.record(self.mapping, "ErrorCount", PollingErrorCount=1)
            return []
        size = int(self.mapping["BatchSize"])
        return self.topic.partitions[self.number][self._offset : self._offset + size]

    def advance(self, count: int) -> None:
        """Commit the offset after as many records."""
        self.topic.offsets[self.consumer] = self._offset + count

    def event(self, records: Sequence[EventRecord]) -> dict[str, Any]:
        """The event that the function gets."""
        arn = self.mapping.get("EventSourceArn")
        source = {"eventSource": "aws:kafka", "eventSourceArn": arn}
        return {
            **(source if arn else {"eventSource": "SelfManagedKafka"}),
            "bootstrapServers": topics.servers(self.mapping),
            "records": {self.identifier: list(records)},
        }

    def batch_info(self, records: Sequence[EventRecord]) -> dict[str, Any]:
        """Where discarded records are, as the on-failure destination gets it."""
        first, last = records[0], records[-1]
        info = {
            "batchSize": len(records),
            "eventSourceArn": self.mapping.get("EventSourceArn"),
            "bootstrapServers": topics.servers(self.mapping),
            "payloadSize": len(json.dumps(self.event(records))),
            "recordsInfo": {
                self.identifier: {
                    "firstRecordOffset": str(first["offset"]),
                    "lastRecordOffset": str(last["offset"]),
                    "firstRecordTimestamp": shards.iso(shards.arrival(first)),
                    "lastRecordTimestamp": shards.iso(shards.arrival(last)),
                }
            },
        }
        return {"KafkaBatchInfo": {name: value for name, value in info.items() if value}}

    @property
    def _offset(self) -> int:
        return self.topic.offsets.get(self.consumer, 0)


def _measure(mapping: EventSourceMapping) -> None:
    if workers.is_wanted(mapping):
        lags = [each.lag for each in partitions(mapping) if not each.problem]
        if lags:
            metrics.record(mapping, "KafkaMetrics", MaxOffsetLag=max(lags), SumOffsetLag=sum(lags))
