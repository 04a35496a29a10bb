"""Good and bad releases of the order worker: what goes out, what is stopped, and that no order is lost."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from examples.order_worker import drive
from examples.order_worker.demo import EXAMPLE
from examples.order_worker.traffic import SteadyTraffic
from lambda_constructs_emulator.cdk import Cdk, CdkError
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy

PATIENCE = 300.0
"""Seconds: far beyond what a drain takes, so that only a message that is stuck reaches it."""


@dataclass
class Shop:
    """The deployed order worker, and what happens to it."""

    emulator: Emulator
    cdk: Cdk
    # A tenth of a canary's tenth fails, so the share that stops a release is small. It is set before the
    # release: the alarm depends on the mapping, that on the alias, so it changes only after the rollout.
    context: dict[str, str] = field(
        default_factory=lambda: {
            "removal-policy": "destroy",
            "canary-minutes": "10",  # six seconds here: time for a busy machine to notice
            "failed-events-percentage": "0.5",
        }
    )
    outputs: dict[str, str] = field(default_factory=dict)
    runs: int = 0

    def deploy(self, **context: str) -> None:
        """Deploy with these context values beside the standing ones; underscores stand for hyphens."""
        changed = {name.replace("_", "-"): value for name, value in context.items()}
        first = not self.outputs
        self.outputs = self.cdk.deploy(EXAMPLE.stack, {**self.context, **changed})
        if first:  # it remembers what it sent, so it stays
            self.driver = drive.Driver(self.emulator.client, self.outputs)

    def traffic(self, *, per_second: float = 50) -> SteadyTraffic:
        """Steady traffic with order ids of its own."""
        self.runs += 1
        return SteadyTraffic(self.driver, prefix=f"run{self.runs}", per_second=per_second)

    def settle(self, traffic: SteadyTraffic) -> drive.Outcome:
        """Wait until every order is stored or dead-lettered; none may be lost, or stored twice."""
        self.driver.wait_until_drained(dead_letters=None, timeout=PATIENCE)
        found = self.driver.collect(traffic.messages)
        sent = {message.order_id for message in traffic.messages}
        assert found.totals.keys() | found.dead_lettered.keys() == sent
        assert not found.totals.keys() & found.dead_lettered.keys()
        assert set(found.times_stored.values()) == {1}
        return found

    def calm(self) -> None:
        """Wait until no alarm of the worker fires: a deployment is refused while one does."""
        deadline = time.monotonic() + PATIENCE
        while self.firing():
            assert time.monotonic() < deadline, self.firing()
            time.sleep(0.1)

    def firing(self) -> list[str]:
        """Alarms in ALARM, of those that stop a release."""
        alarms = self.emulator.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
        stopping = ("ErrorsAlarm", "FailedEvents")
        return [each["AlarmName"] for each in alarms if any(name in each["AlarmName"] for name in stopping)]

    def status(self) -> str:
        """The stack's status."""
        stacks = self.emulator.client("cloudformation").describe_stacks(StackName=EXAMPLE.stack)["Stacks"]
        status: str = stacks[0]["StackStatus"]
        return status

    def alias(self) -> dict[str, Any]:
        """Version and weights of the alias."""
        alias: dict[str, Any] = self.emulator.client("lambda").get_alias(
            FunctionName=self.outputs["FunctionName"], Name=self.outputs["AliasName"]
        )
        return alias

    def deployment(self, since: int) -> list[dict[str, Any]]:
        """What happened since the journal had so many entries."""
        return self.emulator.journal()[since:]


def kinds(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["kind"] for entry in entries]


@pytest.fixture(scope="module")
def shop(shared_emulator: Emulator, cdk: Cdk) -> Shop:
    EXAMPLE.build()
    deployed = Shop(shared_emulator, cdk)
    deployed.deploy()
    return deployed


def refused(shop: Shop, **context: str) -> list[dict[str, Any]]:
    """Deploy a release that must not go out; returns what happened."""
    shop.calm()
    before, version = len(shop.emulator.journal()), shop.driver.served_version()

    with pytest.raises(CdkError):
        shop.deploy(**context)

    assert shop.status() == "UPDATE_ROLLBACK_COMPLETE"
    alias = shop.alias()
    assert alias["FunctionVersion"] == version
    assert not (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    return shop.deployment(before)


def test_a_good_release_gets_a_tenth_of_the_traffic_and_then_all_of_it(shop: Shop) -> None:
    shop.calm()
    before, old = len(shop.emulator.journal()), shop.driver.served_version()

    with shop.traffic() as traffic:
        shop.deploy(release="2")
    found = shop.settle(traffic)

    happened = [entry for entry in shop.deployment(before) if entry["kind"] == "shift"]
    assert [entry["percent"] for entry in happened] == [10, 100]
    new = shop.driver.served_version()
    assert int(new) > int(old)
    versions = Counter(handler.partition(",")[0] for handler in found.handled_by.values())
    assert versions.keys() == {f"version {old}", f"version {new}"}
    shop.context["release"] = "2"


def test_a_release_that_raises_is_stopped_and_no_order_is_lost(shop: Shop) -> None:
    with shop.traffic() as traffic:
        happened = refused(shop, release="3", handler="faulty.raising")

    shop.settle(traffic)
    assert [entry["percent"] for entry in happened if entry["kind"] == "shift"] == [10]
    assert "stopped" in kinds(happened)
    fired = {entry["name"] for entry in happened if entry["kind"] == "alarm" and entry["new"] == "ALARM"}
    assert any("ErrorsAlarm" in name for name in fired)


def test_a_release_that_reports_failures_without_raising_is_stopped_by_their_share(shop: Shop) -> None:
    with shop.traffic(per_second=100) as traffic:  # of which one in a hundred fails, in the canary
        happened = refused(shop, release="4", handler="faulty.reporting")

    shop.settle(traffic)
    assert [entry["percent"] for entry in happened if entry["kind"] == "shift"] == [10]
    fired = {entry["name"] for entry in happened if entry["kind"] == "alarm" and entry["new"] == "ALARM"}
    assert any("FailedEvents" in name for name in fired)
    assert not any("ErrorsAlarm" in name for name in fired)


def test_a_release_that_does_not_start_gets_no_traffic_at_all(shop: Shop) -> None:
    with shop.traffic() as traffic:
        happened = refused(shop, release="5", handler="faulty_init.handler", provisioned="1")

    found = shop.settle(traffic)
    assert "shift" not in kinds(happened)
    versions = {handler.partition(",")[0] for handler in found.handled_by.values()}
    assert versions == {f"version {shop.driver.served_version()}"}


def poison(prefix: str) -> list[drive.Message]:
    """A batch of orders that are none."""
    return [
        drive.Message(
            f"{prefix}-{number} (poison)", "<order/>", drive.Fate.DEAD_LETTERED, f"{prefix}-{number}"
        )
        for number in range(2)
    ]


@pytest.mark.slow
def test_a_release_is_refused_while_an_alarm_fires_and_goes_out_in_an_emergency(shop: Shop) -> None:
    shop.calm()
    version = shop.driver.served_version()
    dead = SteadyTraffic(shop.driver, prefix="poison", per_second=20, make=poison)
    key = {"lambda-constructs:emergency-deployment": "true"}

    with dead:
        deadline = time.monotonic() + PATIENCE
        while not any("FailedEvents" in name for name in shop.firing()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with pytest.raises(CdkError):
            shop.deploy(release="8")
        assert shop.driver.served_version() == version
        shop.outputs = shop.cdk.deploy(EXAMPLE.stack, {**shop.context, **key, "release": "8"})

    assert int(shop.driver.served_version()) > int(version)
    shop.driver.wait_until_drained(dead_letters=len(dead.messages), timeout=PATIENCE)
    found = shop.driver.collect(dead.messages)
    assert sorted(found.dead_lettered) == sorted(message.label for message in dead.messages)
    shop.context["release"] = "8"


@pytest.mark.slow
def test_with_an_alarm_on_errors_alone_the_same_failures_would_be_promoted(shop: Shop) -> None:
    shop.calm()
    before, version = len(shop.emulator.journal()), shop.driver.served_version()

    with shop.traffic() as traffic:
        shop.deploy(release="9", handler="faulty.reporting", failed_events_percentage="off")

    promoted = shop.driver.served_version()
    assert int(promoted) > int(version)
    assert "stopped" not in kinds(shop.deployment(before))
    shop.settle(traffic)
