"""The releases of the demo: a good one that is rolled out, and a bad one that is rolled back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from examples import driving
from examples.deployment import Deployment
from examples.report import Report
from examples.task_api.drive import Driver
from examples.task_api.traffic import Answer, Traffic, by_version, stored
from lambda_constructs_emulator.cdk import CdkError
from lambda_constructs_emulator.kit.releases import rollout

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

    refused: bool
    before: str
    after: str
    answers: Sequence[Answer]
    happened: Sequence[Mapping[str, Any]]
    missing: Sequence[str]
    """Tasks that the API has confirmed, but that are not in the table."""

    @property
    def shifts(self) -> list[int]:
        """Shares of the traffic that the new version received, in percent."""
        return [entry["percent"] for entry in self.happened if entry["kind"] == "shift"]

    @property
    def wrong(self) -> list[Answer]:
        """The responses that are not the expected ones."""
        return [answer for answer in self.answers if not answer.right]


class Rollouts:
    """Deploys releases during steady traffic, and shows what CodeDeploy and the alarms did.

    Args:
        deployment: Deployment of the API.
        driver: Driver that sends the requests.
        report: Report that receives the output.
    """

    def __init__(self, deployment: Deployment, driver: Driver, report: Report) -> None:
        self._deployment, self._driver, self._report = deployment, driver, report

    def good(self) -> list[str]:
        """Roll out release 2, to a tenth of the traffic and then to all of it. Returns all faults."""
        found = self.release("release 2, a good one", {"release": "2"}, at_least=REQUESTS)
        return driving.differences(
            {
                "release 2 to go out": (False, found.refused),
                "its shares of the traffic": ([10, 100], found.shifts),
                "wrong answers": ([], found.wrong),
                "tasks that are missing": ([], found.missing),
                "versions that answered": ({found.before, found.after}, set(by_version(found.answers))),
            }
        )

    def bad(self) -> list[str]:
        """Deploy release 3, which cannot write: the alarm on failed requests stops it. Returns all faults."""
        found = self.release("release 3, read-only", BAD)
        others = [answer for answer in found.wrong if answer.status != 500 or answer.version == found.before]
        return driving.differences(
            {
                "release 3 to be refused": (True, found.refused),
                "its share of the traffic": ([10], found.shifts),
                "the version after it": (found.before, found.after),
                "the stack after it": ("UPDATE_ROLLBACK_COMPLETE", self._deployment.status()),
                "wrong answers but its 500s": ([], others),
                "tasks that are missing": ([], found.missing),
            }
        )

    def release(self, name: str, context: Mapping[str, str], *, at_least: int = 0) -> Released:
        """Deploy during steady traffic with a minimum number of requests, and show what happened."""
        self._deployment.until_calm(self._report)
        start, before = len(self._deployment.emulator.journal()), self._served_version()
        refused = False
        prefix = name.partition(",")[0].replace(" ", "-")
        traffic = Traffic(self._driver.send, prefix=prefix, at_least=at_least, per_second=PER_SECOND)
        with self._report.phase(f"cdk deploy, {name}"), traffic:
            try:
                self._deployment.deploy(context)
            except CdkError:
                refused = True
        found = Released(
            refused=refused,
            before=before,
            after=self._served_version(),
            answers=traffic.answers,
            happened=self._deployment.emulator.journal()[start:],
            missing=self._missing(traffic.answers),
        )
        self._show(found)
        return found

    def _served_version(self) -> str:
        """The version that receives the alias's traffic."""
        outputs = self._deployment.outputs
        alias = self._deployment.emulator.client("lambda").get_alias(
            FunctionName=outputs["FunctionName"], Name=outputs["AliasName"]
        )
        version: str = alias["FunctionVersion"]
        return version

    def _missing(self, answers: Sequence[Answer]) -> list[str]:
        found = {(task["title"], task["version"]) for page in self._driver.pages(limit=MANY) for task in page}
        return [title for title, version in stored(answers).items() if (title, version) not in found]

    def _show(self, found: Released) -> None:
        """Show the timeline of the deployment, and the responses of each version."""
        self._report.line()
        self._report.timeline(rollout(found.happened, self._deployment.emulator.time_scale))
        self._report.line(f"  {len(found.answers)} requests meanwhile: {_shares(found.answers)}")
        self._report.line(f"  wrong answers: {_shares(found.wrong)}; changes lost: {len(found.missing)}")
        self._report.line(f"  alias live: version {found.before} before, version {found.after} after")
        self._report.line()


def _shares(answers: Sequence[Answer]) -> str:
    """Describe the number of responses of each version."""
    found = sorted(by_version(answers).items())
    return ", ".join(f"{count} by version {version}" for version, count in found) or "none"
