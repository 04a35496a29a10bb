"""Good and bad releases of the order worker: what goes out, what is stopped, and that no order is lost."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from emulator.tests.support import eventually
from examples.order_worker import drive
from examples.order_worker.demo import EXAMPLE
from examples.order_worker.traffic import SteadyTraffic
from lambda_constructs_emulator.kit import Aws, Deployed, Release
from lambda_constructs_emulator.kit.releases import Repeating

pytestmark = pytest.mark.deploy

PATIENCE = 300.0
"""Seconds: far beyond what a drain takes, so that only a message that is stuck reaches it."""


# A tenth of a canary's tenth fails, so the share that stops a release is small. It is set before the
# release: the alarm depends on the mapping, that on the alias, so it changes only after the rollout.
CONTEXT = {
    "canary-minutes": "10",  # six seconds here: time for a busy machine to notice
    "failed-events-percentage": "0.5",
}


@dataclass
class Shop:
    """The deployed order worker, and what happens to it."""

    deployed: Deployed
    driver: drive.Driver
    released: dict[str, str] = field(default_factory=dict)
    runs: int = 0

    def traffic(self, *, per_second: float = 50) -> SteadyTraffic:
        """Steady traffic with order ids of its own."""
        self.runs += 1
        return SteadyTraffic(self.driver, prefix=f"run{self.runs}", per_second=per_second)

    def in_rollout(self, traffic: SteadyTraffic) -> Callable[[], None]:
        """The traffic, from the start of the rollout: the CLI takes longer before that than the rollout."""
        journal = self.deployed.aws.emulator.journal
        before, started = len(journal()), False

        def call() -> None:
            nonlocal started
            if started:
                traffic()
            else:
                time.sleep(0.2)
                started = any(entry["kind"] == "deployment-started" for entry in journal()[before:])

        return call

    def release(self, traffic: Callable[[], None] | None = None, /, **context: str) -> Release:
        """Deploy a release during traffic, when no alarm fires."""
        self.deployed.until_calm(timeout=PATIENCE)
        return self.deployed.release(context={**self.released, **context}, traffic=traffic)

    def refused(self, traffic: Callable[[], None], /, **context: str) -> Release:
        """Deploy a release that must not go out."""
        version = self.driver.served_version()

        found = self.release(traffic, **context)

        assert found.error
        assert self.deployed.status == "UPDATE_ROLLBACK_COMPLETE"
        function = self.deployed.function("Worker")
        alias = self.deployed.aws.client("lambda").get_alias(FunctionName=function.name, Name=function.alias)
        assert alias["FunctionVersion"] == version
        assert not (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        return found

    def settle(self, traffic: SteadyTraffic) -> drive.Outcome:
        """Wait until every order is stored or dead-lettered; none may be lost, or stored twice."""
        self.driver.wait_until_drained(dead_letters=None, timeout=PATIENCE)
        found = self.driver.collect(traffic.messages)
        sent = {message.order_id for message in traffic.messages}
        assert found.totals.keys() | found.dead_lettered.keys() == sent
        assert not found.totals.keys() & found.dead_lettered.keys()
        assert set(found.times_stored.values()) == {1}
        return found


@pytest.fixture(scope="module")
def shop(shared_aws: Aws) -> Shop:
    deployed = EXAMPLE.deploy(shared_aws, **CONTEXT)
    return Shop(deployed, drive.Driver(deployed))


def test_a_good_release_gets_a_tenth_of_the_traffic_and_then_all_of_it(shop: Shop) -> None:
    old, traffic = shop.driver.served_version(), shop.traffic()

    release = shop.release(shop.in_rollout(traffic), release="2")
    found = shop.settle(traffic)

    assert release.error == ""
    assert release.shifts == [10, 100]
    new = shop.driver.served_version()
    assert int(new) > int(old)
    versions = Counter(handler.partition(",")[0] for handler in found.handled_by.values())
    assert versions.keys() == {f"version {old}", f"version {new}"}
    shop.released["release"] = "2"


def test_a_release_that_raises_is_stopped_and_no_order_is_lost(shop: Shop) -> None:
    traffic = shop.traffic()

    release = shop.refused(shop.in_rollout(traffic), release="3", handler="faulty.raising")

    shop.settle(traffic)
    assert release.shifts == [10]
    assert "stopped" in kinds(release)
    release.assert_rolled_back(by="ErrorsAlarm")


def test_a_release_that_reports_failures_without_raising_is_stopped_by_their_share(shop: Shop) -> None:
    traffic = shop.traffic(per_second=100)  # of which one in a hundred fails, in the canary

    release = shop.refused(shop.in_rollout(traffic), release="4", handler="faulty.reporting")

    shop.settle(traffic)
    assert release.shifts == [10]
    release.assert_rolled_back(by="FailedEvents")
    assert not any("ErrorsAlarm" in name for name in release.stopped_by)


def test_a_release_that_does_not_start_gets_no_traffic_at_all(shop: Shop) -> None:
    traffic = shop.traffic(per_second=20)

    release = shop.refused(traffic, release="5", handler="faulty_init.handler", provisioned="1")

    found = shop.settle(traffic)
    assert release.shifts == []
    versions = {handler.partition(",")[0] for handler in found.handled_by.values()}
    assert versions == {f"version {shop.driver.served_version()}"}


def kinds(release: Release) -> set[str]:
    return {entry["kind"] for entry in release.timeline}


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
    shop.deployed.until_calm(timeout=PATIENCE)
    version = shop.driver.served_version()
    dead = SteadyTraffic(shop.driver, prefix="poison", per_second=20, make=poison)
    emergency = {"lambda-constructs:emergency-deployment": "true"}
    alarm = shop.deployed.alarm("Worker/FailedEvents")

    with Repeating(dead):
        assert eventually(lambda: alarm.state == "ALARM", patience=PATIENCE)
        assert shop.deployed.release(context={**shop.released, "release": "8"}).error
        assert shop.driver.served_version() == version
        context = {**shop.released, **emergency, "release": "8"}
        assert shop.deployed.release(context=context).error == ""

    assert int(shop.driver.served_version()) > int(version)
    shop.driver.wait_until_drained(dead_letters=len(dead.messages), timeout=PATIENCE)
    found = shop.driver.collect(dead.messages)
    assert sorted(found.dead_lettered) == sorted(message.label for message in dead.messages)
    shop.released["release"] = "8"


@pytest.mark.slow
def test_with_an_alarm_on_errors_alone_the_same_failures_would_be_promoted(shop: Shop) -> None:
    version, traffic = shop.driver.served_version(), shop.traffic()
    context = {"release": "9", "handler": "faulty.reporting", "failed-events-percentage": "off"}

    release = shop.release(traffic, **context)

    assert release.error == ""
    assert int(shop.driver.served_version()) > int(version)
    assert "stopped" not in kinds(release)
    shop.settle(traffic)
