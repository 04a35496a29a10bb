"""Dashboards of a template: CloudWatch refuses those with an empty widget."""

import json
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import Stack
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon CloudWatch",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html",
)


def dashboard(kind: str, **properties: object) -> dict[str, Any]:
    body = json.dumps({"widgets": [{"type": kind, "properties": properties}]})
    return {"Board": {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": body}}}


def test_a_dashboard_with_an_empty_widget_is_refused(emulator: Emulator, plain: Emulator) -> None:
    good: tuple[dict[str, Any], ...] = (
        {"metrics": [["Shop", "Orders"]]},
        {"annotations": {"alarms": ["arn"]}},
    )
    for number, properties in enumerate(good):
        made = Stack(emulator, f"good-{number}")
        assert made.create(dashboard("metric", **properties)) == "CREATE_COMPLETE", made.reasons()
    for kind, missing in (("metric", "metrics"), ("alarm", "alarms"), ("text", "markdown")):
        refused = Stack(emulator, f"empty-{kind}")
        assert refused.create(dashboard(kind, title="empty")) == "ROLLBACK_COMPLETE"
        assert f"Should have required property '{missing}'" in refused.reasons()
        assert Stack(plain, f"empty-{kind}").create(dashboard(kind, title="empty")) == "CREATE_COMPLETE"
