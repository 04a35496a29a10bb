"""The demo of the fan-out: a release that fails on some events, the fix, and redriving."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from examples.event_fanout import drive
from examples.example import FEW_AT_ONCE, REMOVABLE, Example, redrive
from examples.report import Report
from lambda_constructs_emulator.kit import Deployed

TIMEOUT = 120.0
FAULTY = {"handler": "faulty"}
FIXED = {"release": "2", "handler": "app"}


def show(deployed: Deployed, report: Report) -> list[str]:
    """Send events to the deployed stack, fix it, and redrive the failed events. Returns all faults."""
    driver = drive.Driver(deployed)
    sent = drive.events(60, prefix="event")
    with report.phase(f"send {len(sent)} events") as progress:
        driver.send(sent, lambda count: progress(f"{count} of {len(sent)}"))
    wrong = _settle(driver, sent, report, redriven=False)

    with report.phase("wait until no alarm fires"):
        deployed.until_calm()
    with report.phase("cdk deploy, release 2, the fix"):
        deployed.release(context=FIXED).assert_promoted()
    with report.phase("redrive both failure queues"):
        left = [redrive(deployed, workload)[1] for workload in ("Billing", "Tracking")]
    if any(left):
        wrong.append(f"expected every failed event to be accepted, found: {left}")
    return [*wrong, *_settle(driver, sent, report, redriven=True)]


def _settle(
    driver: drive.Driver, sent: Sequence[drive.Event], report: Report, *, redriven: bool
) -> list[str]:
    with report.phase("wait until each is stored or failed") as progress:
        driver.wait_until_settled(
            timeout=TIMEOUT, progress=lambda stored, failed: progress(f"{stored} stored, {failed} failed")
        )
    found = driver.collect(sent)
    _show(sent, found, report)
    return drive.mismatches(drive.expected(sent, redriven=redriven), found)


def _show(sent: Sequence[drive.Event], found: drive.Outcome, report: Report) -> None:
    routes = Counter(event.route for event in sent)
    reasons = Counter((failure.reason, failure.attempts) for failure in found.failed.values())
    report.line()
    report.table(
        [
            ("sent", len(sent), ", ".join(f"{count} {route.value}s" for route, count in routes.items())),
            ("for no handler", sum(event.stored is None for event in sent), "left out by pattern and filter"),
            ("stored", len(found.stored), ""),
            ("failed", len(found.failed), "in the failure queues, with the whole event"),
            *(("", count, f"{reason} ({tries} attempts)") for (reason, tries), count in reasons.items()),
        ]
    )
    report.line()


EXAMPLE = Example(
    stack="EventFanout",
    handlers=[Path(__file__).parent / "handler"],
    drive=show,
    context={**REMOVABLE, **FEW_AT_ONCE, **FAULTY},
)
