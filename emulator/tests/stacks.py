"""Small stacks: created, changed and deleted through the CloudFormation API."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from emulator.tests.support import LAMBDA, policy, trusting
from lambda_constructs_emulator.process import Emulator

Resources = Mapping[str, Mapping[str, Any]]


class Stack:
    """A stack of one test."""

    def __init__(self, emulator: Emulator, name: str) -> None:
        self._emulator = emulator
        self._client = emulator.client("cloudformation")
        self._name = name
        self._id = name

    def create(self, resources: Resources, outputs: Mapping[str, Any] | None = None) -> str:
        """Create it; returns the status in which it ends."""
        self._id = self._client.create_stack(**self._arguments(resources, outputs))["StackId"]
        return settled(self._emulator, self._id)

    def update(self, resources: Resources, outputs: Mapping[str, Any] | None = None) -> str:
        """Update it; returns the status in which it ends."""
        self._client.update_stack(**self._arguments(resources, outputs))
        return settled(self._emulator, self._id)

    def delete(self) -> None:
        self._client.delete_stack(StackName=self._id)
        assert settled(self._emulator, self._id) == "DELETE_COMPLETE", self.reasons()

    def outputs(self) -> dict[str, str]:
        stack = self._client.describe_stacks(StackName=self._id)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def reasons(self) -> str:
        """Why resources failed."""
        events = self._client.describe_stack_events(StackName=self._id)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        return "\n".join(event.get("ResourceStatusReason", "") for event in failed)

    def _arguments(self, resources: Resources, outputs: Mapping[str, Any] | None) -> dict[str, Any]:
        return {
            "StackName": self._name,
            "TemplateBody": template(resources, outputs),
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
        }


@contextmanager
def stack(emulator: Emulator, name: str) -> Iterator[Stack]:
    """A stack that is deleted with the block."""
    made = Stack(emulator, name)
    try:
        yield made
    finally:
        made.delete()


def settled(emulator: Emulator, stack_id: str) -> str:
    """The status in which an operation on a stack ends; a deleted stack is known by its id only."""
    client = emulator.client("cloudformation")
    deadline = time.monotonic() + 60
    while True:
        status = str(client.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])
        if not status.endswith("_IN_PROGRESS"):
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.1)


def template(resources: Resources, outputs: Mapping[str, Any] | None = None) -> str:
    values = {name: {"Value": value} for name, value in (outputs or {}).items()}
    return json.dumps({"Resources": resources, **({"Outputs": values} if values else {})})


def refs(*names: str) -> dict[str, Any]:
    """Outputs with what `Ref` returns, by logical id."""
    return {name: {"Ref": name} for name in names}


def typed(resource_type: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"Type": resource_type, "Properties": properties}


def role_resource(*statements: Mapping[str, Any], trusted: str = LAMBDA) -> dict[str, Any]:
    """A role as a template has it."""
    policies = [{"PolicyName": "test", "PolicyDocument": policy(*statements)}] if statements else []
    properties = {"AssumeRolePolicyDocument": trusting(trusted), "Policies": policies}
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def function_resource(
    source: str = "def handler(event, context): return 1", **properties: Any
) -> dict[str, Any]:
    """A function with the role `Role` as a template has it."""
    arn = {"Fn::GetAtt": ["Role", "Arn"]}
    code = {"Code": {"ZipFile": source}, "Handler": "index.handler", "Runtime": "python3.13"}
    return {"Type": "AWS::Lambda::Function", "Properties": {"Role": arn, **code, **properties}}
