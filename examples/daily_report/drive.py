"""Which orders to store, when to start the report, and what must come of it, wherever the stack is deployed.

The upper half is pure: orders, the expectation, and how evidence becomes an outcome. `Driver`, at the end, is
the only part that talks to AWS. It starts the report by one-time schedules: copies of the deployed schedule,
with its role, target and input, that start once, soon, and are gone then.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from examples import driving
from examples.driving import Clients

ATTEMPTS = 2
"""A start that fails is tried once more."""
SENT, FAILED, SENT_BEFORE = "report sent", "report failed", "report was sent before"
"""What the handler logs about a start."""
_SOON = timedelta(minutes=1)
_CHANGE_OF_DAY = timedelta(minutes=10)


@dataclass(frozen=True)
class Order:
    """An order; without an amount no report on its day can be right."""

    order_id: str
    day: date
    product: str
    amount: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A start of the report, and what is to come of it.

    Attributes:
        scheduled: when it was to start, as Scheduler writes it.
        orders: the orders of the day before.
        reason: why it failed on each attempt; empty if it did not.
        redriven: whether it was sent again after that, and its report was sent.
        repeated: how often it was delivered again after its report was sent.
    """

    scheduled: str
    orders: Sequence[Order]
    reason: str = ""
    redriven: bool = False
    repeated: int = 0

    @property
    def day(self) -> date:
        """The day that is reported on."""
        return datetime.fromisoformat(self.scheduled).date() - timedelta(days=1)

    @property
    def sent(self) -> bool:
        """Whether its report is sent in the end."""
        return self.redriven or not self.reason


@dataclass(frozen=True)
class Failure:
    """What the failure queue says about a start."""

    condition: str
    attempts: int
    reason: str
    event: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of some starts; orders and revenue are added up over the products."""

    reports: Mapping[date, tuple[int, Decimal]]
    """Orders and revenue in the object of each day."""
    mails: Mapping[str, Sequence[str]]
    """The subjects of the mails, by the time that their start was scheduled for."""
    failed: Mapping[str, Failure]
    logged: Mapping[tuple[str, str], int]
    """How often the handler logged what about which start."""


def orders(count: int, day: date, *, prefix: str) -> list[Order]:
    """Orders of several products; the same at every call."""
    return [
        Order(
            f"{prefix}-{number:03}", day, _PRODUCTS[number % 3], Decimal(f"{10 + number}.{number % 100:02}")
        )
        for number in range(count)
    ]


_PRODUCTS = ("coffee", "tea", "cocoa")


def soon(now: datetime, *, after: datetime) -> datetime:
    """A time to start at: after another, soon, but not minutes before midnight, so that a few share a day."""
    start = now + _SOON
    later = start + _CHANGE_OF_DAY
    if later.date() != start.date():
        start = later.replace(hour=0, minute=0, second=0)
    return max(start, after + timedelta(seconds=1)).replace(microsecond=0)


def expected(runs: Sequence[Run]) -> Outcome:
    """What must come of these starts, in their order."""
    done = [(run, _sums(run.orders)) for run in runs if run.sent]
    logged: Counter[tuple[str, str]] = Counter()
    for run in runs:
        logged[run.scheduled, FAILED] = ATTEMPTS if run.reason else 0
        logged[run.scheduled, SENT] = 1 if run.sent else 0
        logged[run.scheduled, SENT_BEFORE] = run.repeated
    return Outcome(
        reports={run.day: sums for run, sums in done},
        mails={run.scheduled: [f"{run.day}: {count} orders, {total} EUR"] for run, (count, total) in done},
        failed={
            run.scheduled: Failure(
                "RetriesExhausted", ATTEMPTS, run.reason, {"scheduled_time": run.scheduled}
            )
            for run in runs
            if not run.sent
        },
        logged=+logged,
    )


def _sums(counted: Sequence[Order]) -> tuple[int, Decimal]:
    return len(counted), sum((order.amount or Decimal() for order in counted), Decimal())


def outcome(
    *,
    runs: Sequence[Run],
    reports: Iterable[Mapping[str, Any]],
    mails: Iterable[Mapping[str, Any]],
    log: Iterable[Mapping[str, Any]],
    failed: Iterable[Mapping[str, Any]],
) -> Outcome:
    """Tell from what the handler left behind what came of these starts, and of no other.

    Args:
        runs: the starts.
        reports: the documents in the bucket.
        mails: what SES took.
        log: the handler's structured lines about starts.
        failed: the invocation records in the failure queue.
    """
    times, days = {run.scheduled for run in runs}, {run.day for run in runs}
    sent: dict[str, list[str]] = {}
    for mail in mails:
        sent.setdefault(mail["BodyText"].rpartition(" ")[2], []).append(mail["Subject"])
    failures = {record["requestPayload"]["scheduled_time"]: _failure(record) for record in failed}
    return Outcome(
        reports={
            day: _totals(report) for report in reports if (day := date.fromisoformat(report["day"])) in days
        },
        mails={time: subjects for time, subjects in sent.items() if time in times},
        failed={time: failure for time, failure in failures.items() if time in times},
        logged=Counter(
            (line["scheduled_time"], line["message"]) for line in log if line["scheduled_time"] in times
        ),
    )


def _failure(record: Mapping[str, Any]) -> Failure:
    context, reason = record["requestContext"], record["responsePayload"]["errorMessage"]
    return Failure(context["condition"], context["approximateInvokeCount"], reason, record["requestPayload"])


def _totals(report: Mapping[str, Any]) -> tuple[int, Decimal]:
    products = report["products"].values()
    revenue = sum((Decimal(each["revenue"]) for each in products), Decimal())
    return sum(each["orders"] for each in products), revenue


def mismatches(wanted: Outcome, found: Outcome) -> list[str]:
    """Every difference that matters, in words; empty if the run is right."""
    return driving.differences(
        {
            "reports": (dict(wanted.reports), dict(found.reports)),
            "mails": (dict(wanted.mails), dict(found.mails)),
            "failed": (dict(wanted.failed), dict(found.failed)),
            "logged": (dict(wanted.logged), dict(found.logged)),
        }
    )


class Driver:
    """Stores orders, starts the report of a deployed stack and collects what came of it.

    Needs a function from a service name to a boto3 client, the outputs of the stack, and a way to read
    the mails that SES took: SES itself keeps none.
    """

    def __init__(
        self, clients: Clients, outputs: Mapping[str, str], mails: Callable[[], Iterable[Mapping[str, Any]]]
    ) -> None:
        self._clients = clients
        self._outputs = outputs
        self._mails = mails
        self._latest = datetime.min.replace(tzinfo=UTC)

    def store(self, stored: Iterable[Order]) -> None:
        """Write orders into the table, over earlier ones of their ids."""
        for order in stored:
            amount = {"S": "unknown"} if order.amount is None else {"N": str(order.amount)}
            texts = {"order_id": order.order_id, "day": order.day.isoformat(), "product": order.product}
            item = {name: {"S": value} for name, value in texts.items()}
            self._clients("dynamodb").put_item(
                TableName=self._outputs["OrdersTable"], Item={**item, "amount": amount}
            )

    def next_time(self) -> datetime:
        """When the next start can be: soon, and at another time than any before."""
        self._latest = soon(datetime.now(UTC), after=self._latest)
        return self._latest

    def start(self, at: datetime) -> str:
        """Have Scheduler start the report once; returns the time as Scheduler writes it."""
        scheduler = self._clients("scheduler")
        deployed = scheduler.get_schedule(Name=self._outputs["ScheduleName"])
        scheduler.create_schedule(
            Name=f"{self._outputs['ScheduleName']}-{at:%H%M%S}",
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
            ActionAfterCompletion="DELETE",
            **{name: deployed[name] for name in ("FlexibleTimeWindow", "GroupName", "Target")},
        )
        return f"{at:%Y-%m-%dT%H:%M:%SZ}"

    def deliver_again(self, scheduled: str) -> None:
        """Invoke the alias once more with a start that it had, as Scheduler may."""
        self._clients("lambda").invoke(
            FunctionName=self._outputs["FunctionName"],
            Qualifier=self._outputs["AliasName"],
            InvocationType="Event",
            Payload=json.dumps({"scheduled_time": scheduled}).encode(),
        )

    def settle(self, runs: Sequence[Run], *, timeout: float) -> Outcome:
        """Wait until all is as it must be, and stays so; returns what was found.

        Raises:
            NotSettledError: it did not happen in `timeout` seconds; the message says what was different.
        """
        wanted = expected(runs)
        driving.settle(lambda: "; ".join(mismatches(wanted, self.collect(runs))), timeout=timeout)
        return self.collect(runs)

    def collect(self, runs: Sequence[Run]) -> Outcome:
        """Return what came of these starts so far; what failed stays in its queue."""
        messages = driving.peek(self._clients("sqs"), self._outputs["FailureQueueUrl"])
        return outcome(
            runs=runs,
            reports=[self._report(key) for key in self._keys()],
            mails=self._mails(),
            log=self._log(),
            failed=[json.loads(message["Body"]) for message in messages],
        )

    def sent_by(self, release: str) -> list[str]:
        """For which times the reports were scheduled that a release sent, the earliest first."""
        lines = [line for line in self._log() if line["message"] == SENT and line["release"] == release]
        return sorted(line["scheduled_time"] for line in lines)

    def empty(self) -> None:
        """Delete all reports: a bucket that has some is not deleted."""
        for key in self._keys():
            self._clients("s3").delete_object(Bucket=self._outputs["ReportsBucket"], Key=key)

    def _log(self) -> list[Mapping[str, Any]]:
        return list(driving.log_lines(self._clients, self._outputs["FunctionName"], "scheduled_time"))

    def _keys(self) -> list[str]:
        pages = self._clients("s3").get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self._outputs["ReportsBucket"])
        return [each["Key"] for page in found for each in page.get("Contents", [])]

    def _report(self, key: str) -> dict[str, Any]:
        stored = self._clients("s3").get_object(Bucket=self._outputs["ReportsBucket"], Key=key)
        report: dict[str, Any] = json.load(stored["Body"])
        return report
