"""The whole shop in one stack: orders through the endpoint, and every book agrees. The demo sends more."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from examples.all_in_one import count, demo, drive, orders
from examples.all_in_one.demo import EXAMPLE
from examples.report import Report
from lambda_constructs_emulator.kit import Aws, Caller, Deployed, Queue
from lambda_constructs_emulator.kit.http import JSON
from lambda_constructs_emulator.paths import ROOT
from tests.deploy.inventory import assert_destroyed

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

ORDERS = 200
"""Of each hundred one is refused at the door, and one is given up by the worker."""
PAGE = (
    (ROOT / "docs" / "reference" / "resources.md").read_text().partition("## All workloads in one stack")[2]
)
ROWS = {name: int(number) for name, number in re.findall(r"^\| ([\w ]+) \| (\d+) \|", PAGE, re.MULTILINE)}


@pytest.fixture(scope="module")
def deployed(shared_aws: Aws) -> Deployed:
    return EXAMPLE.deploy(shared_aws)


@pytest.fixture(scope="module")
def driver(deployed: Deployed) -> drive.Driver:
    return drive.Driver(deployed)


@pytest.fixture(scope="module")
def template(deployed: Deployed) -> dict[str, Any]:
    return count.template(deployed)


@pytest.fixture(scope="module")
def pager(deployed: Deployed) -> Queue:
    """A queue of what the alarm topic tells."""
    sqs, sns = deployed.aws.client("sqs"), deployed.aws.client("sns")
    queue = Queue(sqs, sqs.create_queue(QueueName="pager")["QueueUrl"])
    statement = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}}
    statement |= {"Action": "sqs:SendMessage", "Resource": queue.arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=deployed.topic("Alarms").arn, Protocol="sqs", Endpoint=queue.arn)
    return queue


@pytest.fixture(scope="module")
def wrong(driver: drive.Driver, pager: Queue) -> list[str]:  # noqa: ARG001 - it listens from the start
    """What is wrong after the shop was used: customers, pictures, orders, deliveries, a report."""
    return demo.use(driver, Report(), number=ORDERS)


def test_the_stack_has_the_resources_of_the_page(template: dict[str, Any]) -> None:
    assert count.count(template) == ROWS
    assert f"{ROWS[count.TOTAL]} of the 500 resources" in PAGE


def test_every_alarm_tells_the_topic_and_is_on_the_board(
    deployed: Deployed, template: dict[str, Any]
) -> None:
    cloudwatch = deployed.aws.client("cloudwatch")
    alarms = cloudwatch.describe_alarms()["MetricAlarms"]
    (board,) = cloudwatch.list_dashboards()["DashboardEntries"]
    body = json.loads(cloudwatch.get_dashboard(DashboardName=board["DashboardName"])["DashboardBody"])

    made = [each for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(alarms) == len(made) > len(count.WORKLOADS)
    assert {tuple(each["AlarmActions"]) for each in alarms} == {(deployed.topic("Alarms").arn,)}
    assert sorted(body["widgets"][0]["properties"]["alarms"]) == sorted(each["AlarmArn"] for each in alarms)


def test_orders_are_stored_scored_and_reported_or_given_up_or_refused(
    deployed: Deployed, wrong: list[str]
) -> None:
    assert wrong == []
    # Once more without the driver's own reading: what lies in the tables.
    stored = deployed.table("Orders").items()
    assert len(stored) == ORDERS - 2 - 2
    assert sum(Decimal(each["total"]) for each in stored) == Decimal("7069.72")
    scores = deployed.table("Points").items()
    assert sum(int(each["orders"]) for each in scores) == len(stored)
    assert sum(int(each["points"]) for each in scores) == sum(int(Decimal(each["total"])) for each in stored)
    assert len(deployed.table("Delivered").items()) == demo.PARCELS


@pytest.mark.usefixtures("wrong")
def test_a_throw_away_address_is_told_why_it_does_not_sign_up(driver: drive.Driver) -> None:
    refused = driver.sign_up(["x@yopmail.com"])

    assert "x@yopmail.com is a throw-away address" in refused["x@yopmail.com"]
    assert driver.customers() == set(orders.CUSTOMERS)


@pytest.mark.usefixtures("wrong")
def test_every_picture_has_a_thumbnail(deployed: Deployed) -> None:
    stored = deployed.bucket("Pictures").keys()

    assert len([key for key in stored if key.startswith("thumbnails/")]) == demo.PICTURES
    assert len(stored) == 2 * demo.PICTURES


@pytest.mark.usefixtures("wrong")
def test_the_dead_letters_are_told_to_the_topic(pager: Queue) -> None:
    told = [json.loads(each["Body"]) for each in pager.take()]

    alarms = [json.loads(each["Message"]) for each in told]
    assert "WorkerDeadLetters" in {
        re.sub(r".*-(.+)Alarm.*", r"\1", each["AlarmName"])
        for each in alarms
        if each["NewStateValue"] == "ALARM"
    }


@pytest.mark.usefixtures("wrong")
def test_an_order_that_the_stream_delivers_again_scores_nothing(deployed: Deployed) -> None:
    before = deployed.table("Points").items()
    order = deployed.table("Orders").items()[0]
    image = {
        "order_id": {"S": order["order_id"]},
        "customer": {"S": order["customer"]},
        "total": {"N": str(order["total"])},
    }
    record = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "NewImage": image}}

    answer = deployed.function("Scores").invoke({"Records": [record]})

    assert answer == {"batchItemFailures": []}
    assert deployed.table("Points").items() == before


def test_who_does_not_sign_is_not_let_in(deployed: Deployed) -> None:
    nobody = replace(Caller.to(deployed.aws.emulator), credentials=None)

    answer = nobody.send("POST", f"{deployed.outputs['ApiUrl']}orders", body=b"{}", headers=JSON)

    assert answer.status == 403


def test_destroy_leaves_nothing_of_the_stack(deployed: Deployed) -> None:
    assert_destroyed(EXAMPLE, deployed, at_least=50)
