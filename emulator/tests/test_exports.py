"""Outputs that stacks export and import."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import settled
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS CloudFormation",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html",
)
QUEUE = {"Type": "AWS::SQS::Queue"}


def exporting(**outputs: Any) -> str:
    exports = {name: {"Value": value, "Export": {"Name": f"shop-{name}"}} for name, value in outputs.items()}
    return json.dumps({"Resources": {"Queue": QUEUE, "Other": QUEUE}, "Outputs": exports})


def importing(*names: str) -> str:
    tags = [{"Key": name, "Value": {"Fn::ImportValue": {"Fn::Sub": f"shop-{name}"}}} for name in names]
    return json.dumps({"Resources": {"Queue": {**QUEUE, "Properties": {"Tags": tags}}}})


def test_an_output_that_is_imported_stays(emulator: Emulator) -> None:
    client = emulator.client("cloudformation")

    def create(name: str, template: str) -> str:
        client.create_stack(StackName=name, TemplateBody=template)
        return settled(emulator, name)

    def update(template: str, name: str = "Shop") -> str:
        client.update_stack(StackName=name, TemplateBody=template)
        return settled(emulator, name)

    def reasons(name: str) -> str:
        events = client.describe_stack_events(StackName=name)["StackEvents"]
        return "\n".join(each.get("ResourceStatusReason", "") for each in events)

    used, free = {"Ref": "Queue"}, {"Ref": "Other"}
    assert create("Shop", exporting(used=used, free=free)) == "CREATE_COMPLETE"
    assert create("Reader", importing("used")) == "CREATE_COMPLETE"

    assert update(exporting(used=free, free=free)) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Export shop-used cannot be updated as it is in use by Reader" in reasons("Shop")
    assert update(exporting(free=free)) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Export shop-used cannot be deleted as it is in use by Reader" in reasons("Shop")
    with pytest.raises(ClientError, match="shop-used is imported by stack Reader"):
        client.delete_stack(StackName="Shop")
    assert create("Second", exporting(used=used)) == "ROLLBACK_COMPLETE"
    assert "shop-used is already exported by stack Shop" in reasons("Second")

    assert update(exporting(used=used, free=used)) == "UPDATE_COMPLETE"
    assert update(exporting(used=used)) == "UPDATE_COMPLETE"
    assert [each["Name"] for each in client.list_exports()["Exports"]] == ["shop-used"]
    assert update(importing(), "Reader") == "UPDATE_COMPLETE"
    assert update(exporting(free=free)) == "UPDATE_COMPLETE"
