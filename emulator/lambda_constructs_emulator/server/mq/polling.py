"""Reads queues of Amazon MQ: a batch that fails returns to the broker as a whole.

    https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
    https://docs.aws.amazon.com/lambda/latest/dg/process-mq-messages-with-lambda.html

We chose the waits between two tries, as in `streams`; they are on the emulator's clock. A queue is processed
one batch at a time. Not emulated: batching windows, and properties of messages other than their data.
"""

import base64
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from ..core import hooks
from ..event_source_mappings import brokers, decoded_filters, workers
from ..event_source_mappings.workers import EventSourceMapping
from . import queues
from .queues import Message, Queue

_UNSET: Final = ("replyTo", "type", "expiration", "correlationID")
_BASIC: Final = (
    *("contentType", "contentEncoding", "headers", "priority", "correlationId", "replyTo", "expiration"),
    *("messageId", "timestamp", "type", "userId", "appId", "clusterId"),
)


def install() -> None:
    """Read queues whenever ministack's poller looks at streams.

    Raises:
        hooks.HookError: ministack polls streams in another way now.
    """
    hooks.wrap(hooks.module("services.lambda_svc"), "_poll_kinesis", _start_workers)


def _start_workers(original: Callable[[], bool]) -> bool:
    workers.start(_workers)
    return original()


def _workers(mapping: EventSourceMapping) -> Iterator[tuple[str, workers.Step]]:
    if queues.is_on_queue(mapping):
        yield mapping["Queues"][0], partial(_step, mapping, queues.queue(mapping))


def _step(mapping: EventSourceMapping, queue: Queue) -> bool:
    """Process one batch, if there is one, and say so."""
    if problem := brokers.problem(mapping, workers.role(mapping)):
        mapping["LastProcessingResult"] = f"PROBLEM: {problem}"
        return False
    batch = queue.messages[: int(mapping["BatchSize"])]
    records = decoded_filters.kept([_record(queue, each) for each in batch], mapping)
    if records and not _succeeds(mapping, _event(mapping, queue, records)):
        if dead := queue.return_(batch):
            queues.dead_letters(mapping).messages += dead
        workers.wait(batch[0].redeliveries + 1)
        return True
    queue.acknowledge(batch)
    return bool(batch)


def _succeeds(mapping: EventSourceMapping, event: dict[str, Any]) -> bool:
    tries = 1
    while (result := workers.invoke(mapping, event)).get("throttle"):
        if not workers.is_wanted(mapping):
            return False
        workers.wait(tries := tries + 1)
    mapping["LastProcessingResult"] = "PROBLEM: Function call failed" if result.get("error") else "OK"
    return not result.get("error")


def _event(mapping: EventSourceMapping, queue: Queue, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    arn = mapping["EventSourceArn"]
    if queue.virtual_host:
        found = {f"{queue.name}::{queue.virtual_host}": list(records)}
        return {"eventSource": "aws:rmq", "eventSourceArn": arn, "rmqMessagesByQueue": found}
    return {"eventSource": "aws:mq", "eventSourceArn": arn, "messages": list(records)}


def _record(queue: Queue, message: Message) -> dict[str, Any]:
    if queue.virtual_host:
        size = len(base64.b64decode(message.data))
        basic = {**dict.fromkeys(_BASIC), "deliveryMode": 2, "bodySize": size}
        return {
            "basicProperties": basic,
            "redelivered": message.redeliveries > 0,
            "data": message.data,
        }
    sent = int(message.sent * 1000)
    return {
        **dict.fromkeys(_UNSET),
        "messageID": message.id,
        "messageType": "jms/text-message",
        "deliveryMode": 2,
        "priority": 4,
        "redelivered": message.redeliveries > 0,
        "destination": {"physicalName": queue.name},
        "data": message.data,
        "timestamp": sent,
        "brokerInTime": sent,
        "brokerOutTime": int(time.time() * 1000),
        "properties": {},
    }
