"""Topics of Kafka and queues of Amazon MQ, which no API of AWS writes to."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..connection import Connection
from .stores import text


def _encoded(value: object) -> str:
    return b64encode(text(value).encode()).decode()


@dataclass(frozen=True)
class KafkaTopic:
    """A topic of Amazon MSK or of self-managed Kafka.

    Attributes:
        emulator: Where it is.
        mapping: The id of an event source mapping that reads it.
    """

    emulator: Connection
    mapping: str

    def write(
        self,
        *records: object,
        key: str | None = None,
        partition: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Write records: a text as it is, anything else as JSON.

        Args:
            records: The records, in order.
            key: The key of each record. Default: none
            partition: The number of the partition.
            headers: Headers of each record.
        """
        common: dict[str, Any] = {
            "key": None if key is None else _encoded(key),
            "headers": [{name: list(value.encode())} for name, value in (headers or {}).items()],
        }
        written = [{**common, "value": _encoded(record)} for record in records]
        self.emulator.ask("kafka", {"mapping": self.mapping, "partition": partition, "records": written})


@dataclass(frozen=True)
class BrokerQueue:
    """A queue of a broker of Amazon MQ.

    Attributes:
        emulator: Where it is.
        mapping: The id of an event source mapping that reads it.
    """

    emulator: Connection
    mapping: str

    def send(self, *messages: object) -> None:
        """Send messages: a text as it is, anything else as JSON."""
        self.emulator.ask("mq", {"mapping": self.mapping, "messages": [_encoded(each) for each in messages]})

    def bodies(self) -> list[str]:
        """The messages that wait or are being processed."""
        return self._bodies(dead=False)

    def dead_letters(self) -> list[str]:
        """The messages in the broker's `ActiveMQ.DLQ`."""
        return self._bodies(dead=True)

    def _bodies(self, *, dead: bool) -> list[str]:
        found: list[str] = self.emulator.ask("mq-queue", {"mapping": self.mapping, "dead": dead})
        return [b64decode(each).decode() for each in found]
