"""Alarms of one test and the metrics that they watch."""

import json
import uuid
from typing import Any

from emulator.tests.support import PATIENCE, eventually
from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.process import Emulator
from lambda_constructs_emulator.pytest_plugin import TIME_SCALE

NAMESPACE = "Test/Alarms"
PERIOD = 60
HERE = PERIOD * TIME_SCALE
"""Seconds that a period lasts here."""


class Alarms:
    """Alarms and metrics of one test, in one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client: Client = emulator.client("cloudwatch")
        self.metric = f"m{uuid.uuid4().hex}"

    def put(self, name: str, /, **members: Any) -> str:
        """Create an alarm on the metric of the test; returns its full name."""
        full = f"{self.metric}-{name}"
        if "Metrics" not in members:
            single = {"Namespace": NAMESPACE, "MetricName": self.metric, "Period": PERIOD}
            members = {**single, "Statistic": "Sum", **members}
        shared = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0, "EvaluationPeriods": 1}
        if "ExtendedStatistic" in members:
            del members["Statistic"]
        self.client.put_metric_alarm(AlarmName=full, **{**shared, **members})
        return full

    def put_composite(self, name: str, rule: str) -> str:
        full = f"{self.metric}-{name}"
        self.client.put_composite_alarm(AlarmName=full, AlarmRule=rule)
        return full

    def record(self, value: float, **dimensions: str) -> None:
        self.client.put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                {
                    "MetricName": self.metric,
                    "Value": value,
                    "Dimensions": [{"Name": key, "Value": text} for key, text in dimensions.items()],
                }
            ],
        )

    def record_share(self, *, failed: float, of: float) -> None:
        """Record both metrics of `share` at once: no window may hold one without the other."""
        values = {"failed": failed, "all": of}
        data = [{"MetricName": f"{self.metric}-{name}", "Value": value} for name, value in values.items()]
        self.client.put_metric_data(Namespace=NAMESPACE, MetricData=data)

    def describe(self, name: str) -> dict[str, Any]:
        found = self.client.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        alarm: dict[str, Any] = (found["MetricAlarms"] + found["CompositeAlarms"])[0]
        return alarm

    def state(self, name: str) -> str:
        state: str = self.describe(name)["StateValue"]
        return state

    def becomes(self, name: str, state: str, *, patience: float = PATIENCE) -> bool:
        return eventually(lambda: self.state(name) == state, patience=patience)

    def rang(self, name: str) -> bool:
        """Whether the alarm goes off, or did so meanwhile: it may be over by the next look."""
        return eventually(lambda: "ALARM" in {new for _old, new in self.changes(name)})

    def changes(self, name: str) -> list[tuple[str, str]]:
        """The state changes that the history tells, the oldest first."""
        items = self.client.describe_alarm_history(
            AlarmName=name,
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            HistoryItemType="StateUpdate",
            ScanBy="TimestampAscending",
        )["AlarmHistoryItems"]
        data = [json.loads(item["HistoryData"]) for item in items]
        pairs = [(each["oldState"]["stateValue"], each["newState"]["stateValue"]) for each in data]
        return [(old, new) for old, new in pairs if old != new]


def share(metric: str, expression: str = "IF(all > 0, 100 * failed / all, 0)") -> list[dict[str, Any]]:
    def query(identifier: str) -> dict[str, Any]:
        stat = {
            "Metric": {"Namespace": NAMESPACE, "MetricName": f"{metric}-{identifier}"},
            "Period": PERIOD,
            "Stat": "Sum",
        }
        return {"Id": identifier, "MetricStat": stat, "ReturnData": False}

    return [query("failed"), query("all"), {"Id": "share", "Expression": expression, "ReturnData": True}]
