"""Logs of functions in templates: their group, its retention, log levels."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, function, parameter, ref, resource, template
from tests.for_each import for_each

MISSING, FOREVER = "log-group-missing", "log-retention-missing"
LEVEL = "log-level-without-json"


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


def test_groups_without_a_retention_are_one_finding() -> None:
    both = template(A=logged(ref("LogsA")), B=logged(ref("LogsB")), LogsA=group(), LogsB=group())

    (finding,) = findings(both, FOREVER)

    assert (finding.resource, finding.about) == ("LogsA", ("A", "B", "LogsB"))
    assert finding.message == "the log group, like LogsB, keeps its events forever; set RetentionInDays"


@for_each(
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


def test_functions_without_a_group_are_one_finding() -> None:
    (finding,) = findings(template(A=function(), B=function()), MISSING)

    assert (finding.resource, finding.about) == ("A", ("B",))


@for_each("to", ["/shop/pay", {"Fn::ImportValue": "logs"}])
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


@for_each("kind", ["Custom::Thing", "AWS::CloudFormation::CustomResource"])
def test_what_runs_at_deployments_only_leaves_little_behind(kind: str) -> None:
    assert logs(Function=function(), Thing=resource(kind, ServiceToken=arn("Function"))) == []


def test_log_levels_need_json() -> None:
    optional = {"Fn::If": ["Maybe", "WARN", ref("AWS::NoValue")]}
    configs: dict[str, tuple[Any, str | None]] = {
        "Text": ({"LogFormat": "Text", "SystemLogLevel": "WARN"}, "error"),
        "Default": ({"ApplicationLogLevel": "WARN"}, "error"),
        "OpenFormat": ({"LogFormat": ref("Open"), "SystemLogLevel": "WARN"}, "undecided"),
        "OptionalLevel": ({"LogFormat": "Text", "SystemLogLevel": optional}, "undecided"),
        "Json": ({"LogFormat": "JSON", "SystemLogLevel": ref("Open")}, None),
        "JsonOptional": ({"LogFormat": "JSON", "SystemLogLevel": optional}, None),
        "NoLevel": ({"LogFormat": "Text"}, None),
        "Group": ({"LogGroup": "shop"}, None),
        "Nothing": (None, None),
    }
    sections = {
        "Parameters": {"Open": parameter("String"), "Other": parameter("String")},
        "Conditions": {"Maybe": {"Fn::Equals": [ref("Open"), ref("Other")]}},
    }
    source = template(sections, **{name: function(LoggingConfig=each) for name, (each, _) in configs.items()})

    assert found(source, LEVEL) == sorted(
        (LEVEL, severity, name) for name, (_, severity) in configs.items() if severity
    )


def test_lambda_drops_logs_below_the_application_log_level() -> None:
    code = "log-level-dropped"
    warned = [(code, "warning", "Function")]
    cases: list[tuple[Json, Json, list[tuple[str, str, str]]]] = [
        ({"LogFormat": "JSON"}, {"POWERTOOLS_LOG_LEVEL": "DEBUG"}, warned),
        ({"LogFormat": "JSON", "ApplicationLogLevel": "WARN"}, {"LOG_LEVEL": "INFO"}, warned),
        ({"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"}, {"LOG_LEVEL": "DEBUG"}, []),
        ({"LogFormat": "JSON"}, {"LOG_LEVEL": ref("Level")}, [(code, "undecided", "Function")]),
        ({"LogFormat": "JSON"}, {"LEVEL": "DEBUG"}, []),
        ({"LogFormat": "Text"}, {"LOG_LEVEL": "DEBUG"}, []),
        ({}, {"LOG_LEVEL": "DEBUG"}, []),
    ]
    for logging, variables, expected in cases:
        own = function(LoggingConfig=logging, Environment={"Variables": variables})
        assert found(template(Function=own), code) == expected, (logging, variables)
