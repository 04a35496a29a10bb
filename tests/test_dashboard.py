"""The dashboard: a row for each workload, by its kind, and the saved queries."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from constructs import Construct
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from lambda_constructs import ConfigurationError, Dashboard
from tests.dashboard_picture import parsed, picture
from tests.support import ROOT, new_stack, only, resources
from tests.test_bad_values import WORKLOADS, build

PICTURE = ROOT / "docs" / "how-to" / "dashboard.svg"
DRAWN = 3  # workloads in the picture
TITLES = ["Traffic", "Errors", "Duration", "Concurrency", "Waiting and failed", "Alarms"]


def widgets(stack: cdk.Stack) -> list[dict[str, Any]]:
    """The widgets of the only dashboard."""
    return parsed(only(stack, "AWS::CloudWatch::Dashboard")["DashboardBody"])


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
    assert len(found) == 7 * len(WORKLOADS)
    for row, kind in zip(range(0, len(found), 7), WORKLOADS, strict=True):
        title, *graphs = found[row : row + 7]
        assert title["properties"]["markdown"] == f"## Shop/{kind.__name__}/Orders ({kind.__name__})"
        assert [each["properties"]["title"] for each in graphs] == TITLES
        assert {each["y"] for each in graphs} == {graphs[0]["y"]}
        assert "ExecutedVersion" in json.dumps(graphs[1])
    text = json.dumps(found)
    for metric in ("IteratorAge", "AsyncEventAge", "ApproximateAgeOfOldestMessage"):
        assert metric in text

    # The default of CloudWatch is the average, which means nothing for counts.
    silent = [
        metric
        for each in found
        for metric in each["properties"].get("metrics", ())
        if isinstance(metric[0], str) and "stat" not in metric[-1]
    ]
    assert silent == []

    queries = resources(stack, "AWS::Logs::QueryDefinition").values()
    assert [each["Properties"]["Name"] for each in queries] == [
        f"Shop/Ops/{name}" for name in ("Errors by version", "Slowest", "Cold starts", "Reports")
    ]
    assert {len(each["Properties"]["LogGroupNames"]) for each in queries} == {len(WORKLOADS)}
    assert {"widgets": found, "queries": list(queries)} == snapshot(extension_class=JSONSnapshotExtension)

    drawn = picture(found[: 7 * DRAWN])
    if pytestconfig.getoption("update_snapshots"):
        PICTURE.write_text(drawn)
    assert PICTURE.read_text() == drawn


def test_it_takes_workloads_only_and_none_is_allowed() -> None:
    stack = new_stack()
    wrong: Any = [stack]
    with pytest.raises(ConfigurationError, match="workloads"):
        Dashboard(stack, "Wrong", workloads=wrong)
    Dashboard(stack, "Empty", workloads=[], dashboard_name="empty")

    assert only(stack, "AWS::CloudWatch::Dashboard")["DashboardName"] == "empty"
    assert resources(stack, "AWS::Logs::QueryDefinition") == {}
