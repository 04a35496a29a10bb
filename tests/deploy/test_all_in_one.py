"""The whole shop in one stack: orders through the endpoint, and every book agrees. The demo sends more."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from emulator.tests.support import keys
from examples import driving
from examples.all_in_one import count, demo, drive, orders
from examples.all_in_one.demo import EXAMPLE
from examples.deployment import Deployment
from examples.report import Report
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.kit import Queue
from lambda_constructs_emulator.kit.http import JSON, Caller
from lambda_constructs_emulator.paths import ROOT
from lambda_constructs_emulator.process import Emulator
from tests.deploy.inventory import existing, physical_ids

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

ORDERS = 200
"""Of each hundred one is refused at the door, and one is given up by the worker."""
PAGE = (
    (ROOT / "docs" / "reference" / "resources.md").read_text().partition("## All workloads in one stack")[2]
)
ROWS = {name: int(number) for name, number in re.findall(r"^\| ([\w ]+) \| (\d+) \|", PAGE, re.MULTILINE)}


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
def template(deployment: Deployment) -> dict[str, Any]:
    return count.template(deployment.emulator.client("cloudformation"), EXAMPLE.stack)


@pytest.fixture(scope="module")
def pager(deployment: Deployment) -> str:
    """A queue of what the alarm topic tells."""
    sqs, sns = deployment.emulator.client("sqs"), deployment.emulator.client("sns")
    url: str = sqs.create_queue(QueueName="pager")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}}
    statement |= {"Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=deployment.outputs["AlarmTopic"], Protocol="sqs", Endpoint=arn)
    return url


@pytest.fixture(scope="module")
def wrong(driver: drive.Driver, pager: str) -> list[str]:  # noqa: ARG001 - it listens from the start
    """What is wrong after the shop was used: customers, pictures, orders, deliveries, a report."""
    return demo.use(driver, Report(), number=ORDERS)


def test_the_stack_has_the_resources_of_the_page(template: dict[str, Any]) -> None:
    assert count.count(template) == ROWS
    assert f"{ROWS[count.TOTAL]} of the 500 resources" in PAGE


def test_every_alarm_tells_the_topic_and_is_on_the_board(
    deployment: Deployment, template: dict[str, Any]
) -> None:
    cloudwatch = deployment.emulator.client("cloudwatch")
    alarms = cloudwatch.describe_alarms()["MetricAlarms"]
    (board,) = cloudwatch.list_dashboards()["DashboardEntries"]
    body = json.loads(cloudwatch.get_dashboard(DashboardName=board["DashboardName"])["DashboardBody"])

    made = [each for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(alarms) == len(made) > len(count.WORKLOADS)
    assert {tuple(each["AlarmActions"]) for each in alarms} == {(deployment.outputs["AlarmTopic"],)}
    assert sorted(body["widgets"][0]["properties"]["alarms"]) == sorted(each["AlarmArn"] for each in alarms)


def test_orders_are_stored_scored_and_reported_or_given_up_or_refused(
    deployment: Deployment, wrong: list[str]
) -> None:
    assert wrong == []
    # Once more without the driver's own reading: what lies in the tables.
    stored = scan(deployment, "OrdersTable")
    assert len(stored) == ORDERS - 2 - 2
    assert sum(Decimal(each["total"]) for each in stored) == Decimal("7069.72")
    scores = scan(deployment, "ScoresTable")
    assert sum(int(each["orders"]) for each in scores) == len(stored)
    assert sum(int(each["points"]) for each in scores) == sum(int(Decimal(each["total"])) for each in stored)
    assert len(scan(deployment, "DeliveredTable")) == demo.PARCELS


@pytest.mark.usefixtures("wrong")
def test_a_throw_away_address_is_told_why_it_does_not_sign_up(driver: drive.Driver) -> None:
    refused = driver.sign_up(["x@yopmail.com"])

    assert "x@yopmail.com is a throw-away address" in refused["x@yopmail.com"]
    assert driver.customers() == set(orders.CUSTOMERS)


@pytest.mark.usefixtures("wrong")
def test_every_picture_has_a_thumbnail(deployment: Deployment) -> None:
    stored = keys(deployment.emulator, deployment.outputs["PicturesBucket"])

    assert len([key for key in stored if key.startswith("thumbnails/")]) == demo.PICTURES
    assert len(stored) == 2 * demo.PICTURES


@pytest.mark.usefixtures("wrong")
def test_the_dead_letters_are_told_to_the_topic(deployment: Deployment, pager: str) -> None:
    told = [json.loads(each["Body"]) for each in Queue(deployment.emulator.client("sqs"), pager).take()]

    alarms = [json.loads(each["Message"]) for each in told]
    assert "WorkerDeadLetters" in {
        re.sub(r".*-(.+)Alarm.*", r"\1", each["AlarmName"])
        for each in alarms
        if each["NewStateValue"] == "ALARM"
    }


@pytest.mark.usefixtures("wrong")
def test_an_order_that_the_stream_delivers_again_scores_nothing(deployment: Deployment) -> None:
    before = scan(deployment, "ScoresTable")
    order = scan(deployment, "OrdersTable")[0]
    image = {
        "order_id": {"S": order["order_id"]},
        "customer": {"S": order["customer"]},
        "total": {"N": order["total"]},
    }
    record = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "NewImage": image}}

    answer = deployment.emulator.client("lambda").invoke(
        FunctionName=deployment.outputs["ScoresFunction"],
        Qualifier="live",
        Payload=json.dumps({"Records": [record]}).encode(),
    )

    assert json.load(answer["Payload"]) == {"batchItemFailures": []}
    assert scan(deployment, "ScoresTable") == before


def test_who_does_not_sign_is_not_let_in(deployment: Deployment) -> None:
    nobody = replace(Caller.to(deployment.emulator), credentials=None)

    answer = nobody.send("POST", f"{deployment.outputs['ApiUrl']}orders", body=b"{}", headers=JSON)

    assert answer.status == 403


def test_destroy_leaves_nothing_of_the_stack(deployment: Deployment) -> None:
    stack = physical_ids(deployment)
    assert len(stack & existing(deployment.emulator)) >= 50

    deployment.destroy()

    assert not deployment.exists()
    assert stack & existing(deployment.emulator) == set()


def scan(deployment: Deployment, table: str) -> list[dict[str, str]]:
    """The items of the table that an output names."""
    return list(driving.scan(deployment.emulator.client("dynamodb"), deployment.outputs[table]))
