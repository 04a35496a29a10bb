"""GetMetricData with searches: a series for each metric that a search finds."""

import time
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon CloudWatch",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html",
)
SCHEMA = "Shop,FunctionName,Version"


def test_a_search_gives_a_series_for_each_metric_with_its_dimensions(
    emulator: Emulator, plain: Emulator
) -> None:
    def found(each: Emulator, expression: str, label: str) -> dict[str, list[float]] | str:
        query = {"Id": "q", "Expression": expression, "Label": label}
        now = time.time()
        results = each.client("cloudwatch").get_metric_data(
            MetricDataQueries=[query], StartTime=now - 60, EndTime=now + 60
        )["MetricDataResults"]
        if any(result["StatusCode"] != "Complete" for result in results):
            return "refused"
        return {result["Label"]: result["Values"] for result in results}

    def measure(each: Emulator) -> None:
        def datum(name: str, value: float, **dimensions: str) -> dict[str, Any]:
            listed = [{"Name": key, "Value": text} for key, text in dimensions.items()]
            return {"MetricName": name, "Value": value, "Dimensions": listed}

        data = [
            datum("Errors", 1, FunctionName="orders", Version="1"),
            datum("Errors", 2, FunctionName="orders", Version="2"),
            datum("Errors", 4, FunctionName="orders"),
            datum("Errors", 8, FunctionName="returns", Version="1"),
            datum("Invocations", 16, FunctionName="orders", Version="1"),
        ]
        each.client("cloudwatch").put_metric_data(Namespace="Shop", MetricData=data)

    measure(emulator)
    measure(plain)
    search = f"SEARCH('{{{SCHEMA}}} MetricName=\"Errors\" FunctionName=\"orders\"', 'Sum', 60)"
    label = "version ${PROP('Dim.Version')}"
    assert found(emulator, search, label) == {"version 1": [1], "version 2": [2]}
    assert found(emulator, search.replace("orders", "nothing"), label) == {}
    # A term that is not understood is refused, as by ministack.
    assert found(emulator, search.replace(' FunctionName="orders"', " OR orders"), label) == "refused"
    assert found(plain, search, label) == "refused"
