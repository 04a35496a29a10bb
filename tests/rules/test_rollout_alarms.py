"""Rollouts that no alarm would stop."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    found,
    function,
    mapping,
    parameter,
    ref,
    resource,
    template,
    version,
)
from tests.for_each import for_each

CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
LINEAR = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
WITHOUT = "rollout-without-alarm"
TIME = ("alarm-after-rollout", "alarm-slow-for-rollout")
CODES = (
    WITHOUT,
    *TIME,
    "rollout-alarms-disabled",
    "rollout-alarms-maximum",
    "rollout-alarms-unread",
    "rollout-blind-to-partial-failures",
)


def alarm(period: Any = 60, periods: Any = 1, **properties: Any) -> Json:
    common: Json = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": ref("Function")}],
        "Period": period,
        "EvaluationPeriods": periods,
    }
    return resource("AWS::CloudWatch::Alarm", **{**common, **properties})


def group(config: Any = CANARY, *alarms: Any, **settings: Any) -> Json:
    watched = {"Enabled": True, "Alarms": [{"Name": each} for each in alarms], **settings}
    return resource(
        "AWS::CodeDeploy::DeploymentGroup",
        DeploymentGroupName="shop",
        DeploymentConfigName=config,
        AlarmConfiguration=watched if alarms else None,
    )


def shop(deployment: Json, by: Any = None, **resources: Json) -> Json:
    """A function whose alias a deployment group updates."""
    update = {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": ref("Group") if by is None else by}}
    common = {
        "Function": function(),
        "Version": version(),
        "Alias": {**alias(), "UpdatePolicy": update},
        "Group": deployment,
        "Alarm": alarm(),
    }
    return template(**{**common, **resources})


@for_each("config", [CANARY, LINEAR])
@for_each("by", [None, "shop"])
def test_a_gradual_rollout_needs_an_alarm(config: str, by: str | None) -> None:
    assert found(shop(group(config), by), *CODES) == [(WITHOUT, "warning", "Group")]
    assert found(shop(group(config, ref("Alarm")), by), *CODES) == []


@for_each("by", ["another", ref("Missing"), {"Fn::ImportValue": "group"}])
def test_a_group_outside_the_template_is_not_judged(by: Any) -> None:
    assert found(shop(group(), by), *CODES) == []


def test_all_at_once_needs_none() -> None:
    assert found(shop(group("CodeDeployDefault.LambdaAllAtOnce")), *CODES) == []


@for_each("config", [None, "Elsewhere", {"Fn::ImportValue": "config"}, ref("Alarm"), ref("Shape")])
def test_a_configuration_that_is_not_known_is_not_judged(config: Any) -> None:
    shape = resource("AWS::CodeDeploy::DeploymentConfig", ComputePlatform="Lambda")

    assert found(shop(group(config), Shape=shape), *CODES) == []


def own(kind: str, percentage: Any, minutes: Any) -> Json:
    shift = {f"{kind}Percentage": percentage, f"{kind}Interval": minutes}
    routing = {"Type": f"TimeBased{kind}", f"TimeBased{kind}": shift}
    return resource(
        "AWS::CodeDeploy::DeploymentConfig", DeploymentConfigName="own", TrafficRoutingConfig=routing
    )


@for_each("config", [ref("Own"), "own"])
def test_a_configuration_of_the_template_is_read(config: Any) -> None:
    canary, linear = own("Canary", 5, 2), own("Linear", 50, 2)

    assert found(shop(group(config), Own=canary), *CODES) == [(WITHOUT, "warning", "Group")]
    slow = alarm(60, 3)
    for each in (canary, linear):
        source = shop(group(config, ref("Alarm")), Own=each, Alarm=slow)
        assert found(source, *CODES) == [("alarm-after-rollout", "warning", "Group")]


@for_each("routing", [{"Type": "AllAtOnce"}, {"Type": "TimeBasedCanary"}, {"Type": "Another"}, None])
def test_a_configuration_without_steps_needs_no_alarm(routing: Json | None) -> None:
    config = resource("AWS::CodeDeploy::DeploymentConfig", TrafficRoutingConfig=routing)

    assert found(shop(group(ref("Own")), Own=config), *CODES) == []


def test_eleven_alarms_are_one_too_many() -> None:
    source = shop(group(CANARY, *[ref("Alarm")] * 11))

    assert found(source, *CODES) == [("rollout-alarms-maximum", "error", "Group")]


def test_alarms_that_are_not_watched_stop_nothing() -> None:
    assert found(shop(group(CANARY, ref("Alarm"), Enabled="false")), *CODES) == [
        ("rollout-alarms-disabled", "error", "Group")
    ]
    assert found(shop(group(CANARY, ref("Alarm"), IgnorePollAlarmFailure=True)), *CODES) == [
        ("rollout-alarms-unread", "warning", "Group")
    ]


def test_alarm_that_is_watched_by_its_name_keeps_it() -> None:
    name = {"Fn::Sub": "${AWS::StackName}/Orders/FailedEvents"}
    for watched, renamed, expected in (
        (name, name, []),
        (name, "acme-failed-events", [("rollout-alarm-missing", "error", "Group")]),
        ("pager", "acme-failed-events", []),
        (name, {"Fn::ImportValue": "Alarm"}, [("rollout-alarm-missing", "undecided", "Group")]),
    ):
        made = shop(group(CANARY, watched), Alarm=alarm(AlarmName=renamed))
        assert found(made, "rollout-alarm-missing") == expected


def test_alarms_that_are_only_known_at_deployment_are_undecided() -> None:
    deployment = group(CANARY, ref("Alarm"))
    deployment["Properties"]["AlarmConfiguration"]["Alarms"] = ref("Names")
    source = {**shop(deployment), "Parameters": {"Names": parameter("CommaDelimitedList")}}

    assert found(source, WITHOUT) == [(WITHOUT, "undecided", "Group")]


@for_each(
    ("watching", "code"),
    [
        (alarm(60, 5), None),
        (alarm(300, 1), None),
        (alarm(60, 6), "alarm-after-rollout"),
        (alarm(300, 3), "alarm-after-rollout"),
        (alarm(600, 1), "alarm-slow-for-rollout"),
        (alarm(60, 6, DatapointsToAlarm=2), None),
        (alarm(300, 3, TreatMissingData="breaching"), None),
    ],
)
def test_an_alarm_fires_before_everything_is_promoted(watching: Json, code: str | None) -> None:
    source = shop(group(CANARY, ref("Alarm")), Alarm=watching)

    assert found(source, *TIME) == ([(code, "warning", "Group")] if code else [])


def test_a_linear_rollout_takes_all_its_steps() -> None:
    assert found(shop(group(LINEAR, ref("Alarm")), Alarm=alarm(60, 9)), *TIME) == []
    assert found(shop(group(LINEAR, ref("Alarm")), Alarm=alarm(60, 10)), *TIME) == [
        ("alarm-after-rollout", "warning", "Group")
    ]


def test_the_period_of_an_expression_is_that_of_its_metrics() -> None:
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Errors"}
    expression = [
        {"Id": "share", "Expression": "100 * failed / all"},
        {"Id": "failed", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}},
    ]
    watching = resource("AWS::CloudWatch::Alarm", EvaluationPeriods=3, Metrics=expression)

    assert found(shop(group(CANARY, ref("Alarm")), Alarm=watching), *TIME) == [
        ("alarm-after-rollout", "warning", "Group")
    ]


def test_an_alarm_is_found_by_its_name() -> None:
    named = alarm(300, 3, AlarmName="errors")

    assert found(shop(group(CANARY, "errors"), Alarm=named), *TIME) == [
        ("alarm-after-rollout", "warning", "Group")
    ]


@for_each("watched", ["elsewhere", {"Fn::ImportValue": "alarm"}])
def test_an_alarm_outside_the_template_is_undecided(watched: Any) -> None:
    assert found(shop(group(CANARY, watched)), *TIME) == [(code, "undecided", "Group") for code in TIME]


def test_a_composite_alarm_has_no_period() -> None:
    both = resource("AWS::CloudWatch::CompositeAlarm", AlarmName="both", AlarmRule="ALARM(a) OR ALARM(b)")

    assert found(shop(group(CANARY, "both"), Both=both), *CODES) == []


BLIND = "rollout-blind-to-partial-failures"


def test_errors_stay_at_0_while_a_function_reports_failed_messages() -> None:
    source = shop(group(CANARY, ref("Alarm")), Mapping=mapping())
    assert found(source, *CODES) == [(BLIND, "warning", "Group")]

    source["Resources"]["Mapping"] = mapping(FunctionResponseTypes=None)
    assert found(source, *CODES) == []


def test_another_alarm_sees_them() -> None:
    failed = alarm(
        MetricName="FailedInvokeEventCount",
        Dimensions=[{"Name": "EventSourceMappingUUID", "Value": ref("Mapping")}],
    )
    source = shop(group(CANARY, ref("Alarm"), ref("Failed")), Mapping=mapping(), Failed=failed)
    assert found(source, BLIND) == []

    outside = shop(group(CANARY, ref("Alarm"), "elsewhere"), Mapping=mapping())
    assert found(outside, BLIND) == []
