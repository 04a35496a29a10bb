"""Lines of CloudWatch's embedded metric format become metrics."""

import json
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function, total
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon CloudWatch",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html",
)

HANDLER = """
import json
def handler(event, context):
    for line in event:
        print(line if isinstance(line, str) else json.dumps(line))
"""


def line(dimensions: list[list[str]], **fields: Any) -> dict[str, Any]:
    metrics = [{"Name": "Orders", "Unit": "Count"}, {"Name": "Missing"}]
    directive = {"Namespace": "Shop", "Dimensions": dimensions, "Metrics": metrics}
    return {"_aws": {"Timestamp": 1_700_000_000_000, "CloudWatchMetrics": [directive]}, **fields}


def test_values_by_each_set_of_dimensions(emulator: Emulator, plain: Emulator) -> None:
    lines = [
        line([["service"], ["service", "stage"]], service="orders", stage="test", Orders=2),
        line([["service"]], service="orders", Orders=[3, 4]),
        line([["service", "absent"]], service="orders", Orders=100),
        line([["service"]], service="orders", Orders="many"),
        {"_aws": {"CloudWatchMetrics": "broken"}},
        '{"CloudWatchMetrics": ',
    ]

    def observe(server: Emulator) -> list[float]:
        create_function(server, "shop", HANDLER)
        server.client("lambda").invoke(FunctionName="shop", Payload=json.dumps(lines).encode())
        by_service = {"service": "orders"}
        return [
            total(server, "Shop", "Orders", dimensions)
            for dimensions in (by_service, {**by_service, "stage": "test"})
        ]

    assert observe(emulator) == [9, 2]
    assert observe(plain) == [0, 0]
