"""The demo of the activity scores: poison records in the stream, then a release that sometimes crashes."""

from collections.abc import Sequence
from pathlib import Path

from examples.activity_scores import drive
from examples.example import Example
from examples.report import Report
from lambda_constructs_emulator.kit import Deployed

TIMEOUT = 120.0
UNRELIABLE = {"release": "2", "handler": "faulty.unreliable"}


def show(deployed: Deployed, report: Report) -> list[str]:
    """Write activities into the deployed table, before and after a bad release. Returns all faults."""
    driver = drive.Driver(deployed)
    wrong = _count(driver, drive.with_poison(300, prefix="user"), report)
    with report.phase("cdk deploy, release 2, which crashes"):
        deployed.release(context=UNRELIABLE).assert_promoted()
    return [*wrong, *_count(driver, drive.activities(600, prefix="later"), report)]


def _count(driver: drive.Driver, activities: Sequence[drive.Activity], report: Report) -> list[str]:
    count = len(activities)
    with report.phase(f"write {count} activities") as progress:
        driver.write(activities, lambda written: progress(f"{written} of {count}"))
    with report.phase("wait until each is counted or failed") as progress:
        driver.wait_until_settled(
            timeout=TIMEOUT, progress=lambda counted, failed: progress(f"{counted} counted, {failed} failed")
        )
    found = driver.collect(activities)
    _show(activities, found, report)
    return drive.mismatches(drive.expected(activities), found)


def _show(activities: Sequence[drive.Activity], found: drive.Outcome, report: Report) -> None:
    points = sum(score.points for score in found.scores.values())
    report.line()
    report.table(
        [
            ("written", len(activities), f"by {len(found.scores)} users"),
            ("counted", sum(score.activities for score in found.scores.values()), f"{points} points"),
            ("counted before", found.counted_before, "deliveries that added nothing"),
            ("failed", len(found.failed), "in the failure queue, by their place in the stream"),
            *(("", "", f"{label}, after {attempts} attempts") for label, attempts in found.failed.items()),
            ("invocations", found.invocations, ""),
        ]
    )
    report.line()


EXAMPLE = Example(stack="ActivityScores", handlers=[Path(__file__).parent / "handler"], drive=show)
