"""Retries and ages of asynchronous invocations and of deliveries, as templates say them."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, function, ref, resource, template


def config(**properties: Any) -> Json:
    return template(
        Function=function(),
        Config=resource(
            "AWS::Lambda::EventInvokeConfig", FunctionName=ref("Function"), Qualifier="$LATEST", **properties
        ),
    )


def rule(**policy: int) -> Json:
    target = {"Id": "One", "Arn": arn("Function"), "RetryPolicy": policy}
    return template(Function=function(), Trigger=resource("AWS::Events::Rule", Targets=[target]))


def schedule(**policy: int) -> Json:
    target = {"Arn": arn("Function"), "RetryPolicy": policy}
    return template(Function=function(), Trigger=resource("AWS::Scheduler::Schedule", Target=target))


def test_retries_and_ages_are_in_lambdas_range() -> None:
    codes = ("event-age-range", "retry-attempts-range")

    assert found(config(), *codes) == []
    assert found(config(MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60), *codes) == []
    assert found(config(MaximumRetryAttempts=3, MaximumEventAgeInSeconds=30), *codes) == [
        (code, "error", "Config") for code in codes
    ]


def test_deliveries_are_in_the_range_of_the_service() -> None:
    for made, codes in (
        (rule, ("target-event-age-range", "target-retries-range")),
        (schedule, ("delivery-age-range", "delivery-retries-range")),
    ):
        assert found(made(), *codes) == []
        assert found(made(MaximumRetryAttempts=185, MaximumEventAgeInSeconds=86_400), *codes) == []
        assert found(made(MaximumRetryAttempts=186, MaximumEventAgeInSeconds=59), *codes) == [
            (code, "error", "Trigger") for code in codes
        ]


def test_the_finding_is_at_the_retry_policy_of_the_target() -> None:
    (of_rule,) = findings(rule(MaximumRetryAttempts=186), "target-retries-range")
    (of_schedule,) = findings(schedule(MaximumEventAgeInSeconds=59), "delivery-age-range")

    assert of_rule.location == "Properties/Targets/0/RetryPolicy/MaximumRetryAttempts"
    assert of_schedule.location == "Properties/Target/RetryPolicy/MaximumEventAgeInSeconds"
