"""The demo of the thumbnails: fifty images, and some files that are not images."""

from collections.abc import Sequence
from pathlib import Path

from examples.example import FEW_AT_ONCE, REMOVABLE, Example, built_for_this_machine
from examples.report import Report
from examples.thumbnails import drive
from lambda_constructs_emulator.kit import Deployed

TIMEOUT = 120.0


def show(deployed: Deployed, report: Report) -> list[str]:
    """Upload images to the deployed stack, and some more to its next release. Returns all faults."""
    driver = drive.Driver(deployed)
    first = [*drive.images(50, prefix="image"), *drive.corrupt_images(prefix="corrupt")]
    wrong = _scale(driver, first, report)
    with report.phase("cdk deploy, release 2"):
        deployed.release(context={"release": "2"}).assert_promoted()
    return [*wrong, *_scale(driver, drive.images(10, prefix="later"), report)]


def _scale(driver: drive.Driver, uploads: Sequence[drive.Upload], report: Report) -> list[str]:
    count = len(uploads)
    with report.phase(f"upload {count} images") as progress:
        driver.upload(uploads, lambda uploaded: progress(f"{uploaded} of {count}"))
    with report.phase("wait until each is scaled or failed") as progress:
        driver.wait_until_settled(
            timeout=TIMEOUT, progress=lambda made, failed: progress(f"{made} scaled, {failed} failed")
        )
    found = driver.collect(uploads)
    _show(uploads, found, report)
    return drive.mismatches(drive.expected(uploads), found)


def _show(uploads: Sequence[drive.Upload], found: drive.Outcome, report: Report) -> None:
    sizes = {(width, height) for width, height, _color in found.thumbnails.values()}
    report.line()
    report.table(
        [
            ("uploaded", len(uploads), f"{sum(len(each.data) for each in uploads)} bytes"),
            ("thumbnails", len(found.thumbnails), f"in {len(sizes)} sizes, each in the color of its image"),
            ("other objects", len(found.others), "such as thumbnails of thumbnails"),
            ("failed", len(found.failed), "in the failure queue"),
            *(
                ("", "", f"{name}: {failure.reason} ({failure.attempts} attempts)")
                for name, failure in found.failed.items()
            ),
        ]
    )
    report.line()


EXAMPLE = Example(
    stack="Thumbnails",
    handlers=[Path(__file__).parent / "handler"],
    drive=show,
    context={**REMOVABLE, **FEW_AT_ONCE, **built_for_this_machine()},
    buckets={"Images": "Scaler"},
    caveats=("Pillow is installed for this machine's processor and Python, not for those of Lambda.",),
)
