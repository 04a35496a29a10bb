"""The releases of the demo: a good one that is rolled out, and a bad one that is rolled back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from examples.deployment import Deployment
from examples.order_worker import drive
from examples.order_worker.traffic import SteadyTraffic
from examples.report import Report
from lambda_constructs_emulator.cdk import CdkError
from lambda_constructs_emulator.kit.releases import rollout

DRAIN_TIMEOUT = 120.0
PER_SECOND = 60


class Rollouts:
    """Deploys releases during steady traffic, and shows what CodeDeploy and the alarms did.

    Args:
        deployment: Deployment of the worker.
        driver: Driver that sends the orders.
        report: Report that receives the output.
    """

    def __init__(self, deployment: Deployment, driver: drive.Driver, report: Report) -> None:
        self._deployment, self._driver, self._report = deployment, driver, report

    def good(self) -> list[str]:
        """Roll out release 2, to a tenth of the traffic and then to all of it. Returns all faults."""
        before = self._driver.served_version()
        refused, found, shown = self._release("release 2, a good one", {"release": "2"})
        after = self._driver.served_version()
        self._report.line(f"  alias live: version {before} before, version {after} after")
        self._report.line()
        wrong = self._lost(found)
        if refused or after == before or [entry["percent"] for entry in shown] != [10, 100]:
            wrong.append(
                f"expected release 2 to get 10 % and then all of the traffic, found: {shown or refused}"
            )
        return wrong

    def bad(self) -> list[str]:
        """Deploy release 3, which raises, so the alarm on its errors stops it. Returns all faults."""
        before = self._driver.served_version()
        context = {"release": "3", "handler": "faulty.raising"}
        refused, found, shown = self._release("release 3, which raises", context)
        after, status = self._driver.served_version(), self._deployment.status()
        self._report.line(f"  alias live: version {after}, as before; stack {status}")
        self._report.line()
        wrong = self._lost(found)
        if not refused or after != before or status != "UPDATE_ROLLBACK_COMPLETE":
            wrong.append(f"expected release 3 to be rolled back, found: version {after}, stack {status}")
        if [entry["percent"] for entry in shown] != [10]:
            wrong.append(f"expected release 3 to get 10 % of the traffic and no more, found: {shown}")
        return wrong

    def _release(
        self, name: str, context: Mapping[str, str]
    ) -> tuple[bool, drive.Outcome, list[dict[str, Any]]]:
        """Deploy during steady traffic. Returns whether it was rolled back, the outcome, and the shifts."""
        self._deployment.until_calm(self._report)
        start = len(self._deployment.emulator.journal())
        refused = False
        with self._report.phase(f"cdk deploy, {name}"), self._traffic(name) as traffic:
            try:
                self._deployment.deploy(context)
            except CdkError:
                refused = True
        with self._report.phase("wait until the queue is drained"):
            self._driver.wait_until_drained(dead_letters=0, timeout=DRAIN_TIMEOUT)
        found = self._driver.collect(traffic.messages)
        happened = self._deployment.emulator.journal()[start:]
        self._show(happened, traffic, found)
        return refused, found, [entry for entry in happened if entry["kind"] == "shift"]

    def _traffic(self, name: str) -> SteadyTraffic:
        prefix = name.partition(",")[0].replace(" ", "-")
        return SteadyTraffic(self._driver, prefix=prefix, per_second=PER_SECOND)

    def _show(self, happened: list[dict[str, Any]], traffic: SteadyTraffic, found: drive.Outcome) -> None:
        """Show the timeline of the deployment, and which versions stored the orders."""
        self._report.line()
        self._report.timeline(rollout(happened, self._deployment.emulator.time_scale))
        versions = Counter(handler.partition(",")[0] for handler in found.handled_by.values())
        shares = ", ".join(f"{count} by {version}" for version, count in sorted(versions.items()))
        self._report.line(
            f"  {len(traffic.messages)} orders meanwhile: {len(found.totals)} stored ({shares}), "
            f"{found.retries} delivered again, {len(traffic.messages) - len(found.totals)} lost"
        )

    def _lost(self, found: drive.Outcome) -> list[str]:
        """Everything that is wrong with the orders of a release."""
        twice = [order for order, times in found.times_stored.items() if times != 1]
        missing = found.times_stored.keys() ^ found.totals.keys()
        if not twice and not missing and not found.dead_lettered:
            return []
        found_instead = (
            f"twice {twice}, missing {sorted(missing)}, dead-lettered {sorted(found.dead_lettered)}"
        )
        return [f"expected every order to be stored once, found: {found_instead}"]
