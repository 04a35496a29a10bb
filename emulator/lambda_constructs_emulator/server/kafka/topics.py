"""Topics, to which a test writes records; ministack has no Kafka.

A topic exists as soon as a mapping reads it, with one partition, and has others once a record is written to
them. Its records stay until the server is reset. A consumer group keeps its offsets, also when its mapping is
deleted; Lambda creates a group for a mapping without one.

    https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
    https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..core import hooks, pages, reset
from ..event_source_mappings import poller

Record = dict[str, Any]
EventSourceMapping = Mapping[str, Any]

_mappings: Any = hooks.attribute(hooks.module("services.lambda_svc"), "_esms")
_region: Callable[[], str] = hooks.attribute(hooks.module("core.responses"), "get_region")

_CONFIGURATIONS: Final = ("AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig")


@dataclass
class Topic:
    """A topic of one cluster.

    Attributes:
        name: its name.
        partitions: the records by partition; the place of a record is its offset.
        offsets: the next offset of a consumer group in a partition.
    """

    name: str
    partitions: list[list[Record]] = field(default_factory=lambda: [[]])
    offsets: dict[tuple[str, int], int] = field(default_factory=dict)

    def write(self, partition: int, record: Record) -> None:
        """Append a record to a partition."""
        while len(self.partitions) <= partition:
            self.partitions.append([])
        records = self.partitions[partition]
        place = {"topic": self.name, "partition": partition, "offset": len(records)}
        now = {"timestamp": int(time.time() * 1000), "timestampType": "CREATE_TIME"}
        records.append({**place, **now, **record})


_topics: dict[tuple[str, str], Topic] = {}


def install() -> None:
    """Take the records that the kit writes."""
    pages.add("kafka", _write)
    reset.on_reset(_topics.clear)


def is_on_topic(mapping: EventSourceMapping) -> bool:
    """Whether a mapping reads a topic."""
    return bool(mapping.get("Topics"))


def servers(mapping: EventSourceMapping) -> str:
    """The bootstrap servers of a mapping's cluster; those of Amazon MSK are made up of its name."""
    if arn := mapping.get("EventSourceArn"):
        return f"b-1.{arn.split('/')[1]}.kafka.{_region()}.amazonaws.com:9098"
    return ",".join(mapping["SelfManagedEventSource"]["Endpoints"]["KAFKA_BOOTSTRAP_SERVERS"])


def topic(mapping: EventSourceMapping) -> Topic:
    """The topic that a mapping reads."""
    (name,) = mapping["Topics"]
    key = (mapping.get("EventSourceArn") or servers(mapping), name)
    return _topics.setdefault(key, Topic(name))


def group(mapping: EventSourceMapping) -> str:
    """The consumer group of a mapping."""
    found = [(mapping.get(name) or {}).get("ConsumerGroupId") for name in _CONFIGURATIONS]
    return next(filter(None, found), str(mapping["UUID"]))


def _write(wanted: Mapping[str, Any]) -> None:
    written = topic(_mappings[wanted["mapping"]])
    for record in wanted["records"]:
        written.write(wanted["partition"], record)
    poller.look_now()
