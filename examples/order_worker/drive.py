"""The messages for the order worker and their expected outcome, wherever it is deployed.

The first half is pure: orders, expectations, and the outcome from the evidence. Only `Driver`, at the end,
calls AWS.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from examples.differences import differences
from lambda_constructs_emulator.kit import Deployed, wait_until

BATCH = 10
"""The number of orders that are sent together."""


class Fate(Enum):
    """The expected result of a message: stored, ignored, or dead-lettered."""

    STORED = "valid"
    DUPLICATE = "repeated"
    DEAD_LETTERED = "poison"


@dataclass(frozen=True)
class Message:
    """One message to send, with a label for people."""

    label: str
    body: str
    fate: Fate
    order_id: str
    total: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of the messages of one run."""

    totals: Mapping[str, Decimal]
    """Totals of the run's orders in the table, by order id."""
    times_stored: Mapping[str, int]
    duplicates: Sequence[str]
    dead_lettered: Mapping[str, int]
    """Number of deliveries of each dead-lettered message to the worker, by label."""
    handled_by: Mapping[str, str] = field(default_factory=dict)
    """The function version and release that stored each order, by order id."""
    invocations: int = 0
    retries: int = 0
    """Deliveries of messages after the first delivery."""


def valid_orders(count: int, *, prefix: str) -> list[Message]:
    """Orders that must be stored, the same in every call."""
    return [_valid(f"{prefix}-{number:03}", number) for number in range(count)]


def hundred_orders() -> list[Message]:
    """A hundred messages: four different poison messages, and three repetitions of earlier orders."""
    messages = valid_orders(100, prefix="order")
    for number, (kind, order) in _POISON.items():
        body = order if isinstance(order, str) else json.dumps(order)
        label = f"{messages[number].order_id} ({kind})"
        messages[number] = Message(label, body, Fate.DEAD_LETTERED, messages[number].order_id)
    for number, earlier in _REPEATS.items():
        label = f"{messages[earlier].label} again"
        messages[number] = replace(messages[earlier], label=label, fate=Fate.DUPLICATE)
    return messages


def _valid(order_id: str, number: int) -> Message:
    quantity, cents = number % 5 + 1, 199 + 10 * number
    order = {"order_id": order_id, "customer": "c-7", "items": [_item(quantity, cents / 100)]}
    total = quantity * Decimal(cents) / 100
    return Message(order_id, json.dumps(order), Fate.STORED, order_id, total)


def _item(quantity: int, price: float) -> dict[str, Any]:
    return {"sku": "coffee-1kg", "quantity": quantity, "price": price}


_POISON: dict[int, tuple[str, str | dict[str, Any]]] = {
    11: ("not JSON", "<order/>"),
    33: ("no customer", {"order_id": "order-033", "items": [_item(1, 1)]}),
    50: ("quantity 0", {"order_id": "order-050", "customer": "c-7", "items": [_item(0, 1)]}),
    99: ("negative price", {"order_id": "order-099", "customer": "c-7", "items": [_item(1, -1)]}),
}
_REPEATS = {25: 3, 55: 7, 95: 26}
"""Position of each repetition, and of the order that it repeats."""


def expected(messages: Sequence[Message], *, max_receive_count: int) -> Outcome:
    """The expected outcome of these messages, without invocations and retries, which depend on timing."""
    stored = {m.order_id: m.total for m in messages if m.fate is Fate.STORED}
    return Outcome(
        totals=stored,
        times_stored=dict.fromkeys(stored, 1),
        duplicates=[m.label for m in messages if m.fate is Fate.DUPLICATE],
        dead_lettered={m.label: max_receive_count for m in messages if m.fate is Fate.DEAD_LETTERED},
    )


def outcome(
    *,
    sent: Mapping[str, Message],
    table: Iterable[Mapping[str, Any]],
    log: Iterable[Mapping[str, Any]],
    dead_letters: Mapping[str, int],
) -> Outcome:
    """Derive the outcome of the sent messages from the table, the log and the dead-letter queue.

    Args:
        sent: Messages by SQS message id.
        table: Items of the orders table.
        log: The handler's structured log lines about messages.
        dead_letters: Number of deliveries of each dead-lettered message to the worker, by message id.
    """
    order_ids = {message.order_id for message in sent.values()}
    lines = [line for line in log if line["message_id"] in sent]
    stored = [line for line in lines if line["message"] == "order stored"]
    # Either of two equal messages may arrive first: one of them must be ignored.
    ignored = [line for line in lines if line["message"] == "duplicate order ignored"]
    return Outcome(
        totals={i["order_id"]: i["total"] for i in table if i["order_id"] in order_ids},
        times_stored=Counter(line["order_id"] for line in stored),
        duplicates=[f"{line['order_id']} again" for line in ignored],
        dead_lettered={sent[i].label: count for i, count in dead_letters.items() if i in sent},
        handled_by={
            line["order_id"]: f"version {line['function_version']}, release {line['release']}"
            for line in stored
        },
        invocations=len({line["function_request_id"] for line in lines}),
        retries=sum(line["receive_count"] > 1 for line in lines),
    )


def mismatches(wanted: Outcome, found: Outcome) -> list[str]:
    """Describe every relevant difference; empty if the run is correct."""
    pairs: dict[str, tuple[object, object]] = {
        "orders in the table": (sorted(wanted.totals), sorted(found.totals)),
        "dead-lettered": (sorted(wanted.dead_lettered), sorted(found.dead_lettered)),
        "duplicates ignored": (sorted(wanted.duplicates), sorted(found.duplicates)),
        "deliveries of dead letters": (dict(wanted.dead_lettered), dict(found.dead_lettered)),
        "times stored": (dict(wanted.times_stored), dict(found.times_stored)),
        "order totals": (dict(wanted.totals), dict(found.totals)),
    }
    return differences(pairs)


class Driver:
    """Sends messages to a deployed order worker and collects their outcome."""

    def __init__(self, deployed: Deployed) -> None:
        self._function, self._table = deployed.function("Worker"), deployed.table("Orders")
        self._queue = deployed.queue("Worker")
        self._dead = self._queue.dead_letters
        self._sent: dict[str, Message] = {}
        self._dead_letters: dict[str, int] = {}

    def send(self, messages: Sequence[Message], progress: Callable[[int], None] = lambda _: None) -> None:
        """Send the messages in batches, and report to `progress` how many were sent."""
        for start in range(0, len(messages), BATCH):
            batch = messages[start : start + BATCH]
            ids = self._queue.send(*(message.body for message in batch))
            self._sent.update(zip(ids, batch, strict=True))
            progress(start + len(batch))

    def wait_until_drained(
        self,
        *,
        dead_letters: int | None,
        timeout: float,
        progress: Callable[[int, int], None] = lambda _waiting, _dead: None,
    ) -> None:
        """Wait until the queue is empty and the dead-letter queue has the expected number of messages.

        Args:
            dead_letters: Expected number of messages in the dead-letter queue; None for any number.
            timeout: Seconds.
            progress: Receives the number of messages in the queue and in the dead-letter queue.

        Raises:
            TimeoutError: It did not happen within the timeout.
        """

        def missing() -> str:
            waiting, dead = self._queue.depth(), self._dead.depth()
            progress(waiting, dead)
            if waiting == 0 and dead_letters in (None, dead):
                return ""
            return (
                f"{waiting} messages in the queue (expected 0), "
                f"{dead} in the dead-letter queue (expected {dead_letters})"
            )

        wait_until(missing, timeout=timeout)

    def collect(self, messages: Sequence[Message]) -> Outcome:
        """Return the outcome of these messages after they were drained, and empty the dead-letter queue."""
        for message in self._dead.take():
            # Receiving the message here is one more delivery, which was not to the worker.
            deliveries = int(message["Attributes"]["ApproximateReceiveCount"]) - 1
            self._dead_letters[message["MessageId"]] = deliveries
        wanted = set(messages)
        return outcome(
            sent={key: message for key, message in self._sent.items() if message in wanted},
            table=self._table.items(),
            log=self._function.log_lines("message_id"),
            dead_letters=self._dead_letters,
        )

    def served_version(self) -> str:
        """The version that receives the alias's traffic."""
        return self._function.version
