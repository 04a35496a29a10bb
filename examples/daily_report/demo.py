"""The demo of the daily report: a start, the same start again, a failure, and starts every five minutes."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from examples.daily_report import drive
from examples.daily_report.drive import Order, Run
from examples.differences import differences
from examples.example import Example, redrive
from examples.report import Report
from lambda_constructs_emulator.kit import Deployed, wait_until

TIMEOUT = 60.0
EVERY_FIVE_MINUTES = {"release": "2", "every-minutes": "5"}


def show(deployed: Deployed, report: Report) -> list[str]:
    """Have the deployed stack report on good orders and on a broken one. Returns all faults.

    Raises:
        TimeoutError: The result was wrong until the timeout. The message describes it.
    """
    driver = drive.Driver(deployed)
    sent = send(driver, report)
    failed = fail(driver, sent, report)
    repair(deployed, driver, sent, failed, report)
    with report.phase("wait until no alarm fires"):
        deployed.until_calm()
    with report.phase("cdk deploy, release 2, every 5 min"):
        deployed.release(context=EVERY_FIVE_MINUTES).assert_promoted()
    with report.phase("wait until it starts by itself"):
        first, second = own_starts(driver)
    report.line()
    report.line(f"  the stack's own schedule started for {first} and {second}")
    report.line()
    return differences({"time between starts": (timedelta(minutes=5), second - first)})


def send(driver: drive.Driver, report: Report) -> Run:
    """Store orders, have Scheduler start a report on them, and deliver that start again."""
    time = driver.next_time()
    yesterday = time.date() - timedelta(days=1)
    orders = drive.orders(40, yesterday, prefix="order")
    with report.phase("store the orders of three days"):
        driver.store(orders)
        driver.store(drive.orders(5, time.date(), prefix="today"))
        driver.store(drive.orders(5, yesterday - timedelta(days=1), prefix="earlier"))
    run = Run(scheduled=driver.start(time), orders=orders)
    with report.phase("wait for the report"):
        driver.settle([run], timeout=TIMEOUT)
    driver.deliver_again(run.scheduled)
    run = replace(run, repeated=1)
    with report.phase("deliver the same start again"):
        found = driver.settle([run], timeout=TIMEOUT)
    _show(found, report)
    return run


def fail(driver: drive.Driver, sent: Run, report: Report) -> Run:
    """Start a report on a day with an order that has no amount."""
    time = driver.next_time()
    broken = Order("broken", sent.day, "tea", None)
    driver.store([broken])
    reason = "order broken: the amount must be a number, not 'unknown'"
    run = Run(scheduled=driver.start(time), orders=[*sent.orders, broken], reason=reason)
    with report.phase("wait for a report that fails"):
        found = driver.settle([sent, run], timeout=TIMEOUT)
    _show(found, report)
    return run


def repair(deployed: Deployed, driver: drive.Driver, sent: Run, failed: Run, report: Report) -> Run:
    """Correct the order, and redrive the failed start from the failure queue."""
    corrected = [replace(order, amount=order.amount or Decimal("99.99")) for order in failed.orders]
    driver.store(corrected)
    done = replace(failed, orders=corrected, redriven=True)
    with report.phase("correct the order and redrive"):
        redrive(deployed, "Report")
        found = driver.settle([sent, done], timeout=TIMEOUT)
    _show(found, report)
    return done


def own_starts(driver: drive.Driver) -> tuple[datetime, datetime]:
    """The scheduled times of the first two reports of release 2 from the stack's schedule."""

    def missing() -> str:
        times = driver.sent_by("2")
        return "" if len(times) > 1 else f"two starts, found: {times}"

    wait_until(missing, timeout=TIMEOUT)
    first, second = (datetime.fromisoformat(time) for time in driver.sent_by("2")[:2])
    return first, second


def _show(found: drive.Outcome, report: Report) -> None:
    report.line()
    report.table(
        [
            *(
                ("report", count, f"orders on {day}: {sum_} EUR")
                for day, (count, sum_) in found.reports.items()
            ),
            ("mails", sum(len(subjects) for subjects in found.mails.values()), ""),
            *(("", "", subject) for subjects in found.mails.values() for subject in subjects),
            ("failed", len(found.failed), "in the failure queue, with their input"),
            *(
                ("", "", f"{time}: {failure.reason} ({failure.attempts} attempts)")
                for time, failure in found.failed.items()
            ),
            *(("log", count, f"{message} ({time})") for (time, message), count in found.logged.items()),
        ]
    )
    report.line()


EXAMPLE = Example(
    stack="DailyReport",
    handlers=[Path(__file__).parent / "handler"],
    drive=show,
    buckets={"Reports": "Report"},
    caveats=(
        "The clock of schedules is faster too. One-time copies of the stack's schedule start the reports.",
        "SES sends no emails and treats any address as verified. On AWS its owner must follow a link.",
    ),
)
