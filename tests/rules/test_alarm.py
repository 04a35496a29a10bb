"""Alarms on metrics that Lambda does not publish."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, alias, arn, findings, found, function, ref, resource, template, version
from tests.for_each import for_each

CODE = "alarm-dimensions"
LIVE = {"Fn::Join": ["", [ref("Function"), ":live"]]}
NUMBER = {"Fn::GetAtt": ["Version", "Version"]}


def watching(metric: str = "Errors", /, namespace: str = "AWS/Lambda", **dimensions: Any) -> Json:
    alarm = resource(
        "AWS::CloudWatch::Alarm",
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
    )
    return template(Function=function(), Version=version(), Alias=alias(), Alarm=alarm)


@for_each(
    "source",
    [
        watching(),
        watching(FunctionName=ref("Function")),
        watching(FunctionName={"Fn::Select": [6, {"Fn::Split": [":", ref("Alias")]}]}),
        watching(FunctionName={"Fn::Sub": "${AWS::StackName}-pay"}),
        watching(FunctionName={"Fn::ImportValue": "Name:of:it"}),
        watching(FunctionName=ref("Function"), Resource=LIVE),
        watching(FunctionName=ref("Function"), Resource=LIVE, ExecutedVersion=NUMBER),
        watching("FailedInvokeEventCount", EventSourceMappingUUID=ref("Mapping")),
        watching(namespace="Shop", ExecutedVersion="3"),
    ],
)
def test_metrics_that_there_are(source: Json) -> None:
    assert found(source, CODE) == []


@for_each(
    "source",
    [
        watching(FunctionName="pay:3"),
        watching(FunctionName={"Fn::Join": [":", [ref("Function"), NUMBER]]}),
        watching(FunctionName=ref("Version")),
        watching(FunctionName=ref("Alias")),
        watching(FunctionName=arn("Function")),
        watching(FunctionName=ref("Function"), Resource=ref("Alias")),
        watching(Resource=LIVE),
        watching(FunctionName=ref("Function"), ExecutedVersion=NUMBER),
        watching(EventSourceMappingUUID=ref("Mapping")),
        watching("FailedInvokeEventCount", FunctionName=ref("Function")),
    ],
)
def test_metrics_that_there_are_not(source: Json) -> None:
    assert found(source, CODE) == [(CODE, "warning", "Alarm")]


def test_the_metrics_of_an_expression_are_looked_at_too() -> None:
    source = watching()
    metric = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "pay:live"}],
    }
    source["Resources"]["Alarm"]["Properties"] = {
        "Metrics": [{"Id": "a", "Expression": "b"}, {"Id": "b", "MetricStat": {"Metric": metric}}]
    }

    (finding,) = findings(source, CODE)

    assert finding.location == "Properties/Metrics/1/MetricStat/Metric/Dimensions"


@for_each("dimensions", ["none", [1], [{"Value": "pay:3"}], {"Fn::If": ["Late", [], []]}])
def test_dimensions_that_are_none_are_not_judged(dimensions: Any) -> None:
    source = watching()
    source["Resources"]["Alarm"]["Properties"]["Dimensions"] = dimensions

    assert found(source, CODE) == []


def test_only_an_alarm_on_many_errors_is_judged_by_its_statistic() -> None:
    for metric, statistic, operator, reported in (
        ("Errors", "Minimum", "GreaterThanThreshold", True),
        ("Errors", "Sum", "GreaterThanThreshold", False),
        ("Errors", "Minimum", "LessThanThreshold", False),
        ("Duration", "Minimum", "GreaterThanThreshold", False),
    ):
        source = watching(metric)
        own = {"Statistic": statistic, "ComparisonOperator": operator}
        source["Resources"]["Alarm"]["Properties"].update(own)
        assert bool(found(source, "alarm-errors-statistic")) == reported, own
    assert found(watching(), "alarm-errors-statistic") == []
