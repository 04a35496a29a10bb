"""Functions whose role has the permissions that a test names, and their queues."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from emulator.tests.support import LAMBDA, archive, policy, statement, trusting
from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.process import Emulator

ACCOUNT_AND_REGION = "us-east-1:000000000000"
POLICY = "test"
SQS_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
LOGS_ACTIONS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")

PRINTS_BODIES = """
import json
def handler(event, context):
    print(json.dumps([record["body"] for record in event["Records"]]))
"""


WORKER = (statement(*SQS_ACTIONS), statement(*LOGS_ACTIONS))
"""What a role needs so that its function is fed from any queue and its logs are seen."""


@contextmanager
def role(
    emulator: Emulator, name: str, allowed: Sequence[Mapping[str, Any]] = WORKER, *, trusted: str = LAMBDA
) -> Iterator[str]:
    """A role with one inline policy, which `allow` replaces; yields its ARN."""
    iam = emulator.client("iam")
    created = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trusting(trusted)))
    allow(emulator, name, allowed)
    try:
        yield created["Role"]["Arn"]
    finally:
        iam.delete_role_policy(RoleName=name, PolicyName=POLICY)
        iam.delete_role(RoleName=name)


def allow(emulator: Emulator, name: str, allowed: Sequence[Mapping[str, Any]]) -> None:
    document = json.dumps(policy(*allowed or [{**statement("*"), "Effect": "Deny"}]))
    emulator.client("iam").put_role_policy(RoleName=name, PolicyName=POLICY, PolicyDocument=document)


@contextmanager
def function(
    emulator: Emulator,
    name: str,
    source: str,
    *,
    allowed: Sequence[Mapping[str, Any]] = WORKER,
    timeout: int = 10,
) -> Iterator[Client]:
    """A function, its log group and its role, all of the same name; yields a Lambda client.

    The log group is there before the first invocation: plain ministack loses lines if two make it at once.
    """
    client = emulator.client("lambda")
    emulator.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
    with role(emulator, name, allowed) as arn:
        create(client, name, arn, source, timeout=timeout)
        try:
            yield client
        finally:
            for mapping in client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
                client.delete_event_source_mapping(UUID=mapping["UUID"])
            client.delete_function(FunctionName=name)
            emulator.client("logs").delete_log_group(logGroupName=f"/aws/lambda/{name}")


def create(
    client: Client, name: str, role_arn: str, source: str = "", *, timeout: int = 10, **more: Any
) -> None:
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role=role_arn,
        Timeout=timeout,
        Code={"ZipFile": archive(source)},
        **more,
    )


class Queue:
    """A queue by its name, on one emulator."""

    def __init__(self, emulator: Emulator, name: str, **attributes: str) -> None:
        self._sqs = emulator.client("sqs")
        self.arn = f"arn:aws:sqs:{ACCOUNT_AND_REGION}:{name}"
        self._url = self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def send(self, *bodies: str, group: str = "") -> None:
        """Send one message after the other; to a FIFO queue in one group."""
        for body in bodies:
            grouped = {"MessageGroupId": group, "MessageDeduplicationId": body} if group else {}
            self._sqs.send_message(QueueUrl=self._url, MessageBody=body, **grouped)

    def send_at_once(self, *bodies: str) -> None:
        """Send up to ten messages in one request."""
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
        assert not self._sqs.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed")

    def counts(self) -> tuple[int, int]:
        """How many messages wait, and how many are in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        waiting, in_flight = (int(found[name]) for name in names)
        return waiting, in_flight

    def take(self) -> dict[str, Any] | None:
        """Receive and delete one message with its attributes, if there is one."""
        wanted = ["ApproximateReceiveCount"]
        received = self._sqs.receive_message(QueueUrl=self._url, MessageSystemAttributeNames=wanted)
        for message in received.get("Messages", []):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            taken: dict[str, Any] = message
            return taken
        return None

    def delete(self) -> None:
        self._sqs.delete_queue(QueueUrl=self._url)


@contextmanager
def queue(emulator: Emulator, name: str, **attributes: str) -> Iterator[Queue]:
    made = Queue(emulator, name, **attributes)
    try:
        yield made
    finally:
        made.delete()


@contextmanager
def redriven_queue(emulator: Emulator, name: str, receives: int) -> Iterator[tuple[Queue, Queue]]:
    """A queue that gives up on a message after some receives, and the queue where it then goes."""
    with queue(emulator, f"{name}-dead") as dead:
        redrive = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": receives}
        with queue(emulator, name, RedrivePolicy=json.dumps(redrive)) as source:
            yield source, dead
