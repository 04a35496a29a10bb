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
from examples.example import redrive
from examples.report import Report
from lambda_constructs_emulator.kit import Aws, Deployed
from tests.deploy.inventory import assert_destroyed

pytestmark = pytest.mark.deploy

ADDRESS = "reports@example.com"


@pytest.fixture(scope="module")
def deployed(shared_aws: Aws) -> Deployed:
    return EXAMPLE.deploy(shared_aws)


@pytest.fixture(scope="module")
def driver(deployed: Deployed) -> drive.Driver:
    return drive.Driver(deployed)


@pytest.fixture(scope="module")
def sent(driver: drive.Driver) -> Run:
    """A report on forty orders, whose start came twice."""
    return demo.send(driver, Report())


@pytest.fixture(scope="module")
def failed(driver: drive.Driver, sent: Run) -> Run:
    """A start that failed on each attempt, because of one more order."""
    return demo.fail(driver, sent, Report())


@pytest.fixture(scope="module")
def repaired(deployed: Deployed, driver: drive.Driver, sent: Run, failed: Run) -> Run:
    """The same start, sent again from the failure queue when the order was correct."""
    return demo.repair(deployed, driver, sent, failed, Report())


def mails(deployed: Deployed, run: Run) -> list[dict[str, Any]]:
    """The mails about a start."""
    return [mail for mail in deployed.aws.emulator.mails() if mail["BodyText"].endswith(run.scheduled)]


def kept(deployed: Deployed) -> list[dict[str, Any]]:
    """What lies in the failure queue."""
    return [json.loads(body) for body in deployed.failures("Report").bodies()]


def test_a_report_is_stored_and_mailed_once_though_its_start_came_twice(
    deployed: Deployed, sent: Run
) -> None:
    bucket = deployed.bucket("Reports")
    key = f"reports/{sent.day}.json"
    assert json.loads(bucket.download(key)) == {
        "day": sent.day.isoformat(),
        "products": {
            "cocoa": {"orders": 13, "revenue": "392.60"},
            "coffee": {"orders": 14, "revenue": "415.73"},
            "tea": {"orders": 13, "revenue": "379.47"},
        },
    }
    (mail,) = mails(deployed, sent)
    assert (mail["Source"], mail["To"]) == (ADDRESS, [ADDRESS])
    assert mail["Subject"] == f"{sent.day}: 40 orders, 1187.80 EUR"
    assert mail["BodyText"].splitlines() == [
        "coffee: 14 orders, 415.73 EUR",
        "cocoa: 13 orders, 392.60 EUR",
        "tea: 13 orders, 379.47 EUR",
        "",
        f"s3://{bucket.name}/{key}",
        f"Scheduled for {sent.scheduled}",
    ]


def test_a_run_that_fails_twice_is_kept_with_its_input(deployed: Deployed, failed: Run) -> None:
    (record,) = [
        each for each in kept(deployed) if each["requestPayload"]["scheduled_time"] == failed.scheduled
    ]
    assert record["requestPayload"] == {"scheduled_time": failed.scheduled}
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    reason = "order broken: the amount must be a number, not 'unknown'"
    assert record["responsePayload"]["errorMessage"] == reason
    assert mails(deployed, failed) == []


def test_a_failed_start_is_sent_again_when_the_order_is_correct(
    deployed: Deployed, sent: Run, repaired: Run
) -> None:
    subjects = [mail["Subject"] for mail in mails(deployed, repaired)]
    assert subjects == [f"{repaired.day}: 41 orders, 1287.79 EUR"]
    assert len(mails(deployed, sent)) == 1


def test_a_start_that_scheduler_may_not_hand_over_is_kept_too(
    deployed: Deployed, driver: drive.Driver, repaired: Run
) -> None:
    with not_invoking(deployed):
        scheduled = driver.start(driver.next_time())
        assert eventually(lambda: {"scheduled_time": scheduled} in kept(deployed))

    assert redrive(deployed, "Report") == (1, {})

    driver.settle([Run(scheduled=scheduled, orders=repaired.orders)], timeout=TIMEOUT)


@contextmanager
def not_invoking(deployed: Deployed) -> Iterator[None]:
    """Take from the schedule's role that it may invoke the alias."""
    iam = deployed.aws.client("iam")
    schedule = deployed.aws.client("scheduler").get_schedule(Name=deployed.outputs["ScheduleName"])
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
def test_an_unchanged_app_has_no_difference(deployed: Deployed) -> None:
    assert not deployed.has_difference()


def test_the_schedule_of_the_stack_starts_by_itself(deployed: Deployed, driver: drive.Driver) -> None:
    deployed.until_calm()
    assert deployed.release(context=EVERY_FIVE_MINUTES).error == ""

    first, second = demo.own_starts(driver)

    assert second - first == timedelta(minutes=5)


def test_destroy_leaves_nothing_of_the_stack(deployed: Deployed) -> None:
    assert_destroyed(EXAMPLE, deployed, ADDRESS, deployed.outputs["ScheduleName"])
