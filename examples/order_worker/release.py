"""The releases of the demo: a good one that is rolled out, and a bad one that is rolled back."""

from collections import Counter
from collections.abc import Mapping

from examples.order_worker import drive
from examples.order_worker.traffic import SteadyTraffic
from examples.report import Report
from lambda_constructs_emulator.kit import Deployed, Release

DRAIN_TIMEOUT = 120.0
PER_SECOND = 60


class Rollouts:
    """Deploys releases during steady traffic, and shows what CodeDeploy and the alarms did.

    Args:
        deployed: The worker.
        driver: Driver that sends the orders.
        report: Report that receives the output.
    """

    def __init__(self, deployed: Deployed, driver: drive.Driver, report: Report) -> None:
        self._deployed, self._driver, self._report = deployed, driver, report

    def good(self) -> list[str]:
        """Roll out release 2, to a tenth of the traffic and then to all of it. Returns all faults."""
        before = self._driver.served_version()
        release, found = self._release("release 2, a good one", {"release": "2"})
        after = self._driver.served_version()
        self._report.line(f"  alias live: version {before} before, version {after} after")
        self._report.line()
        wrong = self._lost(found)
        if release.error or after == before or release.shifts != [10, 100]:
            wrong.append(f"expected release 2 to get 10 % and then all of the traffic, found:\n{release}")
        return wrong

    def bad(self) -> list[str]:
        """Deploy release 3, which raises, so the alarm on its errors stops it. Returns all faults."""
        before = self._driver.served_version()
        context = {"release": "3", "handler": "faulty.raising"}
        release, found = self._release("release 3, which raises", context)
        after, status = self._driver.served_version(), self._deployed.status
        self._report.line(f"  alias live: version {after}, as before; stack {status}")
        self._report.line()
        wrong = self._lost(found)
        if not release.error or after != before or status != "UPDATE_ROLLBACK_COMPLETE":
            wrong.append(f"expected release 3 to be rolled back, found: version {after}, stack {status}")
        if release.shifts != [10]:
            wrong.append(f"expected release 3 to get 10 % of the traffic and no more, found:\n{release}")
        return wrong

    def _release(self, name: str, context: Mapping[str, str]) -> tuple[Release, drive.Outcome]:
        """Deploy during steady traffic. Returns the release and the outcome of the orders."""
        with self._report.phase("wait until no alarm fires"):
            self._deployed.until_calm()
        prefix = name.partition(",")[0].replace(" ", "-")
        traffic = SteadyTraffic(self._driver, prefix=prefix, per_second=PER_SECOND)
        with self._report.phase(f"cdk deploy, {name}"):
            release = self._deployed.release(context=context, traffic=traffic)
        with self._report.phase("wait until the queue is drained"):
            self._driver.wait_until_drained(dead_letters=0, timeout=DRAIN_TIMEOUT)
        found = self._driver.collect(traffic.messages)
        self._show(release, traffic, found)
        return release, found

    def _show(self, release: Release, traffic: SteadyTraffic, found: drive.Outcome) -> None:
        """Show the timeline of the deployment, and which versions stored the orders."""
        self._report.line()
        for line in release.lines():
            self._report.line(f"  {line}")
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
