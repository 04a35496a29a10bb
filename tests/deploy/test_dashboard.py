"""The widgets of a deployed dashboard have data; `--snapshot-update` records it for the picture in the docs.

An hour takes a minute here. The duration of an invocation is not shortened.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesis as kinesis
from aws_cdk.aws_lambda import Code, Runtime

from lambda_constructs import (
    AllAtOnce,
    Canary,
    Dashboard,
    HttpFunction,
    ProvisionedConcurrency,
    SqsWorker,
    StreamConsumer,
)
from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.kit.deployed import Deployed
from lambda_constructs_emulator.kit.releases import Repeating
from lambda_constructs_emulator.process import Emulator
from tests.test_dashboard import RECORDED

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

HANDLER: Final = """
import json
import random
import time


def handler(event, context):
    time.sleep(random.uniform(0.01, 0.08))
    if "poison" in json.dumps(event):
        raise ValueError("poison")
    return {"batchItemFailures": []}
"""
MINUTE: Final = 1  # second
MINUTES: Final = 60
# The emulator scales nothing, and its provisioned concurrency is never short.
WITHOUT_DATA: Final = {"spillover", "use of provisioned"}


def stack(code: Path, release: str) -> cdk.Stack:
    """Three workloads, and a dashboard over them; the worker has canaries."""
    (code / "app.py").write_text(HANDLER)
    found = cdk.Stack(cdk.App(analytics_reporting=False), "Shop")
    common: dict[str, Any] = {
        "code": Code.from_asset(str(code)),
        "handler": "app.handler",
        "runtime": Runtime.PYTHON_3_13,
        "environment": {"RELEASE": release},
    }
    warm = ProvisionedConcurrency(minimum=1, maximum=2)
    api = HttpFunction(
        found,
        "Api",
        routes=["GET /orders"],
        provisioned_concurrency=warm,
        rollout=AllAtOnce(),
        **common,
    )
    canary = Canary(percentage=10, interval=cdk.Duration.minutes(10))
    orders = SqsWorker(found, "Orders", max_receive_count=3, rollout=canary, **common)
    stream = kinesis.Stream(found, "Stream", shard_count=1)
    clicks = StreamConsumer(found, "Clicks", source=stream, rollout=AllAtOnce(), **common)
    Dashboard(found, "Ops", workloads=[api, orders, clicks], dashboard_name="ops")
    return found


@pytest.fixture
def aws() -> Iterator[Aws]:
    with Emulator(time_scale=MINUTE / 60) as emulator:
        yield Aws(emulator)


def drive(deployed: Deployed, release: cdk.Stack) -> None:
    """An hour of traffic: with errors, throttles and dead letters, and a canary after half of it."""
    api, orders, clicks = deployed.api("Api"), deployed.queue("Orders"), deployed.stream("Stream")
    started, calls, ids = time.time(), count(1), count(1)

    def request() -> None:
        api.get("/orders" if next(calls) % 25 else "/orders?kind=poison")

    def publish() -> None:
        number = next(ids)
        orders.send(*({"id": f"{number}-{each}"} for each in range(1 + number % 3)))
        clicks.put({"id": str(number)})

    def until(minute: float) -> None:
        time.sleep(max(0.0, started + minute * MINUTE - time.time()))

    with Repeating(request), Repeating(publish):
        until(12)
        orders.send("poison", "poison")
        until(20)
        deployed.function("Api").throttle()
        until(23)
        deployed.function("Api").recover()
        until(26)
        deployed.release(release).assert_promoted()
        until(MINUTES)


def read(deployed: Deployed, start: int) -> list[dict[str, Any]]:
    """The widgets of the deployed dashboard, with what CloudWatch returns for them."""
    cloudwatch = deployed.aws.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName="ops")["DashboardBody"])
    return [_widget(cloudwatch, each, start) for each in body["widgets"]]


def _widget(cloudwatch: Any, widget: Mapping[str, Any], start: int) -> dict[str, Any]:
    properties = widget["properties"]
    place = {name: widget[name] for name in ("x", "y", "width", "height")}
    if widget["type"] == "text":
        return {**place, "title": properties["markdown"].removeprefix("## ")}
    found = {**place, "title": properties["title"]}
    if widget["type"] == "alarm":
        names = [arn.rpartition(":")[2] for arn in properties["alarms"]]
        alarms = cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
        kinds = [each["AlarmDescription"].rpartition("#")[2][:-1].replace("-", " ") for each in alarms]
        states = zip(kinds, alarms, strict=True)
        return {**found, "alarms": [{"name": kind, "state": each["StateValue"]} for kind, each in states]}
    series = [each for metric in properties["metrics"] for each in _series(cloudwatch, metric, start)]
    return {**found, "stacked": properties.get("stacked", False), "series": series}


def _series(cloudwatch: Any, metric: list[Any], start: int) -> Iterator[dict[str, Any]]:
    """The series that one metric, or one search, of a widget stands for."""
    options = metric[-1]
    if "expression" in options:
        query = {"Expression": options["expression"].replace(", 60)", f", {MINUTE})")}
    else:
        namespace, name, *pairs = metric[:-1]
        dimensions = [{"Name": key, "Value": pairs[2 * at + 1]} for at, key in enumerate(pairs[::2])]
        named = {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions}
        query = {"MetricStat": {"Metric": named, "Period": MINUTE, "Stat": options["stat"]}}
    results = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "q", "Label": options["label"], **query}],
        StartTime=start,
        EndTime=start + MINUTES * MINUTE,
    )["MetricDataResults"]
    for each in results:
        assert each["StatusCode"] == "Complete", each
        at = {
            int(stamp.timestamp()) - start: value
            for stamp, value in zip(each["Timestamps"], each["Values"], strict=True)
        }
        values = [at.get(minute) and round(at[minute], 3) for minute in range(MINUTES)]
        yield {"label": each["Label"], "right": options.get("yAxis") == "right", "values": values}


def test_the_widgets_of_a_dashboard_have_data(aws: Aws, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    deployed = aws.deploy(stack(tmp_path, "1"))
    start = int(time.time())
    drive(deployed, stack(tmp_path, "2"))
    found = read(deployed, start)

    if pytestconfig.getoption("update_snapshots"):
        RECORDED.write_text("[\n" + ",\n".join(map(json.dumps, found)) + "\n]\n")
    series = [each for widget in found for each in widget.get("series", ())]
    empty = {each["label"] for each in series if not any(value is not None for value in each["values"])}
    assert empty <= WITHOUT_DATA
