"""The kit, as another project uses it: an app in the test, poison, a bad release, and messages that help."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from lambda_constructs import Canary, SqsWorker
from lambda_constructs_emulator.kit import Aws, Deployed
from lambda_constructs_emulator.process import Emulator

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

HANDLER = """
import boto3, os
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    failed = []
    for record in event["Records"]:
        if record["body"] == "poison":
            failed.append({"itemIdentifier": record["messageId"]})
        else:
            table.put_item(Item={"id": record["body"]})
    return {"batchItemFailures": failed}
"""
RAISING = "def handler(event, context):\n    raise RuntimeError('a bad release')\n"


def orders(source: str = HANDLER) -> cdk.Stack:
    """The stack of a stranger: a worker and a table, and a queue in plain CDK."""
    stack = cdk.Stack(cdk.App(analytics_reporting=False), "Shop")
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    table = dynamodb.TableV2(stack, "Orders", partition_key=key, removal_policy=cdk.RemovalPolicy.DESTROY)
    worker = SqsWorker(
        stack,
        "Worker",
        code=lambda_.Code.from_inline(source),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        environment={"TABLE": table.table_name},
        removal_policy=cdk.RemovalPolicy.DESTROY,
        rollout=Canary(interval=cdk.Duration.minutes(10)),
    )
    table.grant_write_data(worker)
    sqs.Queue(stack, "Plain")
    return stack


@pytest.fixture
def shop(aws: Aws) -> Deployed:
    return aws.deploy(orders())


def test_orders_are_stored_and_poison_is_dead_lettered(shop: Deployed) -> None:
    shop.queue("Worker").send("1", "2", "poison")
    shop.until_settled()

    shop.assert_stored("Orders", {"id": "1"}, {"id": "2"})
    shop.assert_dead_lettered("Worker", "poison")

    with pytest.raises(AssertionError, match=r"queue of Worker to have \['1'\] and nothing else, found"):
        shop.assert_dead_lettered("Worker", "1")
    with pytest.raises(AssertionError, match=r"the table Orders to have .* and nothing else, found"):
        shop.assert_stored("Orders", {"id": "1"})
    with pytest.raises(LookupError, match="Shop has 0 resources AWS::SQS::Queue for 'Missing'"):
        shop.queue("Missing")
    assert shop.queue("Plain").depth() == 0


def test_a_release_that_raises_is_rolled_back_and_a_good_one_is_promoted(shop: Deployed) -> None:
    queue, sent = shop.queue("Worker"), iter(range(10_000))

    def send() -> None:
        queue.send(str(next(sent)))

    bad = shop.release(orders(RAISING), traffic=send)

    bad.assert_rolled_back(by="Errors")
    with pytest.raises(AssertionError, match="expected the release to get all traffic, but:"):
        bad.assert_promoted()

    good = shop.release(orders(HANDLER + "# the next one\n"), traffic=send)

    good.assert_promoted()
    with pytest.raises(AssertionError, match="expected the alarm Errors to stop the release, but:"):
        good.assert_rolled_back(by="Errors")


def test_a_release_of_other_code_needs_no_app(shop: Deployed, tmp_path: Path) -> None:
    queue, sent = shop.queue("Worker"), iter(range(10_000))
    code = tmp_path / "code"
    code.mkdir()
    (code / "index.py").write_text(HANDLER)

    bad = shop.release(code=RAISING, traffic=lambda: queue.send(str(next(sent))))
    bad.assert_rolled_back(by="Errors")
    good = shop.release(code=code, function="Worker", traffic=lambda: queue.send(str(next(sent))))
    good.assert_promoted()


def test_what_cannot_be_deployed_is_said(aws: Aws) -> None:
    with pytest.raises(ValueError, match="a command needs the name of the stack"):
        aws.deploy("python app.py")
    with pytest.raises(ValueError, match="a stack has its context already"):
        aws.deploy(orders(), context={"stage": "test"})


def test_an_error_in_the_traffic_is_raised_in_the_test(shop: Deployed) -> None:
    def fail() -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shop.release(orders(HANDLER + "# the next one\n"), traffic=fail)


APP = """
import aws_cdk as cdk
from aws_cdk import aws_s3 as s3, aws_sqs as sqs
app = cdk.App()
stack = cdk.Stack(app, "Files")
release = app.node.get_context("release")
s3.Bucket(stack, "Bucket", removal_policy=cdk.RemovalPolicy.DESTROY)
sqs.Queue(stack, "Queue", visibility_timeout=cdk.Duration.seconds(int(release)))
cdk.CfnOutput(stack, "Release", value=release + app.node.get_context("stage"))
app.synth()
"""


def test_the_app_of_a_command_keeps_its_context_is_compared_and_is_deleted(
    emulator: Emulator, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(APP)
    command = f"{sys.executable} app.py"
    aws = Aws(emulator, project=tmp_path)
    deployed = aws.deploy(command, "Files", context={"release": "1", "stage": "test"})
    assert (deployed.status, deployed.outputs) == ("CREATE_COMPLETE", {"Release": "1test"})
    assert not deployed.has_difference()
    assert deployed.has_difference(context={"release": "2"})

    release = deployed.release(context={"release": "2"})

    assert (release.error, release.shifts) == ("", [])
    assert (deployed.status, deployed.outputs) == ("UPDATE_COMPLETE", {"Release": "2test"})
    # Its clients reach the emulator, whatever the environment of the test says.
    program = "import boto3; print(boto3.client('s3').list_buckets()['Buckets'][-1]['Name'])"
    deployed.until_calm()
    deployed.bucket().upload("key", "content")
    assert deployed.bucket().contents() == {"key": b"content"}
    assert deployed.bucket().name in aws.run(sys.executable, "-c", program).stdout

    deployed.bucket().empty()
    deployed.destroy()

    assert (deployed.status, deployed.outputs) == ("", {})
