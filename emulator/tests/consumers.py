"""A function that reads a stream, and the streams, with what tests need around them."""

import json
import uuid
from abc import ABC, abstractmethod
from typing import Any

from emulator.tests.support import PATIENCE, create_function, received
from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.process import Emulator

ACCOUNT_AND_REGION = "us-east-1:000000000000"
SLOW = "bad and slow"
SLOWNESS = 6
"""Seconds that the function spends on that before it fails."""
HALF = 2**127
"""The first hash key of the second of two shards."""

HANDLER = """
import base64, json, pathlib, time
def name(record):
    if "dynamodb" in record:
        return record["dynamodb"]["Keys"]["id"]["S"]
    return base64.b64decode(record["kinesis"]["data"]).decode()
def number(record):
    return record.get("dynamodb", {{}}).get("SequenceNumber") or record["kinesis"]["sequenceNumber"]
def handler(event, context):
    names = [name(record) for record in event["Records"]]
    with pathlib.Path({trace!r}).open("a") as lines:
        lines.write(json.dumps(names) + "\\n")
    if {slow!r} in names:
        time.sleep({slowness})
    bad = [record for record in event["Records"] if name(record).startswith("bad")]
    if bad and {raises}:
        raise RuntimeError("told to fail")
    return {{"batchItemFailures": [{{"itemIdentifier": number(record)}} for record in bad]}}
"""


class Consumer:
    """A function and a queue for what it loses, in one emulator."""

    def __init__(self, emulator: Emulator, *, raises: bool = True, handler: str = HANDLER) -> None:
        self.emulator = emulator
        self.name = f"stream-{uuid.uuid4().hex[:10]}"
        self.client: Client = emulator.client("lambda")
        self.sqs: Client = emulator.client("sqs")
        self._trace = emulator.directory / f"{self.name}.trace"
        trace = str(self._trace)
        source = handler.format(trace=trace, raises=raises, slow=SLOW, slowness=SLOWNESS)
        self.role = create_function(emulator, self.name, source)
        self.queue = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        self.queue_arn = f"arn:aws:sqs:{ACCOUNT_AND_REGION}:{self.name}"
        self.allow("sqs:SendMessage", self.queue_arn)

    def allow(self, actions: str | list[str], resource: str, *, name: str = "") -> None:
        statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
        self.emulator.client("iam").put_role_policy(
            RoleName=self.role,
            PolicyName=name or uuid.uuid4().hex,
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def publish(self) -> str:
        """Publish a version and an alias of it; returns the alias's ARN."""
        version = self.client.publish_version(FunctionName=self.name)["Version"]
        alias = self.client.create_alias(FunctionName=self.name, Name="live", FunctionVersion=version)
        arn: str = alias["AliasArn"]
        return arn

    def map(self, stream: "Stream", *, allowed: bool = True, **settings: Any) -> str:
        """Create a mapping from the start of a stream; returns its id."""
        if allowed:
            self.allow(stream.actions, stream.arn, name="stream")
        source = {"FunctionName": self.name, "EventSourceArn": stream.arn, "StartingPosition": "TRIM_HORIZON"}
        identifier: str = self.client.create_event_source_mapping(**{**source, **settings})["UUID"]
        return identifier

    @property
    def on_failure(self) -> dict[str, Any]:
        return {"OnFailure": {"Destination": self.queue_arn}}

    def batches(self) -> list[Any]:
        """What each run noted: for the usual handler, the names of its records."""
        lines = self._trace.read_text().splitlines() if self._trace.exists() else []
        return [json.loads(line) for line in lines]

    def lost(self, *, patience: float = PATIENCE) -> dict[str, Any] | None:
        """The next record about what was given up, waited for."""
        message = received(self.sqs, self.queue, patience=patience)
        record: dict[str, Any] | None = message and json.loads(message["Body"])
        return record


class Stream(ABC):
    """A stream that carries names."""

    info: str
    arn: str
    actions: list[str]

    def __init__(self, consumer: Consumer) -> None:
        self.consumer = consumer

    @abstractmethod
    def put(self, *names: str) -> None:
        """Put records with these names on the stream."""


class Table(Stream):
    info = "DDBStreamBatchInfo"

    def __init__(self, consumer: Consumer) -> None:
        super().__init__(consumer)
        reads = ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")
        self.actions = [f"dynamodb:{action}" for action in reads]
        self.client = consumer.emulator.client("dynamodb")
        self.arn = self.client.create_table(
            TableName=consumer.name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )["TableDescription"]["LatestStreamArn"]

    def put(self, *names: str) -> None:
        for name in names:
            self.client.put_item(TableName=self.consumer.name, Item={"id": {"S": name}})


class Kinesis(Stream):
    info = "KinesisBatchInfo"

    def __init__(self, consumer: Consumer, *, shards: int = 1) -> None:
        super().__init__(consumer)
        reads = ("GetRecords", "GetShardIterator", "DescribeStream", "DescribeStreamSummary", "ListShards")
        self.actions = [f"kinesis:{action}" for action in reads]
        self.client = consumer.emulator.client("kinesis")
        self.client.create_stream(StreamName=consumer.name, ShardCount=shards)
        self.arn = f"arn:aws:kinesis:{ACCOUNT_AND_REGION}:stream/{consumer.name}"
        self.client.get_waiter("stream_exists").wait(
            StreamName=consumer.name, WaiterConfig={"Delay": 1, "MaxAttempts": 10}
        )

    def put(self, *names: str, hash_key: int = 0) -> None:
        for name in names:
            self.client.put_record(
                StreamName=self.consumer.name,
                Data=name.encode(),
                PartitionKey="all",
                ExplicitHashKey=str(hash_key),
            )
