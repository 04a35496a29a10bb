"""Queues of brokers, to which a test sends messages; ministack has no brokers.

A queue exists as soon as a mapping reads it. ActiveMQ delivers a message again up to six times and then moves
it to `ActiveMQ.DLQ`; RabbitMQ delivers it again without an end, as long as its queue has no limit.
CloudWatch gets the metrics of each queue of ActiveMQ from the first instance of the broker.

    https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
    https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/activemq-logging-monitoring.html
    https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-logging-monitoring.html
    https://activemq.apache.org/components/classic/documentation/message-redelivery-and-dlq-handling

We chose: a mapping with a virtual host reads a broker of RabbitMQ, one without a broker of ActiveMQ. Not
emulated: expiry, delivery limits and dead-letter exchanges, other metrics of brokers.
"""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..core import hooks, measuring, pages, reset
from ..event_source_mappings import brokers, poller, workers

EventSourceMapping = Mapping[str, Any]

_mappings: Any = hooks.attribute(hooks.module("services.lambda_svc"), "_esms")
_record_metric: Callable[..., None] = hooks.attribute(hooks.module("services.cloudwatch"), "record_metric")

_DEAD_LETTERS: Final = "ActiveMQ.DLQ"
_REDELIVERIES: Final = 6
_NAME: Final = 6
"""The place of a broker's name in its ARN."""


@dataclass
class Message:
    """A message, whose data is base64, and how often it was delivered without success."""

    data: str
    sent: float = field(default_factory=time.time)
    id: str = field(default_factory=lambda: f"ID:{uuid.uuid4()}")
    redeliveries: int = 0


@dataclass
class Queue:
    """A queue of one broker.

    Attributes:
        broker: the name of the broker.
        name: its name.
        virtual_host: that of RabbitMQ; empty for ActiveMQ.
        messages: those that wait or are being delivered, the oldest first.
        acknowledged: how many were processed since it was measured.
    """

    broker: str
    name: str
    virtual_host: str
    messages: list[Message] = field(default_factory=list)
    acknowledged: int = 0

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Be done with the oldest messages."""
        del self.messages[: len(messages)]
        self.acknowledged += len(messages)

    def return_(self, messages: Sequence[Message]) -> list[Message]:
        """Have the oldest messages delivered again; returns those that were delivered too often."""
        for each in messages:
            each.redeliveries += 1
        if self.virtual_host:
            return []
        dead = [each for each in messages if each.redeliveries > _REDELIVERIES]
        self.messages[: len(messages)] = [each for each in messages if each not in dead]
        return dead


_queues: dict[tuple[str, str, str], Queue] = {}


def install() -> None:
    """Take the messages that the kit sends, and measure the queues."""
    pages.add("mq", _send)
    pages.add("mq-queue", _bodies)
    reset.on_reset(_queues.clear)
    measuring.start("the queues of brokers", lambda: workers.every_mapping(_measure))


def is_on_queue(mapping: EventSourceMapping) -> bool:
    """Whether a mapping reads a queue of a broker."""
    return bool(mapping.get("Queues"))


def queue(mapping: EventSourceMapping) -> Queue:
    """The queue that a mapping reads."""
    (name,) = mapping["Queues"]
    return _queue(mapping, name)


def dead_letters(mapping: EventSourceMapping) -> Queue:
    """The dead-letter queue of a mapping's broker of ActiveMQ."""
    return _queue(mapping, _DEAD_LETTERS)


def _queue(mapping: EventSourceMapping, name: str) -> Queue:
    arn: str = mapping["EventSourceArn"]
    host = dict(brokers.access(mapping)).get("VIRTUAL_HOST", "")
    return _queues.setdefault((arn, host, name), Queue(arn.split(":")[_NAME], name, host))


def _send(wanted: Mapping[str, Any]) -> None:
    found = queue(_mappings[wanted["mapping"]])
    found.messages += [Message(data) for data in wanted["messages"]]
    poller.look_now()


def _bodies(wanted: Mapping[str, Any]) -> list[str]:
    """The messages in the queue of a mapping, or in the dead-letter queue of its broker."""
    mapping = _mappings[wanted["mapping"]]
    found = dead_letters(mapping) if wanted["dead"] else queue(mapping)
    return [each.data for each in found.messages]


def _measure(mapping: EventSourceMapping) -> None:
    if not is_on_queue(mapping):
        return
    found = queue(mapping)
    _count(found)
    if not found.virtual_host:
        _count(dead_letters(mapping))


def _count(found: Queue) -> None:
    if found.virtual_host:
        dimensions = {"Broker": found.broker, "VirtualHost": found.virtual_host, "Queue": found.name}
        _record_metric("AWS/AmazonMQ", "MessageCount", len(found.messages), "Count", dimensions)
        return
    dimensions = {"Broker": f"{found.broker}-1", "Queue": found.name}
    acknowledged, found.acknowledged = found.acknowledged, 0
    _record_metric("AWS/AmazonMQ", "QueueSize", len(found.messages), "Count", dimensions)
    _record_metric("AWS/AmazonMQ", "DequeueCount", acknowledged, "Count", dimensions)
