"""The daily report: started by Scheduler, stored, mailed once for each start, and kept where it fails."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from emulator.tests.support import eventually
from examples.daily_report import demo, drive
from examples.daily_report.demo import EVERY_FIVE_MINUTES, EXAMPLE, TIMEOUT
from examples.daily_report.drive import Run
from examples.deployment import Deployment
from examples.report import Report
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.kit import Queue
from lambda_constructs_emulator.process import Emulator
from tests.deploy.inventory import existing, physical_ids

pytestmark = pytest.mark.deploy

ADDRESS = "reports@example.com"


@pytest.fixture(scope="module")
def deployment(shared_emulator: Emulator, cdk: Cdk) -> Deployment:
    EXAMPLE.build()
    deployed = Deployment(EXAMPLE, shared_emulator, cdk)
    deployed.deploy()
    return deployed


@pytest.fixture(scope="module")
def driver(deployment: Deployment) -> drive.Driver:
    return demo.create_driver(deployment)


@pytest.fixture(scope="module")
def sent(driver: drive.Driver) -> Run:
    """A report on forty orders, whose start came twice."""
    return demo.send(driver, Report())


@pytest.fixture(scope="module")
def failed(driver: drive.Driver, sent: Run) -> Run:
    """A start that failed on each attempt, because of one more order."""
    return demo.fail(driver, sent, Report())


@pytest.fixture(scope="module")
def repaired(deployment: Deployment, driver: drive.Driver, sent: Run, failed: Run) -> Run:
    """The same start, sent again from the failure queue when the order was correct."""
    return demo.repair(deployment, driver, sent, failed, Report())


def mails(deployment: Deployment, run: Run) -> list[dict[str, Any]]:
    """The mails about a start."""
    return [mail for mail in deployment.emulator.mails() if mail["BodyText"].endswith(run.scheduled)]


def kept(deployment: Deployment) -> list[dict[str, Any]]:
    """What lies in the failure queue."""
    messages = Queue(deployment.emulator.client("sqs"), deployment.outputs["FailureQueueUrl"]).messages()
    return [json.loads(message["Body"]) for message in messages]


def test_a_report_is_stored_and_mailed_once_though_its_start_came_twice(
    deployment: Deployment, sent: Run
) -> None:
    bucket = deployment.outputs["ReportsBucket"]
    key = f"reports/{sent.day}.json"
    stored = deployment.emulator.client("s3").get_object(Bucket=bucket, Key=key)
    assert json.load(stored["Body"]) == {
        "day": sent.day.isoformat(),
        "products": {
            "cocoa": {"orders": 13, "revenue": "392.60"},
            "coffee": {"orders": 14, "revenue": "415.73"},
            "tea": {"orders": 13, "revenue": "379.47"},
        },
    }
    (mail,) = mails(deployment, sent)
    assert (mail["Source"], mail["To"]) == (ADDRESS, [ADDRESS])
    assert mail["Subject"] == f"{sent.day}: 40 orders, 1187.80 EUR"
    assert mail["BodyText"].splitlines() == [
        "coffee: 14 orders, 415.73 EUR",
        "cocoa: 13 orders, 392.60 EUR",
        "tea: 13 orders, 379.47 EUR",
        "",
        f"s3://{bucket}/{key}",
        f"Scheduled for {sent.scheduled}",
    ]


def test_a_run_that_fails_twice_is_kept_with_its_input(deployment: Deployment, failed: Run) -> None:
    (record,) = [
        each for each in kept(deployment) if each["requestPayload"]["scheduled_time"] == failed.scheduled
    ]
    assert record["requestPayload"] == {"scheduled_time": failed.scheduled}
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    reason = "order broken: the amount must be a number, not 'unknown'"
    assert record["responsePayload"]["errorMessage"] == reason
    assert mails(deployment, failed) == []


def test_a_failed_start_is_sent_again_when_the_order_is_correct(
    deployment: Deployment, sent: Run, repaired: Run
) -> None:
    subjects = [mail["Subject"] for mail in mails(deployment, repaired)]
    assert subjects == [f"{repaired.day}: 41 orders, 1287.79 EUR"]
    assert len(mails(deployment, sent)) == 1


def test_a_start_that_scheduler_may_not_hand_over_is_kept_too(
    deployment: Deployment, driver: drive.Driver, repaired: Run
) -> None:
    with not_invoking(deployment):
        scheduled = driver.start(driver.next_time())
        assert eventually(lambda: {"scheduled_time": scheduled} in kept(deployment))

    assert deployment.redrive("Report") == (1, {})

    driver.settle([Run(scheduled=scheduled, orders=repaired.orders)], timeout=TIMEOUT)


@contextmanager
def not_invoking(deployment: Deployment) -> Iterator[None]:
    """Take from the schedule's role that it may invoke the alias."""
    iam = deployment.emulator.client("iam")
    schedule = deployment.emulator.client("scheduler").get_schedule(Name=deployment.outputs["ScheduleName"])
    role = schedule["Target"]["RoleArn"].rpartition("/")[2]
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    rest = [each for each in document["Statement"] if each["Action"] != "lambda:InvokeFunction"]
    assert len(rest) == len(document["Statement"]) - 1

    def put(statements: list[dict[str, Any]]) -> None:
        text = json.dumps({**document, "Statement": statements})
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=text)

    put(rest)
    try:
        yield
    finally:
        put(document["Statement"])


@pytest.mark.slow
def test_an_unchanged_app_has_no_difference(deployment: Deployment) -> None:
    assert not deployment.has_difference()


def test_the_schedule_of_the_stack_starts_by_itself(deployment: Deployment, driver: drive.Driver) -> None:
    deployment.until_calm(Report())
    deployment.deploy(EVERY_FIVE_MINUTES)

    first, second = demo.own_starts(driver)

    assert second - first == timedelta(minutes=5)


def test_destroy_leaves_nothing_of_the_stack(deployment: Deployment) -> None:
    stack = physical_ids(deployment)
    assert {ADDRESS, deployment.outputs["ScheduleName"]} <= stack & existing(deployment.emulator)

    deployment.destroy()

    assert not deployment.exists()
    assert stack & existing(deployment.emulator) == set()
