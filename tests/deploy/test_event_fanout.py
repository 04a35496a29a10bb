"""The fan-out: what fails is kept whole after exactly its attempts, and comes back after the fix."""

import json

import pytest

from examples.event_fanout import drive
from examples.event_fanout.demo import EXAMPLE, FIXED
from examples.example import redrive
from lambda_constructs_emulator.kit import Aws, Deployed
from tests.deploy.inventory import assert_destroyed

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

PATIENCE = 90.0


@pytest.fixture(scope="module")
def deployed(shared_aws: Aws) -> Deployed:
    return EXAMPLE.deploy(shared_aws)


@pytest.fixture(scope="module")
def driver(deployed: Deployed) -> drive.Driver:
    return drive.Driver(deployed)


@pytest.fixture(scope="module")
def sent(driver: drive.Driver) -> list[drive.Event]:
    """Forty events to a release that fails on some, all settled."""
    events = drive.events(40, prefix="event")
    driver.send(events)
    driver.wait_until_settled(timeout=PATIENCE)
    return events


def test_what_fails_is_kept_after_three_attempts(driver: drive.Driver, sent: list[drive.Event]) -> None:
    found = driver.collect(sent)

    assert drive.mismatches(drive.expected(sent, redriven=False), found) == []
    # Once more without the driver's own reading: who failed, and how often.
    orders = {"event-004", "event-016", "event-022", "event-028", "event-034"}
    parcels = {"event-003", "event-013", "event-023", "event-033"}
    assert found.failed.keys() == orders | parcels
    assert dict(found.times_failed) == dict.fromkeys(orders | parcels, 3)


def test_the_record_holds_the_whole_event(deployed: Deployed, sent: list[drive.Event]) -> None:
    order = json.loads(deployed.failures("Billing").bodies()[0])
    parcel = json.loads(deployed.failures("Tracking").bodies()[0])

    assert order["requestPayload"]["source"] == "shop"
    assert order["requestPayload"]["detail-type"] == "OrderPlaced"
    assert order["requestPayload"]["detail"] in [dict(event.body) for event in sent]
    (record,) = parcel["requestPayload"]["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["Sns"]["TopicArn"] == deployed.topic("Carriers").arn
    assert record["Sns"]["MessageAttributes"]["kind"]["Value"] == "Delivered"
    for body in (order, parcel):
        assert body["requestContext"]["condition"] == "RetriesExhausted"
        assert body["requestContext"]["functionArn"].endswith(":live")


@pytest.mark.slow
def test_an_unchanged_app_has_no_difference(deployed: Deployed) -> None:
    assert not deployed.has_difference()


def test_the_fix_and_a_redrive_leave_nothing_undone(
    deployed: Deployed, driver: drive.Driver, sent: list[drive.Event]
) -> None:
    deployed.until_calm()
    assert deployed.release(context=FIXED).error == ""

    assert redrive(deployed, "Billing") == (5, {})
    assert redrive(deployed, "Tracking") == (4, {})
    driver.wait_until_settled(timeout=PATIENCE)
    assert drive.mismatches(drive.expected(sent, redriven=True), driver.collect(sent)) == []


def test_a_message_that_is_no_event_stays(deployed: Deployed) -> None:
    queue = deployed.failures("Billing")
    queue.send("what is this?")

    sent, stay = redrive(deployed, "Billing")

    assert (sent, list(stay.values())) == (0, [1])
    assert "neither an invocation record" in next(iter(stay))
    assert queue.depth() == 1


def test_destroy_leaves_nothing_of_the_stack(deployed: Deployed) -> None:
    assert_destroyed(EXAMPLE, deployed, at_least=10)
