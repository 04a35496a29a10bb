"""The orders, the starts of the report, and the expected outcome, wherever the stack is deployed.

The first half is pure: orders, expectations, and the outcome from the evidence. Only `Driver`, at the end,
calls AWS. It starts the report with one-time schedules: copies of the deployed schedule with the same role,
target and input, which start once, soon, and are deleted afterwards.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from examples.differences import differences
from lambda_constructs_emulator.kit import Deployed, wait_until

ATTEMPTS = 2
"""Lambda retries a failed start once."""
SENT, FAILED, SENT_BEFORE = "report sent", "report failed", "report was sent before"
"""Messages in the handler's log about a start."""
_SOON = timedelta(minutes=1)
_CHANGE_OF_DAY = timedelta(minutes=10)


@dataclass(frozen=True)
class Order:
    """An order; without an amount a report on its day fails."""

    order_id: str
    day: date
    product: str
    amount: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A start of the report, and its expected outcome.

    Attributes:
        scheduled: Scheduled time in Scheduler's format.
        orders: Orders of the previous day.
        reason: Why each attempt failed; empty if it succeeded.
        redriven: Whether it was redriven after it failed, and its report was sent.
        repeated: Number of further deliveries after its report was sent.
    """

    scheduled: str
    orders: Sequence[Order]
    reason: str = ""
    redriven: bool = False
    repeated: int = 0

    @property
    def day(self) -> date:
        """The day of the report."""
        return datetime.fromisoformat(self.scheduled).date() - timedelta(days=1)

    @property
    def sent(self) -> bool:
        """Whether its report is finally sent."""
        return self.redriven or not self.reason


@dataclass(frozen=True)
class Failure:
    """A failed start in the failure queue."""

    condition: str
    attempts: int
    reason: str
    event: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of some starts, with orders and revenue of all products."""

    reports: Mapping[date, tuple[int, Decimal]]
    """Orders and revenue in the object of each day."""
    mails: Mapping[str, Sequence[str]]
    """Subjects of the emails, by the scheduled time of their start."""
    failed: Mapping[str, Failure]
    logged: Mapping[tuple[str, str], int]
    """Number of log messages of each kind about each start."""


def orders(count: int, day: date, *, prefix: str) -> list[Order]:
    """Orders of several products, the same in every call."""
    return [
        Order(
            f"{prefix}-{number:03}", day, _PRODUCTS[number % 3], Decimal(f"{10 + number}.{number % 100:02}")
        )
        for number in range(count)
    ]


_PRODUCTS = ("coffee", "tea", "cocoa")


def soon(now: datetime, *, after: datetime) -> datetime:
    """A time soon after another, but not shortly before midnight, so that several starts share a day."""
    start = now + _SOON
    later = start + _CHANGE_OF_DAY
    if later.date() != start.date():
        start = later.replace(hour=0, minute=0, second=0)
    return max(start, after + timedelta(seconds=1)).replace(microsecond=0)


def expected(runs: Sequence[Run]) -> Outcome:
    """The expected outcome of these starts, in their order."""
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
    """Derive the outcome of these starts from the reports, the emails, the log and the failure queue.

    Args:
        runs: The starts.
        reports: Documents in the bucket.
        mails: Emails that SES sent.
        log: The handler's structured log lines about starts.
        failed: Invocation records in the failure queue.
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
    """Describe every relevant difference; empty if the run is correct."""
    return differences(
        {
            "reports": (dict(wanted.reports), dict(found.reports)),
            "mails": (dict(wanted.mails), dict(found.mails)),
            "failed": (dict(wanted.failed), dict(found.failed)),
            "logged": (dict(wanted.logged), dict(found.logged)),
        }
    )


class Driver:
    """Stores orders, starts the report of a deployed stack and collects its outcome."""

    def __init__(self, deployed: Deployed) -> None:
        self._aws, self._schedule = deployed.aws, deployed.outputs["ScheduleName"]
        self._orders, self._reports = deployed.table("Orders"), deployed.bucket("Reports")
        self._function, self._failures = deployed.function("Report"), deployed.failures("Report")
        self._latest = datetime.min.replace(tzinfo=UTC)

    def store(self, stored: Iterable[Order]) -> None:
        """Write orders into the table, and overwrite earlier ones with the same ids."""
        for order in stored:
            amount = "unknown" if order.amount is None else order.amount
            self._orders.put(
                {
                    "order_id": order.order_id,
                    "day": order.day.isoformat(),
                    "product": order.product,
                    "amount": amount,
                }
            )

    def next_time(self) -> datetime:
        """A time for the next start: soon, and different from all earlier ones."""
        self._latest = soon(datetime.now(UTC), after=self._latest)
        return self._latest

    def start(self, at: datetime) -> str:
        """Have Scheduler start the report once, and return the time in Scheduler's format."""
        scheduler = self._aws.client("scheduler")
        deployed = scheduler.get_schedule(Name=self._schedule)
        scheduler.create_schedule(
            Name=f"{self._schedule}-{at:%H%M%S}",
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
            ActionAfterCompletion="DELETE",
            **{name: deployed[name] for name in ("FlexibleTimeWindow", "GroupName", "Target")},
        )
        return f"{at:%Y-%m-%dT%H:%M:%SZ}"

    def deliver_again(self, scheduled: str) -> None:
        """Invoke the alias again with an earlier start, as Scheduler may do."""
        self._aws.client("lambda").invoke(
            FunctionName=self._function.name,
            Qualifier=self._function.alias,
            InvocationType="Event",
            Payload=json.dumps({"scheduled_time": scheduled}).encode(),
        )

    def settle(self, runs: Sequence[Run], *, timeout: float) -> Outcome:
        """Wait until the outcome is the expected one and stays so, and return it.

        Raises:
            TimeoutError: It did not happen within the timeout. The message describes the differences.
        """
        wanted = expected(runs)
        wait_until(lambda: "; ".join(mismatches(wanted, self.collect(runs))), timeout=timeout)
        return self.collect(runs)

    def collect(self, runs: Sequence[Run]) -> Outcome:
        """Return the outcome of these starts so far. Failed starts stay in their queue."""
        return outcome(
            runs=runs,
            reports=[json.loads(each) for each in self._reports.contents().values()],
            mails=self._aws.emulator.mails(),
            log=self._function.log_lines("scheduled_time"),
            failed=[json.loads(body) for body in self._failures.bodies()],
        )

    def sent_by(self, release: str) -> list[str]:
        """The scheduled times of the reports that a release sent, in ascending order."""
        lines = self._function.log_lines("scheduled_time")
        return sorted(
            line["scheduled_time"] for line in lines if line["message"] == SENT and line["release"] == release
        )
