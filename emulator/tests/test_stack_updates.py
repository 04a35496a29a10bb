"""Which changes of a template update the stack: by UpdateStack, and by a change set as `cdk` does."""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import settled
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
USER_GUIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"
FIDELITY = Fidelity("AWS CloudFormation", f"{USER_GUIDE}/using-cfn-updating-stacks-get-template.html")

QUEUE: Final = {"Type": "AWS::SQS::Queue"}
HOLDS, FAILS = ({"Shown": {"Fn::Equals": ["a", each]}} for each in ("a", "b"))
TEMPLATE: Final[Mapping[str, Any]] = {
    "Description": "One",
    "Metadata": {"Owner": "one"},
    "Parameters": {"Stage": {"Type": "String", "Default": "test"}},
    "Mappings": {"Sizes": {"small": {"units": "1"}}},
    "Conditions": HOLDS,
    "Resources": {"Queue": QUEUE, "Other": {**QUEUE, "Condition": "Shown"}},
    "Outputs": {
        "Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}},
        "Stage": {"Value": {"Ref": "Stage"}},
    },
}
QUIET: Final = {**TEMPLATE, "Resources": {"Queue": QUEUE}}
OUTPUTS: Final = TEMPLATE["Outputs"]
NAME: Final = OUTPUTS["Name"]
UPDATES: Final[Mapping[str, Mapping[str, Any]]] = {
    "another output": {"Outputs": {**OUTPUTS, "Url": {"Value": {"Ref": "Queue"}}}},
    "an output less": {"Outputs": {}},
    "an export": {"Outputs": {"Name": {**NAME, "Export": {"Name": "name"}}}},
    "a description of an output": {"Outputs": {"Name": {**NAME, "Description": "Its name"}}},
    "a parameter in an output": {"Parameters": {"Stage": {"Type": "String", "Default": "live"}}},
    "a condition of a resource": {"Conditions": FAILS},
    "metadata of a resource": {"Resources": {"Queue": {**QUEUE, "Metadata": {"Owner": "two"}}}},
    "a deletion policy": {"Resources": {"Queue": {**QUEUE, "DeletionPolicy": "Retain"}}},
}
NO_UPDATES: Final[Mapping[str, Mapping[str, Any]]] = {
    "nothing": {},
    "the description": {"Description": "Two"},
    "the metadata": {"Metadata": {"Owner": "two"}},
    "a mapping": {"Mappings": {"Sizes": {"small": {"units": "2"}}}},
    "a condition of nothing": {"Conditions": FAILS},
}


def changed(emulator: Emulator, name: str, template: Mapping[str, Any], change: Mapping[str, Any]) -> str:
    """Create a stack and change it; the end of its status, or why it was not updated."""
    client = emulator.client("cloudformation")
    request = {"StackName": name, "TemplateBody": json.dumps({**template, **change})}
    client.create_stack(StackName=name, TemplateBody=json.dumps(template))
    settled(emulator, name)
    if name.startswith("Update"):
        try:
            client.update_stack(**request)
        except ClientError as error:
            return str(error.response["Error"]["Message"])
        return settled(emulator, name)
    client.create_change_set(**request, ChangeSetName="change")
    found = client.describe_change_set(StackName=name, ChangeSetName="change")
    if found["Status"] == "FAILED":
        return str(found["StatusReason"])
    client.execute_change_set(StackName=name, ChangeSetName="change")
    time.sleep(0.05)
    return settled(emulator, name)


def test_what_updates_a_stack(emulator: Emulator) -> None:
    wrong = {}
    for number, (what, change) in enumerate(UPDATES.items()):
        for way in ("Update", "ChangeSet"):
            status = changed(emulator, f"{way}{number}", TEMPLATE, change)
            if status != "UPDATE_COMPLETE":
                wrong[way, what] = status
            emulator.reset()

    assert wrong == {}


def test_what_does_not_update_a_stack(emulator: Emulator) -> None:
    reasons = {"Update": "No updates are to be performed.", "ChangeSet": "didn't contain changes"}
    wrong = {}
    for number, (what, change) in enumerate(NO_UPDATES.items()):
        for way, reason in reasons.items():
            status = changed(emulator, f"{way}{number}", QUIET, change)
            if reason not in status:
                wrong[way, what] = status

    assert wrong == {}
