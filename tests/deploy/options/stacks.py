"""Deploys the template of an option, and says what of it the services' APIs do not return."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lambda_constructs_emulator.preflight.supported import STORED, STORED_PROPERTIES, types
from lambda_constructs_emulator.process import Emulator
from tests.deploy.options import functions, readers
from tests.deploy.options.comparison import References, missing
from tests.deploy.options.elsewhere import Elsewhere
from tests.support import Resource

ACCOUNT: Final = "123456789012"  # of the ARNs in our templates
REGION: Final = "eu-west-1"
NAME: Final = "Shop"
READERS: Final = {**readers.READERS, **functions.READERS}
PSEUDO: Final = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NoValue": "",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": NAME,
    "AWS::URLSuffix": "amazonaws.com",
}
# The templates of the page on changes have their resources only; streams of CDK have this condition.
CONDITIONS: Final = {"AwsCdkKinesisEncryptedStreamsUnsupportedRegions": {"Fn::Equals": ["a", "b"]}}
Template = Mapping[str, Resource]


@dataclass(frozen=True)
class Change:
    """A resource that an option creates, or some of whose properties it changes."""

    logical_id: str
    resource: Resource
    properties: Mapping[str, Any]

    @property
    def type(self) -> str:
        """Its type."""
        return str(self.resource["Type"])

    @property
    def stored(self) -> set[str]:
        """What the emulator stores only: its type, or properties of it."""
        if self.type in types(STORED):
            return {self.type}
        names = set(STORED_PROPERTIES.get(self.type, "").split())
        return {f"{self.type.rpartition('::')[2]}.{name}" for name in names & self.properties.keys()}


def changes(before: Template, after: Template) -> list[Change]:
    """What the second template has that the first does not."""
    found = []
    for name, resource in after.items():
        old, new = before.get(name, {}).get("Properties", {}), resource.get("Properties", {})
        changed = {each: value for each, value in new.items() if old.get(each) != value}
        if changed or name not in before:
            found.append(Change(name, resource, changed))
    return found


class Shop:
    """The one stack of the emulator, which forgets everything between two options."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._client = emulator.client("cloudformation")
        self._elsewhere = Elsewhere(emulator)

    def deploy(self, template: Template) -> Iterator[str]:
        """Create or update the stack, and say why that failed."""
        exists = self._client.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
        request = self._client.update_stack if exists else self._client.create_stack
        request(
            StackName=NAME,
            TemplateBody=json.dumps({"Resources": self._here(template), "Conditions": CONDITIONS}),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        while (status := self._described["StackStatus"]).endswith("IN_PROGRESS"):
            time.sleep(0.05)
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            for event in self._client.describe_stack_events(StackName=NAME)["StackEvents"]:
                if event["ResourceStatus"].endswith("_FAILED"):
                    yield f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"

    def missing(self, before: Template, after: Template) -> Iterator[str]:
        """What the second template changes of the first, and the services' APIs do not return."""
        references = References({**self._refs(), **PSEUDO, "AWS::StackId": self._described["StackId"]})
        for each in changes(self._here(before), self._here(after)):
            wanted = references.resolved(each.resource.get("Properties", {}))
            known = {
                name: value if isinstance(value, dict | list) else str(value)
                for name, value in wanted.items()
            }
            found = READERS[each.type](self._emulator, references.refs[each.logical_id], known)
            yield from missing({name: wanted[name] for name in each.properties}, found, each.type)

    def forget(self) -> None:
        """Delete everything."""
        self._emulator.reset()
        self._elsewhere = Elsewhere(self._emulator)

    def _here(self, template: Template) -> Template:
        """The template with what exists on the emulator."""
        found: Template = json.loads(self._elsewhere.created(json.dumps(template)))
        return found

    @property
    def _described(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._client.describe_stacks(StackName=NAME)["Stacks"][0]
        return found

    def _refs(self) -> dict[str, str]:
        pages = self._client.get_paginator("list_stack_resources").paginate(StackName=NAME)
        found = [each for page in pages for each in page["StackResourceSummaries"]]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}
