"""Logs of functions that never expire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.audit.support import Json, arn, found, function, ref, resource, template

MISSING, FOREVER = "log-group-missing", "log-retention-missing"


def group(**properties: Any) -> Json:
    return resource("AWS::Logs::LogGroup", **properties)


def logged(to: Any) -> Json:
    return function(LoggingConfig={"LogGroup": to})


def logs(**resources: Json) -> list[tuple[str, str, str]]:
    return found(template(**resources), MISSING, FOREVER)


def test_a_group_with_a_retention() -> None:
    assert logs(Function=logged(ref("Logs")), Logs=group(RetentionInDays=30)) == []
    assert logs(Function=logged(ref("Logs")), Logs=group(RetentionInDays=ref("Days"))) == []
    assert logs(Function=logged(ref("Logs")), Logs=group()) == [(FOREVER, "warning", "Logs")]


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ({"Fn::Sub": "/aws/lambda/${Function}"}, None),
        ({"Fn::Join": ["", ["/aws/lambda/", ref("Function")]]}, None),
        ("/aws/lambda/pay", "pay"),
        ({"Fn::Sub": "/aws/lambda/${AWS::StackName}-pay"}, {"Fn::Sub": "${AWS::StackName}-pay"}),
    ],
)
def test_a_group_by_its_name(name: Any, of: Any) -> None:
    paying = function(FunctionName=of)

    assert logs(Function=paying, Logs=group(LogGroupName=name, RetentionInDays=30)) == []
    assert logs(Function=paying, Logs=group(LogGroupName=name)) == [(FOREVER, "warning", "Logs")]


def test_a_group_that_lambda_makes_itself() -> None:
    assert logs(Function=function()) == [(MISSING, "warning", "Function")]
    assert logs(Function=function(), Logs=group(RetentionInDays=30)) == [(MISSING, "warning", "Function")]


@pytest.mark.parametrize("to", ["/shop/pay", {"Fn::ImportValue": "logs"}])
def test_a_group_outside_the_template_is_not_judged(to: Any) -> None:
    assert logs(Function=logged(to)) == []


def test_a_retention_that_cdk_sets() -> None:
    retention = resource(
        "Custom::LogRetention",
        LogGroupName={"Fn::Sub": "/aws/lambda/${Function}"},
        RetentionInDays=30,
        ServiceToken=arn("Handler"),
    )
    assert logs(Function=function(), Retention=retention, Handler=function()) == []

    retention = resource("Custom::LogRetention", LogGroupName=ref("Logs"), RetentionInDays=30)
    assert logs(Function=logged(ref("Logs")), Logs=group(), Retention=retention) == []


@pytest.mark.parametrize("kind", ["Custom::Thing", "AWS::CloudFormation::CustomResource"])
def test_what_runs_at_deployments_only_leaves_little_behind(kind: str) -> None:
    assert logs(Function=function(), Thing=resource(kind, ServiceToken=arn("Function"))) == []
