"""Settings of asynchronous invocations, and destinations for events that fail."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    arn,
    findings,
    found,
    function,
    parameter,
    queue,
    ref,
    resource,
    template,
    version,
)
from tests.for_each import for_each

LATEST = "async-settings-on-latest"
TWICE = "async-settings-twice"
LOST = "async-without-failure-path"
UPDATED = {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": "elsewhere"}}


def config(qualifier: Any = "live", failing: Any = None, **properties: Any) -> Json:
    destinations = {"OnFailure": {"Destination": failing}} if failing is not None else None
    common: Json = {
        "FunctionName": ref("Function"),
        "Qualifier": qualifier,
        "DestinationConfig": destinations,
    }
    return resource("AWS::Lambda::EventInvokeConfig", **{**common, **properties})


def events(invoked: Any = None) -> Json:
    return resource("AWS::Events::Rule", Targets=[{"Arn": invoked or ref("Alias"), "Id": "One"}])


def shop(**resources: Json) -> Json:
    common = {
        "Function": function(),
        "Version": version(),
        "Alias": {**alias(), "UpdatePolicy": UPDATED},
        "Queue": queue(),
    }
    return template(**{**common, **resources})


def test_settings_of_latest_do_nothing_for_the_alias() -> None:
    source = shop(Rule=events(), Config=config("$LATEST"))
    assert found(source, LATEST) == [(LATEST, "error", "Config")]

    source["Resources"]["Config"] = config("live")
    assert found(source, LATEST) == []


def test_settings_of_latest_beside_those_of_the_alias_are_meant() -> None:
    source = shop(Rule=events(), Config=config("$LATEST"), Own=config("live"))

    assert found(source, LATEST, TWICE) == []


@for_each(
    "resources",
    [
        {},
        {"Rule": events(arn("Function"))},
        {"Rule": events(), "Alias": alias()},
        {"Integration": resource("AWS::ApiGatewayV2::Integration", IntegrationUri=ref("Alias"))},
    ],
)
def test_settings_of_latest_are_right_where_no_event_comes_in_by_an_alias(resources: dict[str, Json]) -> None:
    assert found(shop(Config=config("$LATEST"), **resources), LATEST) == []


def test_a_qualifier_that_is_only_known_at_deployment_is_undecided() -> None:
    source = {
        **shop(Rule=events(), Config=config(ref("Stage"), arn("Queue"))),
        "Parameters": {"Stage": parameter("String")},
    }

    assert found(source, LATEST) == [(LATEST, "undecided", "Config")]
    assert found(source, LOST) == [(LOST, "undecided", "Rule")]

    source["Resources"]["Rule"] = events({"Fn::Join": [":", [arn("Function"), ref("Stage")]]})
    assert found(source, LOST) == [(LOST, "undecided", "Rule")]


def test_one_qualifier_has_one_set_of_settings() -> None:
    source = shop(Config=config(), Again=config(), Other=config("$LATEST"))
    assert found(source, TWICE) == [(TWICE, "error", "Again")]

    source["Resources"]["Again"]["Condition"] = "One"
    assert found(source, TWICE) == [(TWICE, "error", "Again")]

    source["Resources"]["Config"]["Condition"] = "Other"
    assert found(source, TWICE) == [(TWICE, "undecided", "Again")]


@for_each(
    "resources",
    [
        {"Rule": events()},
        {"Rule": events(), "Config": config("live")},
        {"Rule": events(), "Config": config("$LATEST", arn("Queue"))},
        {"Rule": events(arn("Function")), "Config": config("live", arn("Queue"))},
    ],
)
def test_events_that_fail_are_lost(resources: dict[str, Json]) -> None:
    assert found(shop(**resources), LOST) == [(LOST, "warning", "Rule")]


@for_each(
    "resources",
    [
        {"Rule": events(), "Config": config("live", arn("Queue"))},
        {"Rule": events(), "Config": config("live", {"Fn::ImportValue": "queue"})},
        {"Rule": events(arn("Function")), "Config": config("$LATEST", arn("Queue"))},
        {"Rule": events(), "Function": function(DeadLetterConfig={"TargetArn": arn("Queue")})},
        {"Integration": resource("AWS::ApiGatewayV2::Integration", IntegrationUri=ref("Alias"))},
    ],
)
def test_events_that_fail_are_kept(resources: dict[str, Json]) -> None:
    assert found(shop(**resources), LOST) == []


def test_triggers_of_one_qualifier_are_one_finding() -> None:
    schedule = resource("AWS::Scheduler::Schedule", Target={"Arn": ref("Alias")})

    (finding,) = findings(shop(Rule=events(), Schedule=schedule), LOST)

    assert finding.about == ("Alias", "Schedule")


def test_a_pipe_that_does_not_wait_loses_events_too() -> None:
    for kind, expected in (("FIRE_AND_FORGET", [(LOST, "warning", "Pipe")]), ("REQUEST_RESPONSE", [])):
        asked = {"LambdaFunctionParameters": {"InvocationType": kind}}
        pipe = resource("AWS::Pipes::Pipe", Target=ref("Alias"), TargetParameters=asked)
        assert found(shop(Pipe=pipe), LOST) == expected


def test_nothing_is_decided_of_an_alias_that_is_named_at_deployment() -> None:
    arn_of_any_alias = {"Fn::Join": [":", [arn("Function"), ref("Name")]]}
    source = shop(Rule=events(arn_of_any_alias))
    source["Parameters"] = {"Name": {"Type": "String"}}

    assert [each.severity for each in findings(source, LOST)] == ["undecided"]


def test_settings_of_another_function_keep_no_events_of_this_one() -> None:
    other = config(failing=arn("Queue"), FunctionName=ref("Other"))
    source = shop(Rule=events(), Other=function(), Config=other)

    assert found(source, LOST) == [(LOST, "warning", "Rule")]
