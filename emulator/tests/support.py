"""What the tests of the emulator share: the time scale, functions without a stack, processes."""

import io
import json
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.connection import Connection
from lambda_constructs_emulator.process import Emulator

PATIENCE = 15.0
"""Seconds: far beyond what anything takes here, so that only what never happens reaches it."""

LAMBDA = "lambda.amazonaws.com"
WORKER_ACTIONS = ["logs:*", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]

T = TypeVar("T")

DESTINATIONS = {
    "sqs": "arn:aws:sqs:us-east-1:000000000000:lost",
    "sns": "arn:aws:sns:us-east-1:000000000000:lost",
    "s3": "arn:aws:s3:::lost",
    "events": "arn:aws:events:us-east-1:000000000000:event-bus/lost",
    "lambda": "arn:aws:lambda:us-east-1:000000000000:function:lost",
}
"""What Lambda delivers records to, one of each kind; nothing of that name is there."""


def statement(*actions: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trusting(service: str) -> dict[str, Any]:
    return policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def archive(source: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as code:
        code.writestr("app.py", source)
    return packed.getvalue()


def create_function(
    emulator: Emulator, name: str, source: str | bytes, *, timeout: int = 10, **settings: object
) -> str:
    """Create a function from its package or the source of its module; returns the name of its role.

    The role may write logs and be fed from any queue.
    """
    role, iam = f"{name}-role", emulator.client("iam")
    trust = json.dumps(trusting(LAMBDA))
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    worker = json.dumps(policy(statement(*WORKER_ACTIONS)))
    iam.put_role_policy(RoleName=role, PolicyName="worker", PolicyDocument=worker)
    emulator.client("lambda").create_function(
        FunctionName=name,
        Role=arn,
        Timeout=timeout,
        Code={"ZipFile": archive(source) if isinstance(source, str) else source},
        **{"Runtime": "python3.13", "Handler": "app.handler", **settings},
    )
    return role


def delete_role(emulator: Emulator, name: str) -> None:
    """Delete a role with its inline policies."""
    iam = emulator.client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def eventually(condition: Callable[[], bool], *, patience: float = PATIENCE) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def observed(observe: Callable[[], T], accept: Callable[[T], object], seconds: float = 15) -> T:
    """Observe until it is accepted; the last observation if it never is, for the caller to judge."""
    deadline = time.monotonic() + seconds
    while not accept(seen := observe()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that is waited for; it is ended if something fails in the block."""
    with process:
        try:
            yield process
        except BaseException:
            process.terminate()
            raise


def printed_until(process: subprocess.Popen[str], beginning: str) -> str:
    """What a process prints up to a line with that beginning."""
    printed = ""
    for line in process.stdout or ():
        printed += line
        if line.startswith(beginning):
            return printed
    raise AssertionError(f"the process ended, and printed only: {printed}")


def received(sqs: Client, url: str, *, patience: float = PATIENCE) -> dict[str, Any] | None:
    """The next message of a queue with its attributes, waited for."""
    messages: list[dict[str, Any]] = []

    def arrived() -> bool:
        answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])
        messages.extend(answer.get("Messages", []))
        return bool(messages)

    return messages[0] if eventually(arrived, patience=patience) else None


def total(emulator: Connection, namespace: str, metric: str, dimensions: Mapping[str, str]) -> float:
    """The sum of a metric over the life of the test."""
    points = emulator.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=time.time() - 600,
        EndTime=time.time() + 60,
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(point["Sum"] for point in points))


def printed(emulator: Emulator, name: str) -> list[Any]:
    """The JSON lines that the function printed, in the order of the log."""
    logs = emulator.client("logs")
    group = f"/aws/lambda/{name}"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return []
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    lines = [event["message"] for page in pages for event in page["events"]]
    return [json.loads(line) for line in lines if line.startswith(("{", "[")) and line[:6] != "[ERROR"]


def invoke(emulator: Emulator, name: str) -> dict[str, Any]:
    """Invoke a function and return what it returned."""
    response = emulator.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    payload: dict[str, Any] = json.load(response["Payload"])
    assert "FunctionError" not in response, payload
    return payload
