"""Grammars of AWS in templates, where nothing else than the deployment would say it."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_constructs.rules.schedule import _time_zones, time_zone_known
from tests.audit.support import Json, arn, found, function, parameter, ref, resource, template
from tests.for_each import for_each


def pattern(value: Any) -> Json:
    return resource("AWS::Events::Rule", EventPattern=value)


def filtered(text: Any) -> Json:
    return resource(
        "AWS::Lambda::EventSourceMapping",
        FunctionName=ref("Function"),
        EventSourceArn=arn("Queue"),
        FilterCriteria={"Filters": [{"Pattern": text}]},
    )


def scheduled(zone: Any) -> Json:
    return resource(
        "AWS::Scheduler::Schedule", ScheduleExpression="rate(1 hour)", ScheduleExpressionTimezone=zone
    )


def scaled(expression: Any, namespace: str = "lambda") -> Json:
    return resource(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        ServiceNamespace=namespace,
        ScheduledActions=[{"Schedule": expression}],
    )


def subscribed(text: Any) -> Json:
    return resource("AWS::Logs::SubscriptionFilter", FilterPattern=text, DestinationArn=arn("Function"))


def lines(log_class: Any) -> Json:
    return {
        "Trigger": resource("AWS::Logs::SubscriptionFilter", LogGroupName=ref("Lines"), FilterPattern=""),
        "Lines": resource("AWS::Logs::LogGroup", LogGroupClass=log_class),
    }


def test_only_a_log_group_of_the_standard_class_has_subscriptions() -> None:
    code = "log-group-class"
    for log_class, expected in (
        (None, []),
        ("STANDARD", []),
        ("INFREQUENT_ACCESS", [(code, "error", "Trigger")]),
    ):
        assert found(template(Function=function(), **lines(log_class)), code) == expected
    elsewhere = resource("AWS::Logs::SubscriptionFilter", LogGroupName="lines", FilterPattern="")
    assert found(template(Function=function(), Trigger=elsewhere), code) == []


def started(expression: Any) -> Json:
    return resource("AWS::Events::Rule", ScheduleExpression=expression, Targets=[{"Arn": arn("Function")}])


def topic_rule(sql: Any) -> Json:
    return resource("AWS::IoT::TopicRule", TopicRulePayload={"Sql": sql})


@for_each(
    ("code", "severity", "good", "bad", "unknown"),
    [
        (
            "event-pattern",
            "error",
            pattern({"source": ["a"]}),
            pattern({"source": []}),
            pattern({"source": ref("P")}),
        ),
        (
            "event-pattern-length",
            "warning",
            pattern({"source": ["a"]}),
            pattern({"source": ["a" * 2_048]}),
            pattern(ref("P")),
        ),
        (
            "filter-pattern",
            "error",
            filtered('{"body": ["a"]}'),
            filtered('{"Body": ["a"]}'),
            filtered(ref("P")),
        ),
        (
            "filter-metadata",
            "warning",
            filtered('{"body": ["a"]}'),
            filtered('{"messageId": ["a"]}'),
            filtered('{"Body": ["a"]}'),
        ),
        ("iot-sql", "error", topic_rule("SELECT 1"), topic_rule("1"), topic_rule(ref("P"))),
        ("log-filter-pattern", "error", subscribed("{ $.a = 5 }"), subscribed("{ $.a"), subscribed(ref("P"))),
        ("rule-schedule", "error", started("rate(1 day)"), started("rate(1 days)"), started(ref("P"))),
        ("time-zone", "error", scheduled("Asia/Tokyo"), scheduled("Tokyo"), scheduled(ref("P"))),
        (
            "provisioned-schedule",
            "error",
            scaled("rate(1 day)"),
            scaled("cron(0 25 * * ? *)"),
            scaled(ref("P")),
        ),
        ("provisioned-schedule", "error", scaled("daily", "ecs"), scaled("daily"), scaled(ref("P"))),
    ],
)
def test_a_template_is_judged_by_what_is_known(
    code: str, severity: str, good: Json, bad: Json, unknown: Json
) -> None:
    def judged(trigger: Json) -> list[tuple[str, str, str]]:
        resources = {"Function": function(), "Queue": resource("AWS::SQS::Queue"), "Trigger": trigger}
        return found({**template(**resources), "Parameters": {"P": parameter("String")}}, code)

    assert judged(good) == []
    assert judged(bad) == [(code, severity, "Trigger")]
    assert judged(unknown) == []


def test_without_the_database_no_time_zone_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    _time_zones.cache_clear()
    monkeypatch.setattr("lambda_constructs.rules.schedule.available_timezones", set)

    assert time_zone_known("Europe/Entenhausen") is None
    _time_zones.cache_clear()
