"""The events for the bus and the topic and their expected outcome, wherever the stack is deployed.

The first half is pure: events, expectations, and the outcome from the evidence. Only `Driver`, at the end,
calls AWS.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from examples.differences import differences
from lambda_constructs_emulator.kit import Deployed, wait_until

BATCH = 10
"""The maximum number of events in one request to EventBridge or SNS."""

ATTEMPTS = 3
"""Lambda retries a failed event twice."""


class Route(Enum):
    """The route of an event."""

    BUS = "order"
    TOPIC = "parcel"


@dataclass(frozen=True)
class Event:
    """One event to send.

    Attributes:
        key: Id of the order or parcel.
        body: Body of the event.
        kind: Type of the event; only OrderPlaced and Delivered go to the handlers.
        stored: Expected item; None if the event does not go to a handler.
        reason: Why the release in faulty.py fails on it; empty if it does not.
    """

    route: Route
    key: str
    body: tuple[tuple[str, str], ...]
    kind: str
    stored: str | None
    reason: str = ""


@dataclass(frozen=True)
class Failure:
    """A failed event in a failure queue."""

    condition: str
    attempts: int
    reason: str
    body: tuple[tuple[str, str], ...]
    """The body of the event in the invocation record."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of the events of one run."""

    stored: Mapping[str, str]
    failed: Mapping[str, Failure]
    times_stored: Mapping[str, int]
    times_failed: Mapping[str, int]


def events(count: int, *, prefix: str) -> list[Event]:
    """Orders and parcels in turn, some of them without a handler, the same in every call."""
    made = []
    for number in range(count):
        make = _order if number % 2 == 0 else _parcel
        made.append(make(f"{prefix}-{number:03}", number))
    return made


def _order(key: str, number: int) -> Event:
    currency, amount, stored = _PRICES[number // 2 % len(_PRICES)]
    body = (("order_id", key), ("currency", currency), ("amount", amount))
    if number % 10 == 0:
        return Event(Route.BUS, key, body, "CartViewed", None)
    reason = "JPY has no cents" if currency == "JPY" else ""
    return Event(Route.BUS, key, body, "OrderPlaced", f"{currency} {stored}", reason)


def _parcel(key: str, number: int) -> Event:
    day = f"2026-05-{number % 28 + 1:02}"
    if number % 10 == 1:
        return Event(Route.TOPIC, key, (("parcel_id", key),), "HandedOver", None)
    if number % 10 == 3:
        body = (("parcel_id", key), ("delivered_at", day))
        return Event(Route.TOPIC, key, body, "Delivered", f"{day}T00:00:00+00:00", "a date without a time")
    time = f"{day}T09:30:00+02:00"
    return Event(Route.TOPIC, key, (("parcel_id", key), ("delivered_at", time)), "Delivered", time)


_PRICES = (("EUR", "12.50", 1250), ("USD", "7", 700), ("JPY", "900", 900))


def expected(sent: Sequence[Event], *, redriven: bool) -> Outcome:
    """The expected outcome of these events in the faulty release, or after the fix and redriving."""
    wanted = [event for event in sent if event.stored is not None]
    failing = [event for event in wanted if event.reason]
    stored = {event.key: str(event.stored) for event in wanted if redriven or not event.reason}
    failures = {e.key: Failure("RetriesExhausted", ATTEMPTS, e.reason, e.body) for e in failing}
    return Outcome(
        stored=stored,
        failed={} if redriven else failures,
        times_stored=dict.fromkeys(stored, 1),
        times_failed=dict.fromkeys(failures, ATTEMPTS),
    )


def outcome(
    *,
    sent: Sequence[Event],
    invoices: Iterable[Mapping[str, Any]],
    deliveries: Iterable[Mapping[str, Any]],
    log: Iterable[Mapping[str, Any]],
    failed: Iterable[Mapping[str, Any]],
) -> Outcome:
    """Derive the outcome of the sent events from the tables, the logs and the failure queues.

    Args:
        sent: The events.
        invoices: Items of the table of invoices.
        deliveries: Items of the table of deliveries.
        log: Structured log lines of both handlers about events.
        failed: Invocation records in both failure queues.
    """
    keys = {event.key for event in sent}
    stored = {item["order_id"]: f"{item['currency']} {item['amount']}" for item in invoices}
    stored |= {item["parcel_id"]: item["delivered_at"] for item in deliveries}
    lines = [line for line in log if line["event_key"] in keys]
    failures = {failure.body[0][1]: failure for failure in map(_failure, failed)}
    return Outcome(
        stored={key: value for key, value in stored.items() if key in keys},
        failed={key: failure for key, failure in failures.items() if key in keys},
        times_stored=Counter(line["event_key"] for line in lines if line["message"] == "stored"),
        times_failed=Counter(line["event_key"] for line in lines if line["message"] == "failed"),
    )


def _failure(record: Mapping[str, Any]) -> Failure:
    context, event = record["requestContext"], record["requestPayload"]
    body = event["detail"] if "detail" in event else json.loads(event["Records"][0]["Sns"]["Message"])
    reason = record["responsePayload"]["errorMessage"]
    return Failure(context["condition"], context["approximateInvokeCount"], reason, tuple(body.items()))


def mismatches(wanted: Outcome, found: Outcome) -> list[str]:
    """Describe every relevant difference; empty if the run is correct."""
    return differences(
        {
            "stored": (dict(wanted.stored), dict(found.stored)),
            "failed": (dict(wanted.failed), dict(found.failed)),
            "times stored": (dict(wanted.times_stored), dict(found.times_stored)),
            "times failed": (dict(wanted.times_failed), dict(found.times_failed)),
        }
    )


class Driver:
    """Sends events to a deployed stack and collects their outcome."""

    def __init__(self, deployed: Deployed) -> None:
        self._bus, self._topic = deployed.events("Shop"), deployed.topic("Carriers")
        self._invoices, self._deliveries = deployed.table("Invoices"), deployed.table("Deliveries")
        workloads = ("Billing", "Tracking")
        self._functions = [deployed.function(name) for name in workloads]
        self._failures = [deployed.failures(name) for name in workloads]
        self._expected = 0

    def send(self, sent: Sequence[Event], progress: Callable[[int], None] = lambda _: None) -> None:
        """Send each event on its route, and report to `progress` how many were sent.

        Raises:
            RuntimeError: The bus or the topic rejected an event.
        """
        count = 0
        for route, send in ((Route.BUS, self._put), (Route.TOPIC, self._publish)):
            events = [event for event in sent if event.route is route]
            for start in range(0, len(events), BATCH):
                batch = events[start : start + BATCH]
                refused = send(batch)
                if refused:
                    raise RuntimeError(f"refused: {refused}")
                count += len(batch)
                progress(count)
        self._expected += sum(event.stored is not None for event in sent)

    def _put(self, batch: Sequence[Event]) -> list[Any]:
        entries = [
            {
                "EventBusName": self._bus.name,
                "Source": "shop",
                "DetailType": event.kind,
                "Detail": json.dumps(dict(event.body)),
            }
            for event in batch
        ]
        answers = self._bus.events.put_events(Entries=entries)["Entries"]
        return [answer for answer in answers if "ErrorCode" in answer]

    def _publish(self, batch: Sequence[Event]) -> list[Any]:
        entries = [
            {
                "Id": str(position),
                "Message": json.dumps(dict(event.body)),
                "MessageAttributes": {"kind": {"DataType": "String", "StringValue": event.kind}},
            }
            for position, event in enumerate(batch)
        ]
        answer = self._topic.sns.publish_batch(TopicArn=self._topic.arn, PublishBatchRequestEntries=entries)
        refused: list[Any] = answer.get("Failed", [])
        return refused

    def wait_until_settled(
        self, *, timeout: float, progress: Callable[[int, int], None] = lambda _stored, _failed: None
    ) -> None:
        """Wait until each event of a handler is stored or in a failure queue.

        Args:
            timeout: Seconds.
            progress: Receives the number of stored and of failed events.

        Raises:
            TimeoutError: It did not happen within the timeout.
        """

        def missing() -> str:
            stored = len(self._invoices.items() + self._deliveries.items())
            failed = sum(queue.depth() for queue in self._failures)
            progress(stored, failed)
            if stored + failed >= self._expected:
                return ""
            return f"{stored} events stored and {failed} failed, of {self._expected}"

        wait_until(missing, timeout=timeout)

    def collect(self, sent: Sequence[Event]) -> Outcome:
        """Return the outcome of these events after they have settled. Failed events stay in their queue."""
        return outcome(
            sent=sent,
            invoices=self._invoices.items(),
            deliveries=self._deliveries.items(),
            log=[line for function in self._functions for line in function.log_lines("event_key")],
            failed=[json.loads(body) for queue in self._failures for body in queue.bodies()],
        )
