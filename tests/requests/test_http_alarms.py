"""The alarms of a function behind an endpoint."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest

from lambda_constructs import (
    Alarms,
    AllAtOnce,
    Canary,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    RestApiEndpoint,
)
from tests.requests.endpoints import http
from tests.support import Resource, alarm, new_stack, resources, warnings

ALARM = "AWS::CloudWatch::Alarm"


def metrics(stack: cdk.Stack, name: str) -> dict[str, Resource]:
    """The metrics of an alarm on an expression, by their id."""
    return {each["Id"]: each for each in alarm(stack, name)["Metrics"]}


def names(stack: cdk.Stack) -> list[str]:
    """The alarms by what their ids say."""
    return sorted(name.removeprefix("Orders").partition("Alarm")[0] for name in resources(stack, ALARM))


@pytest.mark.parametrize(
    ("endpoint", "dimensions", "counted"),
    [
        (
            HttpApiEndpoint(),
            {"ApiId"},
            {"5xx": "Sum", "Count": "SampleCount", "Latency": "p99"},
        ),
        (
            RestApiEndpoint(),
            {"ApiName", "Stage"},
            {"5XXError": "Sum", "Count": "SampleCount", "Latency": "p99"},
        ),
        (
            FunctionUrlEndpoint(),
            {"FunctionName", "Resource"},
            {"Url5xxCount": "Sum", "UrlRequestCount": "Sum", "Duration": "p99"},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_requests_are_counted_where_the_endpoint_counts_them(
    endpoint: Any, dimensions: set[str], counted: dict[str, str]
) -> None:
    stack = new_stack()

    http(stack, endpoint=endpoint)

    share, latency = metrics(stack, "FailedEvents"), metrics(stack, "Latency")
    found = [share["failed"], share["requests"], latency["milliseconds"]]
    assert [
        (each["MetricStat"]["Metric"]["MetricName"], each["MetricStat"]["Stat"]) for each in found
    ] == list(counted.items())
    for each in found:
        assert {name["Name"] for name in each["MetricStat"]["Metric"]["Dimensions"]} == dimensions
        assert each["MetricStat"]["Period"] == 60
    assert share["expr_1"]["Expression"] == "100*failed/requests"
    assert latency["expr_1"]["Expression"] == "milliseconds/1000"


def test_a_rest_api_is_told_apart_by_a_name_with_its_stack() -> None:
    stack = new_stack()

    http(stack, endpoint=RestApiEndpoint())

    dimensions = metrics(stack, "FailedEvents")["failed"]["MetricStat"]["Metric"]["Dimensions"]
    assert {each["Name"]: each["Value"] for each in dimensions} == {"ApiName": "Shop/Orders", "Stage": "live"}


@pytest.mark.parametrize(
    ("options", "percentage"),
    [
        ({}, 5),
        ({"rollout": Canary(percentage=20)}, 10),
        ({"rollout": AllAtOnce()}, 5),
        ({"alarms": Alarms(failed_events_percentage=1)}, 1),
    ],
)
def test_the_share_that_stops_a_release_is_below_that_of_the_canary(
    options: dict[str, Any], percentage: float
) -> None:
    stack = new_stack()

    http(stack, **options)

    assert alarm(stack, "FailedEvents")["Threshold"] == percentage


@pytest.mark.parametrize(
    ("options", "threshold"),
    [
        ({}, 7.5),
        ({"timeout": cdk.Duration.seconds(5)}, 2.5),
        ({"alarms": Alarms(latency_threshold=cdk.Duration.seconds(1))}, 1),
    ],
)
def test_the_slowest_requests_have_half_of_the_timeout(options: dict[str, Any], threshold: float) -> None:
    stack = new_stack()

    http(stack, **options)

    found = alarm(stack, "Latency")
    assert (found["Threshold"], found["EvaluationPeriods"]) == (threshold, 3)


def test_refused_requests_are_those_of_the_alias() -> None:
    stack = new_stack()

    http(stack)

    found = alarm(stack, "Throttles")
    assert (found["MetricName"], found["Threshold"], found["EvaluationPeriods"]) == ("Throttles", 1, 1)
    assert {each["Name"] for each in found["Dimensions"]} == {"FunctionName", "Resource"}


def test_no_traffic_is_no_alarm() -> None:
    stack = new_stack()

    http(stack)

    assert {each["Properties"]["TreatMissingData"] for each in resources(stack, ALARM).values()} == {
        "notBreaching"
    }


@pytest.mark.parametrize("option", ["failed_events", "latency", "throttles"])
def test_every_alarm_can_be_turned_off_by_itself(option: str) -> None:
    stack = new_stack()
    every = {"errors", "failed_events", "latency", "throttles"}
    options: dict[str, Any] = {option: False}

    http(stack, alarms=Alarms(**options))

    left = (name.title().replace("_", "") for name in every - {option})
    assert names(stack) == sorted(left)


def test_alarms_none_creates_no_alarms() -> None:
    stack = new_stack()

    http(stack, rollout=AllAtOnce(), alarms=Alarms.NONE)

    assert resources(stack, ALARM) == {}


def test_a_threshold_that_is_never_reached_is_a_warning() -> None:
    stack = new_stack()

    http(stack, alarms=Alarms(latency_threshold=cdk.Duration.seconds(15)))

    assert warnings(stack) == ["lambda-constructs:latency-above-timeout"]
