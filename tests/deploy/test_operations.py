"""Each command of `ops` under the policy that it prints, and refused with any one action removed.

One stack has all the workloads. IAM is enforced: the operator has only the policy of one command.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from lambda_constructs import (
    AllAtOnce,
    EventHandler,
    EventRule,
    FunctionOptions,
    SqsWorker,
    StreamConsumer,
    TopicSubscription,
)
from lambda_constructs.ops.policy import ACTIONS
from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.kit.deployed import Deployed
from lambda_constructs_emulator.process import ACCOUNT
from tests.deploy.operator import IN_RELEASES, Operator

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

HANDLER: Final = "def handler(event, context):\n    return {'batchItemFailures': []}\n"
IMPORTED: Final = ("Shop-Returns", "Shop-ReturnsDead")
REDRIVEN: Final = ("Worker", "Records", "Data", "News", "Files")


def stack(code: Path, release: str) -> cdk.Stack:
    """A workload for each way in which failed work is kept."""
    (code / "app.py").write_text(HANDLER)
    found = cdk.Stack(cdk.App(analytics_reporting=False), "Shop")
    common: FunctionOptions = {
        "code": lambda_.Code.from_asset(str(code)),
        "handler": "app.handler",
        "runtime": lambda_.Runtime.PYTHON_3_13,
        "rollout": AllAtOnce(),
        "environment": {"RELEASE": release},
    }
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    image = dynamodb.StreamViewType.NEW_IMAGE
    table = dynamodb.Table(found, "Table", partition_key=key, stream=image)
    # ministack makes names of streams that are not those of CloudFormation.
    stream = kinesis.Stream(found, "Stream", stream_name="Shop-Stream", shard_count=1)
    topic, bucket = sns.Topic(found, "Topic"), s3.Bucket(found, "Failures")
    SqsWorker(found, "Worker", **common)
    StreamConsumer(found, "Records", source=table, **common)
    StreamConsumer(found, "Data", source=stream, **common)
    EventHandler(found, "News", source=TopicSubscription(topic=topic), **common)
    pattern = events.EventPattern(source=["shop"])
    returns, dead = (
        sqs.Queue.from_queue_arn(found, name, found.format_arn(service="sqs", resource=name))
        for name in IMPORTED
    )
    SqsWorker(
        found,
        "Returns",
        queue=returns,
        dead_letter_queue=dead,
        visibility_timeout=cdk.Duration.minutes(6),
        **common,
    )
    EventHandler(found, "Files", source=EventRule(pattern=pattern), on_failure=bucket, **common)
    outputs = {
        "Topic": topic.topic_arn,
        "Bucket": bucket.bucket_name,
        "Stream": stream.stream_arn,
        "TableStream": table.table_stream_arn or "",
        "Table": table.table_name,
    }
    for name, value in outputs.items():
        cdk.CfnOutput(found, f"{name}Output", value=value)
    return found


class Shop:
    """The deployed stack; the operator is who runs the commands."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed, self.client = deployed, deployed.aws.client
        self.outputs = {name.removesuffix("Output"): value for name, value in deployed.outputs.items()}
        self.functions = {name: deployed.function(name).name for name in REDRIVEN}
        self._revision = 0
        self.client("kinesis").put_record(StreamARN=self.outputs["Stream"], Data=b"{}", PartitionKey="1")
        self.client("dynamodb").put_item(TableName=self.outputs["Table"], Item={"id": {"S": "1"}})
        self.batches = {
            "Data": {"KinesisBatchInfo": self._batch("kinesis", self.outputs["Stream"], "StreamARN")},
            "Records": {
                "DDBStreamBatchInfo": self._batch("dynamodbstreams", self.outputs["TableStream"], "StreamArn")
            },
        }

    def _batch(self, service: str, arn: str, name: str) -> dict[str, object]:
        """The batch of the first record of a stream."""
        client = self.client(service)
        described = client.describe_stream(**{name: arn})["StreamDescription"]
        shard = described["Shards"][0]["ShardId"]
        iterator = client.get_shard_iterator(**{name: arn}, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        record = client.get_records(ShardIterator=iterator["ShardIterator"])["Records"][0]
        number = record.get("SequenceNumber") or record["dynamodb"]["SequenceNumber"]
        numbers = {"startSequenceNumber": number, "endSequenceNumber": number}
        return {"shardId": shard, "batchSize": 1, "streamArn": arn, **numbers}

    def alias(self, name: str) -> str:
        return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{self.functions[name]}:live"

    def context(self, name: str) -> dict[str, object]:
        return {"requestContext": {"functionArn": self.alias(name)}}

    def fail(self) -> None:
        """Put failed work into each place, and a message that stays."""
        self.deployed.queue("Worker").dead_letters.send("{}")
        sqs = self.client("sqs")
        for name, batch in self.batches.items():
            self.deployed.failures(name).send({**self.context(name), **batch})
        news = self.deployed.failures("News")
        sqs.purge_queue(QueueUrl=news.url)
        news.send({"TopicArn": self.outputs["Topic"], "MessageId": "1", "Message": "news"}, "no event")
        key = f"aws/lambda/async/{self.functions['Files']}/{time.monotonic_ns()}"
        body = json.dumps({**self.context("Files"), "requestPayload": {}})
        self.client("s3").put_object(Bucket=self.outputs["Bucket"], Key=key, Body=body.encode())
        (rule,) = self.client("events").list_rules()["Rules"]
        attributes = {"RULE_ARN": rule["Arn"], "TARGET_ARN": self.alias("Files")}
        typed = {name: {"DataType": "String", "StringValue": arn} for name, arn in attributes.items()}
        undelivered = self.deployed.failures("Files").url
        sqs.send_message(QueueUrl=undelivered, MessageBody="{}", MessageAttributes=typed)

    def publish(self) -> None:
        """Publish two versions that nothing needs."""
        functions, name = self.client("lambda"), self.functions["Worker"]
        for _ in range(2):
            self._revision += 1
            functions.update_function_configuration(FunctionName=name, Description=str(self._revision))
            functions.publish_version(FunctionName=name)

    def point(self, weights: Mapping[str, float] | None = None) -> None:
        """Point the alias to version 2."""
        self.client("lambda").update_alias(
            FunctionName=self.functions["Worker"],
            Name="live",
            FunctionVersion="2",
            RoutingConfig={"AdditionalVersionWeights": dict(weights or {})},
        )


@pytest.fixture
def shop(aws: Aws, tmp_path: Path) -> Shop:
    """The stack after its second release."""
    for name in IMPORTED:
        aws.client("sqs").create_queue(QueueName=name, Attributes={"VisibilityTimeout": "360"})
    aws.deploy(stack(tmp_path, "1"))
    return Shop(aws.deploy(stack(tmp_path, "2")))


@pytest.fixture
def operator(aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    """Who runs the commands."""
    return Operator(aws, monkeypatch, capsys)


def prepare(shop: Shop, command: str) -> list[list[str]]:
    """Make work for a command; returns how to run it."""
    work: dict[str, Callable[[], object]] = {
        "redrive": shop.fail,
        "prune": shop.publish,
        "rollback": shop.point,
        "unwedge": lambda: shop.point({"1": 0.1}),
    }
    work.get(command, lambda: None)()
    if command == "redrive":
        return [[command, name, "--stack", "Shop", "--yes"] for name in REDRIVEN]
    if command == "status":
        return [[command, "Shop"]]
    more = {"logs": [], "prune": ["--keep", "1", "--yes"]}.get(command, ["--yes"])
    return [[command, "Worker", "--stack", "Shop", *more]]


def test_each_command_needs_exactly_the_policy_that_it_prints(shop: Shop, operator: Operator) -> None:
    needless = []
    # Pruned versions cannot be rolled back to.
    for command in sorted(ACTIONS, key="prune".__eq__):
        policy = operator.policy(command)
        operator.permit(policy)
        for arguments in prepare(shop, command):
            # Exit status 1: something is left or an alarm fires, but nothing was refused.
            status, said = operator.run(*arguments)
            assert status < 2, (arguments, said)
        for action in {each for statement in policy["Statement"] for each in statement["Action"]}:
            # test_recovery.py needs these: with a deployment in flight, and with a stack that is stuck.
            if action == IN_RELEASES.get(command):
                continue
            operator.permit(policy, without=action)
            runs = [operator.run(*arguments) for arguments in prepare(shop, command)]
            if not any(status and action in said for status, said in runs):
                needless.append((command, action, runs))
    assert needless == []
