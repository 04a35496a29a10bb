"""The releases of the demo: a good one that is rolled out, and a bad one that is rolled back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from examples.differences import differences
from examples.report import Report
from examples.task_api.drive import Driver
from examples.task_api.traffic import Answer, Traffic, by_version, stored
from lambda_constructs_emulator.kit import Deployed, Release

REQUESTS = 500
"""Minimum number of requests during the rollout of a good release."""

PER_SECOND = 60
MANY = 100
"""Tasks on a page: the maximum that the API allows."""

BAD = {"release": "3", "handler": "faulty.read_only", "canary-minutes": "30"}
"""The context of the bad release. The canary is long enough for the alarm even on a slow machine."""


@dataclass(frozen=True, kw_only=True)
class Released:
    """The outcome of a release."""

    release: Release
    before: str
    after: str
    answers: Sequence[Answer]
    missing: Sequence[str]
    """Tasks that the API has confirmed, but that are not in the table."""

    @property
    def wrong(self) -> list[Answer]:
        """The responses that are not the expected ones."""
        return [answer for answer in self.answers if not answer.right]


class Rollouts:
    """Deploys releases during steady traffic, and shows what CodeDeploy and the alarms did.

    Args:
        deployed: The API.
        driver: Driver that sends the requests.
        report: Report that receives the output.
    """

    def __init__(self, deployed: Deployed, driver: Driver, report: Report) -> None:
        self._deployed, self._driver, self._report = deployed, driver, report

    def good(self) -> list[str]:
        """Roll out release 2, to a tenth of the traffic and then to all of it. Returns all faults."""
        found = self.release("release 2, a good one", {"release": "2"}, at_least=REQUESTS)
        return differences(
            {
                "release 2 to go out": ("", found.release.error),
                "its shares of the traffic": ([10, 100], found.release.shifts),
                "wrong answers": ([], found.wrong),
                "tasks that are missing": ([], found.missing),
                "versions that answered": ({found.before, found.after}, set(by_version(found.answers))),
            }
        )

    def bad(self) -> list[str]:
        """Deploy release 3, which cannot write: the alarm on failed requests stops it. Returns all faults."""
        found = self.release("release 3, read-only", BAD)
        others = [answer for answer in found.wrong if answer.status != 500 or answer.version == found.before]
        return differences(
            {
                "release 3 to be refused": (True, found.release.rolled_back),
                "its share of the traffic": ([10], found.release.shifts),
                "the version after it": (found.before, found.after),
                "the stack after it": ("UPDATE_ROLLBACK_COMPLETE", self._deployed.status),
                "wrong answers but its 500s": ([], others),
                "tasks that are missing": ([], found.missing),
            }
        )

    def release(self, name: str, context: Mapping[str, str], *, at_least: int = 0) -> Released:
        """Deploy during steady traffic with a minimum number of requests, and show what happened."""
        with self._report.phase("wait until no alarm fires"):
            self._deployed.until_calm()
        function = self._deployed.function("Api")
        before = function.version
        prefix = name.partition(",")[0].replace(" ", "-")
        traffic = Traffic(self._driver.send, prefix=prefix, at_least=at_least, per_second=PER_SECOND)
        with self._report.phase(f"cdk deploy, {name}"), traffic:
            release = self._deployed.release(context=context)
        found = Released(
            release=release,
            before=before,
            after=function.version,
            answers=traffic.answers,
            missing=self._missing(traffic.answers),
        )
        self._show(found)
        return found

    def _missing(self, answers: Sequence[Answer]) -> list[str]:
        found = {(task["title"], task["version"]) for page in self._driver.pages(limit=MANY) for task in page}
        return [title for title, version in stored(answers).items() if (title, version) not in found]

    def _show(self, found: Released) -> None:
        """Show the timeline of the deployment, and the responses of each version."""
        self._report.line()
        for line in found.release.lines():
            self._report.line(f"  {line}")
        self._report.line(f"  {len(found.answers)} requests meanwhile: {_shares(found.answers)}")
        self._report.line(f"  wrong answers: {_shares(found.wrong)}; changes lost: {len(found.missing)}")
        self._report.line(f"  alias live: version {found.before} before, version {found.after} after")
        self._report.line()


def _shares(answers: Sequence[Answer]) -> str:
    """Describe the number of responses of each version."""
    found = sorted(by_version(answers).items())
    return ", ".join(f"{count} by version {version}" for version, count in found) or "none"
