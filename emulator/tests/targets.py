"""A function to invoke asynchronously, with what tests need around it."""

import json
import uuid
from typing import Any

from emulator.tests.support import PATIENCE, create_function, received, total
from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.process import Emulator

ACCOUNT_AND_REGION = "us-east-1:000000000000"
HANDLER = """
import json, pathlib, time
def handler(event, context):
    trace = pathlib.Path({trace!r})
    run = {{"request": context.aws_request_id, "at": time.time(), "event": event}}
    with trace.open("a") as lines:
        lines.write(json.dumps(run) + "\\n")
    if event.get("fail"):
        raise RuntimeError("told to fail")
    return {{"done": True}}
"""


class Target:
    """A function with a version, an alias, and queues to send records to, in one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.name = f"async-{uuid.uuid4().hex[:10]}"
        self.client: Client = emulator.client("lambda")
        self.sqs: Client = emulator.client("sqs")
        self._trace = emulator.directory / f"{self.name}.trace"
        self.role = create_function(emulator, self.name, HANDLER.format(trace=str(self._trace)))

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{ACCOUNT_AND_REGION}:function:{self.name}"

    def publish(self) -> str:
        """Publish a version and an alias of it; returns the alias's ARN."""
        version = self.client.publish_version(FunctionName=self.name)["Version"]
        self.client.create_alias(FunctionName=self.name, Name="live", FunctionVersion=version)
        return f"{self.arn}:live"

    def allow(self, action: str, resource: str) -> None:
        """Let the execution role do something."""
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        self.emulator.client("iam").put_role_policy(
            RoleName=self.role,
            PolicyName=action.replace(":", "-"),
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def deny(self, action: str) -> None:
        """Take back what `allow` gave."""
        iam = self.emulator.client("iam")
        iam.delete_role_policy(RoleName=self.role, PolicyName=action.replace(":", "-"))

    def queue(self, suffix: str, *, allowed: bool = True) -> tuple[str, str]:
        """Create a queue that the role may send to; returns its URL and its ARN."""
        url = self.sqs.create_queue(QueueName=f"{self.name}-{suffix}")["QueueUrl"]
        arn = f"arn:aws:sqs:{ACCOUNT_AND_REGION}:{self.name}-{suffix}"
        if allowed:
            self.allow("sqs:SendMessage", arn)
        return url, arn

    def open_queue(self, suffix: str) -> tuple[str, str]:
        """Create a queue that anybody may send to."""
        url, arn = self.queue(suffix, allowed=False)
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return url, arn

    def configure(self, qualifier: str, **settings: Any) -> None:
        self.client.put_function_event_invoke_config(FunctionName=self.name, Qualifier=qualifier, **settings)

    def invoke(self, qualifier: str, **event: object) -> None:
        response = self.client.invoke(
            FunctionName=self.name,
            Qualifier=qualifier,
            InvocationType="Event",
            Payload=json.dumps(event).encode(),
        )
        assert response["StatusCode"] == 202

    def runs(self) -> list[dict[str, Any]]:
        lines = self._trace.read_text().splitlines() if self._trace.exists() else []
        return [json.loads(line) for line in lines]

    def message(self, url: str, *, patience: float = PATIENCE) -> dict[str, Any] | None:
        """The next message with its attributes, waited for."""
        return received(self.sqs, url, patience=patience)

    def record(self, url: str) -> dict[str, Any]:
        message = self.message(url)
        assert message is not None, "no record came"
        record: dict[str, Any] = json.loads(message["Body"])
        return record

    def total(self, metric: str, **more: str) -> float:
        """The sum of a metric of the function."""
        return total(self.emulator, "AWS/Lambda", metric, {"FunctionName": self.name, **more})
