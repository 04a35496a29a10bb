"""The releases of the demo: a good one that goes out, and a bad one that is stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from time import monotonic, sleep
from typing import Any

from emulator.cdk import Cdk, CdkError
from emulator.process import Emulator
from examples.order_worker import drive
from examples.order_worker.traffic import SteadyTraffic
from examples.report import Report

STACK = "OrderWorker"
DRAIN_TIMEOUT = 120.0
CALM_TIMEOUT = 60.0
PER_SECOND = 60


class Rollouts:
    """Deploys releases while orders keep coming, and shows what CodeDeploy and the alarms did.

    Args:
        emulator: where the worker is deployed.
        cdk: the CDK CLI on it.
        driver: sends the orders.
        report: where to write.
        context: of every deployment.
        time_scale: of the emulator, to show times as AWS counts them.
    """

    def __init__(
        self,
        emulator: Emulator,
        cdk: Cdk,
        driver: drive.Driver,
        report: Report,
        *,
        context: Mapping[str, str],
        time_scale: float,
    ) -> None:
        self._emulator, self._cdk, self._driver, self._report = emulator, cdk, driver, report
        self._context, self._time_scale = context, time_scale

    def good(self) -> list[str]:
        """Release 2 goes out: a tenth of the traffic first, then all. Returns what went wrong."""
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
        """Release 3 raises: the alarm on its errors stops it. Returns what went wrong."""
        before = self._driver.served_version()
        context = {"release": "3", "handler": "faulty.raising"}
        refused, found, shown = self._release("release 3, which raises", context)
        after, status = self._driver.served_version(), self._status()
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
        """Deploy during steady traffic; returns whether it was refused, the outcome, the shifts."""
        self._wait_for_calm()
        start = len(self._emulator.journal())
        refused = False
        with self._report.phase(f"cdk deploy, {name}"), self._traffic(name) as traffic:
            try:
                self._cdk.deploy(STACK, {**self._context, **context})
            except CdkError:
                refused = True
        with self._report.phase("wait until the queue is drained"):
            self._driver.wait_until_drained(dead_letters=0, timeout=DRAIN_TIMEOUT)
        found = self._driver.collect(traffic.messages)
        happened = self._emulator.journal()[start:]
        self._show(happened, traffic, found)
        return refused, found, [entry for entry in happened if entry["kind"] == "shift"]

    def _traffic(self, name: str) -> SteadyTraffic:
        prefix = name.partition(",")[0].replace(" ", "-")
        return SteadyTraffic(self._driver, prefix=prefix, per_second=PER_SECOND)

    def _show(self, happened: list[dict[str, Any]], traffic: SteadyTraffic, found: drive.Outcome) -> None:
        """The timeline, in AWS's time from the start of the deployment, and who stored the orders."""
        told = [(entry["at"], text) for entry in happened if (text := describe(entry))]
        start = next((entry["at"] for entry in happened if entry["kind"] == "deployment-started"), 0)
        self._report.line()
        self._report.timeline([((at - start) / self._time_scale, text) for at, text in told if at >= start])
        versions = Counter(handler.partition(",")[0] for handler in found.handled_by.values())
        shares = ", ".join(f"{count} by {version}" for version, count in sorted(versions.items()))
        self._report.line(
            f"  {len(traffic.messages)} orders meanwhile: {len(found.totals)} stored ({shares}), "
            f"{found.retries} delivered again, {len(traffic.messages) - len(found.totals)} lost"
        )

    def _lost(self, found: drive.Outcome) -> list[str]:
        """What is wrong with the orders of a release."""
        twice = [order for order, times in found.times_stored.items() if times != 1]
        missing = found.times_stored.keys() ^ found.totals.keys()
        if not twice and not missing and not found.dead_lettered:
            return []
        found_instead = (
            f"twice {twice}, missing {sorted(missing)}, dead-lettered {sorted(found.dead_lettered)}"
        )
        return [f"expected every order to be stored once, found: {found_instead}"]

    def _status(self) -> str:
        stacks = self._emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        status: str = stacks[0]["StackStatus"]
        return status

    def _wait_for_calm(self) -> None:
        """An alarm that still fires, because of the poison before, would refuse the release."""
        with self._report.phase("wait until no alarm fires"):
            deadline = monotonic() + CALM_TIMEOUT
            while firing := self._firing():
                if monotonic() > deadline:
                    raise drive.DrainTimeoutError(f"after {CALM_TIMEOUT:g} s {firing} still fire")
                sleep(0.1)

    def _firing(self) -> list[str]:
        alarms = self._emulator.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
        stopping = ("ErrorsAlarm", "FailedEvents")
        return [each["AlarmName"] for each in alarms if any(name in each["AlarmName"] for name in stopping)]


def describe(entry: Mapping[str, Any]) -> str | None:
    """A line of the timeline for what the emulator noted; None for what is not about the release."""
    text: str | None = None
    match entry["kind"]:
        case "deployment-started":
            text = f"deployment of version {entry['new']} begins"
        case "hook":
            text = f"smoke test of the new version: {entry['outcome'].lower()}"
        case "shift":
            text = f"{entry['percent']:>3} % of the traffic on the new version"
        case "alarm" if entry["new"] == "ALARM":
            text = f"alarm {alarm(entry['name'])} fires"
        case "stopped":
            text = f"deployment stopped: {entry['code']}"
        case "rollback" if entry["by"] == "CodeDeploy":
            text = f"all traffic back on version {entry['version']}"
        case "succeeded":
            text = "deployment succeeded"
    return text


def alarm(name: str) -> str:
    """The part of an alarm's name that a person recognises."""
    for part in ("ErrorsAlarm", "FailedEvents", "DeadLetters", "MessageAge"):
        if part in name:
            return part.removesuffix("Alarm")
    return name
