"""The dashboard: a row for each workload, by its kind, and the saved queries."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import aws_cdk as cdk
import pytest
from constructs import Construct
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from lambda_constructs import (
    Alarms,
    AllAtOnce,
    CognitoTrigger,
    ConfigurationError,
    Dashboard,
    HttpFunction,
    MqConsumer,
    ProductionFunction,
)
from tests.dashboard_picture import picture
from tests.support import ROOT, new_stack, only, resources
from tests.test_bad_values import WORKLOADS, build

PICTURE = ROOT / "docs" / "how-to" / "dashboard.svg"
RECORDED = ROOT / "tests" / "dashboard_data.json"
TITLES = [
    "Traffic",
    "Traffic by version",
    "Errors by version",
    "Duration",
    "Concurrency",
    "Waiting and failed",
    "Cost drivers",
    "Alarms",
]
# Their work waits with the caller or the broker.
WITHOUT_WAITING = {CognitoTrigger, HttpFunction, MqConsumer, ProductionFunction}


def widgets(stack: cdk.Stack) -> list[dict[str, Any]]:
    """The widgets of the only dashboard, with references as their names."""
    body = only(stack, "AWS::CloudWatch::Dashboard")["DashboardBody"]
    parts = body["Fn::Join"][1] if isinstance(body, dict) else [body]
    text = "".join(each if isinstance(each, str) else next(iter(map(str, each.values()))) for each in parts)
    plain = text.replace("['", "").replace("']", "").replace("', '", ".")
    found: list[dict[str, Any]] = json.loads(plain)["widgets"]
    return found


def rows_of(found: list[Any]) -> list[list[Any]]:
    """The widgets of each workload: a title, which has a height of 1, and what follows it."""
    starts = [number for number, each in enumerate(found) if each["height"] == 1]
    return [found[start:end] for start, end in pairwise([*starts, len(found)])]


def empty(found: list[dict[str, Any]]) -> list[str]:
    """The widgets without content, for which CloudWatch refuses a dashboard."""
    content = {"metric": "metrics", "alarm": "alarms", "text": "markdown"}
    return [each["type"] for each in found if not each["properties"].get(content[each["type"]])]


def assert_recorded(row: list[dict[str, Any]], same: list[dict[str, Any]]) -> None:
    """The recorded widgets of a workload have the form of those of its class, and 60 values."""
    for one, widget in zip(row[1:], same[1:], strict=True):
        assert one["title"] == widget["properties"]["title"]
        place = ("x", "width", "height")
        assert [one[name] for name in place] == [widget[name] for name in place]
        labels = {
            re.sub(r"\$\{.*\}", "N", each[-1]["label"]) for each in widget["properties"].get("metrics", ())
        }
        series = one.get("series", [])
        assert {re.sub(r"\d+$", "N", each["label"]) for each in series} <= labels
        assert {len(each["values"]) for each in series} <= {60}
        assert ("alarms" in one) is (widget["type"] == "alarm")


def test_each_workload_has_a_row_and_the_queries_read_all_logs(
    snapshot: SnapshotAssertion, pytestconfig: pytest.Config
) -> None:
    stack = new_stack()
    scopes = {kind: Construct(stack, kind.__name__) for kind in WORKLOADS}
    for kind, scope in scopes.items():
        build(kind, scope, {})
    workloads: Any = [scope.node.find_child("Orders") for scope in scopes.values()]
    Dashboard(stack, "Ops", workloads=workloads)

    found = widgets(stack)
    rows = rows_of(found)
    for row, kind in zip(rows, WORKLOADS, strict=True):
        title, *graphs = row
        assert title["properties"]["markdown"] == f"## Shop/{kind.__name__}/Orders ({kind.__name__})"
        missing = {"Waiting and failed"} if kind in WITHOUT_WAITING else set()
        assert [each["properties"]["title"] for each in graphs] == [
            each for each in TITLES if each not in missing
        ]
        assert [len({each["y"] for each in line}) for line in (graphs[:4], graphs[4:])] == [1, 1]
        assert all("ExecutedVersion" in json.dumps(each) for each in graphs[1:3])
    assert empty(found) == []
    text = json.dumps(found)
    for metric in ("IteratorAge", "AsyncEventAge", "ApproximateAgeOfOldestMessage"):
        assert metric in text

    # The default of CloudWatch is the average, which means nothing for counts.
    unclear = [
        metric
        for each in found
        for metric in each["properties"].get("metrics", ())
        if "label" not in metric[-1] or (isinstance(metric[0], str) and "stat" not in metric[-1])
    ]
    assert unclear == []

    queries = resources(stack, "AWS::Logs::QueryDefinition").values()
    assert [each["Properties"]["Name"] for each in queries] == [
        f"Shop/Ops/{name}" for name in ("Errors by version", "Slowest", "Cold starts", "Reports")
    ]
    assert {len(each["Properties"]["LogGroupNames"]) for each in queries} == {len(WORKLOADS)}
    assert {"widgets": found, "queries": list(queries)} == snapshot(extension_class=JSONSnapshotExtension)

    recorded = json.loads(RECORDED.read_text())
    of_class = {row[0]["properties"]["markdown"].partition("(")[2]: row for row in rows}
    for row in rows_of(recorded):
        assert_recorded(row, of_class[row[0]["title"].partition("(")[2]])
    drawn = picture(recorded)
    if pytestconfig.getoption("update_snapshots"):
        PICTURE.write_text(drawn)
    assert PICTURE.read_text() == drawn


def test_it_takes_workloads_only_and_none_is_allowed() -> None:
    stack = new_stack()
    wrong: Any = [stack]
    with pytest.raises(ConfigurationError, match="workloads"):
        Dashboard(stack, "Wrong", workloads=wrong)
    Dashboard(stack, "Empty", workloads=[], dashboard_name="empty")
    silent = new_stack()
    build(HttpFunction, silent, {"alarms": Alarms.NONE, "rollout": AllAtOnce()})
    without_alarms: Any = silent.node.find_child("Orders")
    Dashboard(silent, "Ops", workloads=[without_alarms])

    assert empty(widgets(silent)) == []
    assert only(stack, "AWS::CloudWatch::Dashboard")["DashboardName"] == "empty"
    assert resources(stack, "AWS::Logs::QueryDefinition") == {}
