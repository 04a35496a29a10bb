"""`python -m examples.demo order_worker`: deploy an example to the emulator, drive it, update it.

Ends with status 0 only if every number is right, and leaves nothing running behind, however it
ends.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from emulator.cdk import Cdk, CdkError
from emulator.process import ROOT, Emulator
from examples.bundle import BUILD, bundle
from examples.order_worker import drive, release
from examples.report import Report

STACK = "OrderWorker"
HANDLER = ROOT / "examples" / "order_worker" / "handler"
CONTEXT = {"removal-policy": "destroy"}
MAX_RECEIVE_COUNT = 5
TIME_SCALE = 0.01
DRAIN_TIMEOUT = 120.0
SERVER_LOG = BUILD / "emulator.log"

CAVEATS = f"""\
What this run does not show:
  - Time is shortened {1 / TIME_SCALE:g} times: waits between deliveries, canary minutes, alarm periods.
  - CodeDeploy, alarms and weighted aliases are the emulator's models of AWS's documentation.
  - Nothing here speaks about AWS's speed, cold starts, cost or arm64."""


class DemoError(RuntimeError):
    """The example ran and the numbers are wrong; the message says what was expected."""


def order_worker(report: Report) -> None:
    """Run the order worker's demo.

    Raises:
        DemoError: a number is wrong.
    """
    with report.phase("bundle the handler"):
        # Here, with the user's own package index and caches, which the emulator's clients lack.
        bundle(HANDLER, architecture="arm64")
    with ExitStack() as until_the_end:
        with report.phase("start the emulator"):
            emulator = until_the_end.enter_context(Emulator(time_scale=TIME_SCALE, keep_log=SERVER_LOG))
        cdk = Cdk(emulator)
        try:
            _drive_order_worker(emulator, cdk, report)
        finally:
            # What is left takes a second or two, and an impatient second Ctrl-C must not stop it.
            _on_interrupt(signal.SIG_IGN)
            destroyed = _destroy(cdk, report)
    report.line("  emulator stopped, its files removed")
    if not destroyed:
        raise DemoError("expected the stack to be destroyed, found: the failure above")


def _drive_order_worker(emulator: Emulator, cdk: Cdk, report: Report) -> None:
    with report.phase("cdk bootstrap"):
        cdk.bootstrap()
    with report.phase(f"cdk deploy {STACK}"):
        outputs = cdk.deploy(STACK, CONTEXT)
    driver = drive.Driver(emulator.client, outputs)

    hundred = drive.hundred_orders()
    found = _run(driver, hundred, report)
    _show(hundred, found, report)
    wrong = drive.mismatches(drive.expected(hundred, max_receive_count=MAX_RECEIVE_COUNT), found)

    rollouts = release.Rollouts(emulator, cdk, driver, report, context=CONTEXT, time_scale=TIME_SCALE)
    wrong += rollouts.good()
    wrong += rollouts.bad()
    if wrong:
        raise DemoError("\n".join(wrong))


def _run(driver: drive.Driver, messages: Sequence[drive.Message], report: Report) -> drive.Outcome:
    count = len(messages)
    dead_letters = sum(message.fate is drive.Fate.DEAD_LETTERED for message in messages)
    with report.phase(f"send {count} orders") as progress:
        driver.send(messages, lambda sent: progress(f"{sent} of {count}"))
    try:
        with report.phase("wait until the queue is drained") as progress:
            driver.wait_until_drained(
                dead_letters=dead_letters,
                timeout=DRAIN_TIMEOUT,
                progress=lambda left, dead: progress(f"{left} in the queue, {dead} dead-lettered"),
            )
    except drive.DrainTimeoutError as error:
        expected = drive.expected(messages, max_receive_count=MAX_RECEIVE_COUNT)
        wrong = drive.mismatches(expected, driver.collect(messages))
        raise DemoError("\n".join([str(error), *wrong])) from error
    return driver.collect(messages)


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


def _destroy(cdk: Cdk, report: Report) -> bool:
    """Delete the stack; a failure is told, and does not hide why the run ended."""
    try:
        if cdk.exists(STACK):
            with report.phase(f"cdk destroy {STACK}"):
                cdk.destroy(STACK)
        remains = cdk.exists(STACK)
    except (CdkError, BotoCoreError, ClientError) as error:
        report.line(str(error))
        return False
    return not remains


def _on_interrupt(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def main() -> int:
    """Run the demo of one example; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description=__doc__)
    parser.add_argument("example", choices=sorted(EXAMPLES))
    example = parser.parse_args().example
    report = Report()
    report.line(f"{example}: deployed with the real CDK CLI to an emulator of AWS on this machine")
    report.line("(TLS, IAM enforced, loopback only; nothing is sent to AWS)")
    report.line()
    # SIGTERM ends a run as Ctrl-C does, by an exception, so that everything is cleaned up.
    _on_interrupt(signal.default_int_handler)
    try:
        EXAMPLES[example](report)
    except KeyboardInterrupt:
        report.line("interrupted")
        return 130
    except (RuntimeError, BotoCoreError, ClientError) as error:
        # All that is raised on purpose, from the bundle to the last number, is a RuntimeError.
        report.line(f"\nFAILED after {report.elapsed():.0f} s\n{error}")
        if SERVER_LOG.exists():
            report.line(f"The emulator's log: {SERVER_LOG.relative_to(ROOT)}")
        return 1
    report.line()
    report.line(f"OK: every number is right, after {report.elapsed():.0f} s")
    report.line()
    report.line(CAVEATS)
    return 0


EXAMPLES: Mapping[str, Callable[[Report], None]] = {"order_worker": order_worker}


if __name__ == "__main__":
    sys.exit(main())
