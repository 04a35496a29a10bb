"""The demo of the order worker: a hundred orders, a good release, and a bad release that is rolled back."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from examples.example import Example
from examples.order_worker import drive, release
from examples.report import Report
from lambda_constructs_emulator.kit import Deployed

MAX_RECEIVE_COUNT = 5
DRAIN_TIMEOUT = 120.0


def show(deployed: Deployed, report: Report) -> list[str]:
    """Send orders to the deployed worker, then deploy new releases. Returns everything that is wrong."""
    driver = drive.Driver(deployed)
    wrong = _hundred_orders(driver, report)
    rollouts = release.Rollouts(deployed, driver, report)
    return [*wrong, *rollouts.good(), *rollouts.bad()]


def _hundred_orders(driver: drive.Driver, report: Report) -> list[str]:
    orders = drive.hundred_orders()
    expected = drive.expected(orders, max_receive_count=MAX_RECEIVE_COUNT)
    try:
        _send_and_wait(driver, orders, report)
    except TimeoutError as error:
        wrong = drive.mismatches(expected, driver.collect(orders))
        raise TimeoutError("\n".join([str(error), *wrong])) from error
    found = driver.collect(orders)
    _show(orders, found, report)
    return drive.mismatches(expected, found)


def _send_and_wait(driver: drive.Driver, messages: Sequence[drive.Message], report: Report) -> None:
    count = len(messages)
    dead_letters = sum(message.fate is drive.Fate.DEAD_LETTERED for message in messages)
    with report.phase(f"send {count} orders") as progress:
        driver.send(messages, lambda sent: progress(f"{sent} of {count}"))
    with report.phase("wait until the queue is drained") as progress:
        driver.wait_until_drained(
            dead_letters=dead_letters,
            timeout=DRAIN_TIMEOUT,
            progress=lambda left, dead: progress(f"{left} in the queue, {dead} dead-lettered"),
        )


def _show(messages: Sequence[drive.Message], found: drive.Outcome, report: Report) -> None:
    fates = [message.fate for message in messages]
    mixture = ", ".join(f"{fates.count(fate)} {fate.value}" for fate in drive.Fate)
    deliveries = sorted({str(count) for count in found.dead_lettered.values()})
    report.line()
    report.table(
        [
            ("sent", len(messages), mixture),
            ("stored", len(found.totals), f"worth {sum(found.totals.values())}"),
            ("duplicates ignored", len(found.duplicates), ", ".join(found.duplicates)),
            *_dead_letter_rows(found.dead_lettered),
            ("invocations", found.invocations, ""),
            ("retries", found.retries, f"{' or '.join(deliveries)} deliveries of each dead letter"),
        ]
    )
    report.line()


def _dead_letter_rows(dead_lettered: Mapping[str, int]) -> Iterator[tuple[str, object, str]]:
    labels = sorted(dead_lettered) or [""]
    yield "dead-lettered", len(dead_lettered), labels[0]
    for label in labels[1:]:
        yield "", "", label


EXAMPLE = Example(stack="OrderWorker", handlers=[Path(__file__).parent / "handler"], drive=show)
