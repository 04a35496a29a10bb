"""Functions whose role has the permissions that a test names, their queues, and small stacks."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from lambda_constructs_emulator.process import Client, Emulator

T = TypeVar("T")

ACCOUNT_AND_REGION = "us-east-1:000000000000"
LAMBDA = "lambda.amazonaws.com"
POLICY = "test"
SQS_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
LOGS_ACTIONS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")

PRINTS_BODIES = """
import json
def handler(event, context):
    print(json.dumps([record["body"] for record in event["Records"]]))
"""


def statement(*actions: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


WORKER = (statement(*SQS_ACTIONS), statement(*LOGS_ACTIONS))
"""What a role needs so that its function is fed from any queue and its logs are seen."""


def trusting(service: str) -> dict[str, Any]:
    return policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def archive(source: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as code:
        code.writestr("app.py", source)
    return packed.getvalue()


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


def eventually(observe: Callable[[], T], accept: Callable[[T], object], seconds: float = 15) -> T:
    """Observe until it is accepted; the last observation if it never is, for the caller to judge."""
    deadline = time.monotonic() + seconds
    while not accept(seen := observe()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen


def printed(emulator: Emulator, name: str) -> list[Any]:
    """The JSON lines that the function printed, in the order of the log."""
    logs = emulator.client("logs")
    group = f"/aws/lambda/{name}"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return []
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    lines = [event["message"] for page in pages for event in page["events"]]
    return [json.loads(line) for line in lines if line.startswith(("{", "["))]


class Stack:
    """A stack of one test: created, changed, and deleted with the block."""

    def __init__(self, emulator: Emulator, name: str) -> None:
        self._client = emulator.client("cloudformation")
        self._name = name

    def create(self, resources: Mapping[str, Any], outputs: Mapping[str, Any] | None = None) -> None:
        body = _template(resources, outputs)
        self._client.create_stack(
            StackName=self._name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"]
        )

    def update(self, resources: Mapping[str, Any], outputs: Mapping[str, Any] | None = None) -> None:
        body = _template(resources, outputs)
        self._client.update_stack(
            StackName=self._name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"]
        )

    def settled(self) -> str:
        """The status, once nothing changes any more."""
        return eventually(
            lambda: str(self._stack()["StackStatus"]), lambda s: not s.endswith("_IN_PROGRESS"), 30
        )

    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self._stack().get("Outputs", [])}

    def reasons(self) -> str:
        """Why resources failed."""
        events = self._client.describe_stack_events(StackName=self._name)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        return "\n".join(event.get("ResourceStatusReason", "") for event in failed)

    def delete(self) -> None:
        self._client.delete_stack(StackName=self._name)
        eventually(self._names, lambda names: self._name not in names, 30)

    def _stack(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.describe_stacks(StackName=self._name)["Stacks"][0]
        return found

    def _names(self) -> list[str]:
        return [stack["StackName"] for stack in self._client.describe_stacks()["Stacks"]]


@contextmanager
def stack(emulator: Emulator, name: str) -> Iterator[Stack]:
    made = Stack(emulator, name)
    try:
        yield made
    finally:
        made.delete()


def _template(resources: Mapping[str, Any], outputs: Mapping[str, Any] | None) -> str:
    values = {name: {"Value": value} for name, value in (outputs or {}).items()}
    return json.dumps({"Resources": resources, "Outputs": values} if values else {"Resources": resources})


def role_resource(*statements: Mapping[str, Any], trusted: str = LAMBDA) -> dict[str, Any]:
    """A role as a template has it."""
    policies = [{"PolicyName": POLICY, "PolicyDocument": policy(*statements)}] if statements else []
    properties = {"AssumeRolePolicyDocument": trusting(trusted), "Policies": policies}
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def function_resource(
    source: str = "def handler(event, context): return 1", **properties: Any
) -> dict[str, Any]:
    """A function with the role `Role` as a template has it."""
    arn = {"Fn::GetAtt": ["Role", "Arn"]}
    code = {"Code": {"ZipFile": source}, "Handler": "index.handler", "Runtime": "python3.13"}
    return {"Type": "AWS::Lambda::Function", "Properties": {"Role": arn, **code, **properties}}
