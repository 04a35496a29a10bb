"""The fan-out: what fails is kept whole after exactly its attempts, and comes back after the fix."""

import json

import pytest

from examples.deployment import Deployment
from examples.event_fanout import drive
from examples.event_fanout.demo import EXAMPLE, FIXED
from examples.report import Report
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.kit import Queue
from lambda_constructs_emulator.process import Emulator
from tests.deploy.inventory import existing, physical_ids

pytestmark = pytest.mark.deploy

PATIENCE = 90.0


@pytest.fixture(scope="module")
def deployment(shared_emulator: Emulator, cdk: Cdk) -> Deployment:
    EXAMPLE.build()
    deployed = Deployment(EXAMPLE, shared_emulator, cdk)
    deployed.deploy()
    return deployed


@pytest.fixture(scope="module")
def driver(deployment: Deployment) -> drive.Driver:
    return drive.Driver(deployment.emulator.client, deployment.outputs)


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


def test_the_record_holds_the_whole_event(
    deployment: Deployment, driver: drive.Driver, sent: list[drive.Event]
) -> None:
    orders, parcels = driver.failure_queues
    sqs = deployment.emulator.client("sqs")
    order = json.loads(Queue(sqs, orders).messages()[0]["Body"])
    parcel = json.loads(Queue(sqs, parcels).messages()[0]["Body"])

    assert order["requestPayload"]["source"] == "shop"
    assert order["requestPayload"]["detail-type"] == "OrderPlaced"
    assert order["requestPayload"]["detail"] in [dict(event.body) for event in sent]
    (record,) = parcel["requestPayload"]["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["Sns"]["TopicArn"] == deployment.outputs["TopicArn"]
    assert record["Sns"]["MessageAttributes"]["kind"]["Value"] == "Delivered"
    for body in (order, parcel):
        assert body["requestContext"]["condition"] == "RetriesExhausted"
        assert body["requestContext"]["functionArn"].endswith(":live")


@pytest.mark.slow
def test_an_unchanged_app_has_no_difference(deployment: Deployment) -> None:
    assert not deployment.has_difference()


def test_the_fix_and_a_redrive_leave_nothing_undone(
    deployment: Deployment, driver: drive.Driver, sent: list[drive.Event]
) -> None:
    deployment.until_calm(Report())
    deployment.deploy(FIXED)

    assert deployment.redrive("Billing") == (5, {})
    assert deployment.redrive("Tracking") == (4, {})
    driver.wait_until_settled(timeout=PATIENCE)
    assert drive.mismatches(drive.expected(sent, redriven=True), driver.collect(sent)) == []


def test_a_message_that_is_no_event_stays(deployment: Deployment, driver: drive.Driver) -> None:
    queue = driver.failure_queues[0]
    sqs = deployment.emulator.client("sqs")
    sqs.send_message(QueueUrl=queue, MessageBody="what is this?")

    sent, stay = deployment.redrive("Billing")

    assert (sent, list(stay.values())) == (0, [1])
    assert "neither an invocation record" in next(iter(stay))
    assert Queue(sqs, queue).depth() == 1


def test_destroy_leaves_nothing_of_the_stack(deployment: Deployment) -> None:
    stack = physical_ids(deployment)
    assert len(stack & existing(deployment.emulator)) >= 10

    deployment.destroy()

    assert not deployment.exists()
    assert stack & existing(deployment.emulator) == set()
