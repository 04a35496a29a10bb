"""Mappings of streams in templates: failures, starts, numbers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.audit.support import (
    Json,
    arn,
    findings,
    function,
    mapping,
    parameter,
    queue,
    ref,
    resource,
    template,
)

NO_DESTINATION, NO_END = "stream-without-destination", "stream-without-end"
UNDIVIDED, TIMESTAMP, FROM_LATEST = "stream-batch-undivided", "starting-timestamp", "starting-position-latest"
RETRIES, AGE, BISECT = "MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError"
SOURCE, REPORTS, FACTOR = "EventSourceArn", "FunctionResponseTypes", "ParallelizationFactor"
POSITION, TIME = "StartingPosition", "StartingPositionTimestamp"
SECTIONS = {
    "Parameters": {"Open": parameter(), "Text": parameter("String")},
    "Conditions": {"Maybe": {"Fn::Equals": [ref("Text"), "a"]}},
}
MAYBE = {"Fn::If": ["Maybe", arn("Failures"), ref("AWS::NoValue")]}
GOOD: Json = {
    POSITION: "TRIM_HORIZON",
    RETRIES: 3,
    AGE: 3_600,
    BISECT: True,
    "DestinationConfig": {"OnFailure": {"Destination": arn("Failures")}},
}
TABLE = {"Fn::GetAtt": ["Table", "StreamArn"]}


def destination(value: Any) -> Json:
    return {"DestinationConfig": {"OnFailure": {"Destination": value}}}


def shop(properties: Json, of_function: Json | None = None, **of_stream: Any) -> Json:
    return template(
        SECTIONS,
        Function=function(**(of_function or {})),
        Table=resource("AWS::DynamoDB::Table"),
        Stream=resource("AWS::Kinesis::Stream", **of_stream),
        Fan=resource("AWS::Kinesis::StreamConsumer", StreamARN=arn("Stream")),
        Failures=queue(),
        Fifo=queue(FifoQueue=True),
        Mapping=mapping("Stream", "Function", **{**GOOD, **properties}),
    )


def verdict(source: Json, code: str) -> str | None:
    severities = [each.severity for each in findings(source, code) if each.resource == "Mapping"]
    assert len(severities) < 2
    return severities[0] if severities else None


def test_nothing_is_wrong_with_a_good_mapping() -> None:
    assert [each for each in findings(shop({})) if each.resource in ("Mapping", "Stream")] == []


@pytest.mark.parametrize("source", ["arn:aws:sqs:eu-west-1:123456789012:orders", ref("Text")], ids=str)
def test_other_mappings_are_not_asked(source: Any) -> None:
    bad = {SOURCE: source, POSITION: None, "BatchSize": 20_000, "DestinationConfig": None}

    assert verdict(shop(bad), NO_DESTINATION) is None
    assert verdict(shop(bad), "source-batch-size") is None


@pytest.mark.parametrize(
    ("properties", "code", "severity"),
    [
        # Failures
        ({"DestinationConfig": None}, NO_DESTINATION, "warning"),
        (destination(MAYBE), NO_DESTINATION, "undecided"),
        (destination(ref("Text")), NO_DESTINATION, None),
        (destination(arn("Fifo")), "destination-fifo", "error"),
        (destination(ref("Text")), "destination-fifo", "undecided"),
        (destination("arn:aws:s3:::failures"), "destination-fifo", None),
        ({RETRIES: None, AGE: None}, NO_END, "warning"),
        ({RETRIES: -1, AGE: "-1"}, NO_END, "warning"),
        ({RETRIES: ref("Open")}, NO_END, "undecided"),
        ({RETRIES: None}, NO_END, None),
        ({AGE: None}, NO_END, None),
        ({RETRIES: 10_001}, "stream-retries", "error"),
        ({RETRIES: ref("Open")}, "stream-retries", "undecided"),
        ({RETRIES: -1}, "stream-retries", None),
        ({AGE: 59}, "record-age-range", "error"),
        ({AGE: 604_801}, "record-age-range", "error"),
        ({AGE: ref("Open")}, "record-age-range", "undecided"),
        ({AGE: None}, "record-age-range", None),
        ({BISECT: None, REPORTS: None}, UNDIVIDED, "warning"),
        ({BISECT: ref("Text"), REPORTS: None}, UNDIVIDED, "undecided"),
        ({BISECT: "false"}, UNDIVIDED, None),
        ({REPORTS: None}, UNDIVIDED, None),
        ({BISECT: False, REPORTS: None, "BatchSize": 1}, UNDIVIDED, None),
        # Starts
        ({POSITION: "LATEST"}, FROM_LATEST, "warning"),
        ({POSITION: ref("Text")}, FROM_LATEST, "undecided"),
        ({POSITION: "AT_TIMESTAMP", TIME: 1}, FROM_LATEST, None),
        ({POSITION: "AT_TIMESTAMP"}, TIMESTAMP, "error"),
        ({TIME: 1}, TIMESTAMP, "error"),
        ({POSITION: "AT_TIMESTAMP", TIME: ref("Open")}, TIMESTAMP, None),
        ({SOURCE: TABLE, POSITION: "AT_TIMESTAMP", TIME: 1}, TIMESTAMP, "error"),
        ({SOURCE: ref("Text"), POSITION: "AT_TIMESTAMP", TIME: 1}, TIMESTAMP, "undecided"),
        ({SOURCE: ref("Text")}, TIMESTAMP, None),
        # Numbers
        ({"BatchSize": 10_001}, "source-batch-size", "error"),
        ({SOURCE: TABLE, "BatchSize": 0}, "source-batch-size", "error"),
        ({"BatchSize": ref("Open")}, "source-batch-size", "undecided"),
        ({"BatchSize": 10_000}, "source-batch-size", None),
        ({"MaximumBatchingWindowInSeconds": 301}, "source-batching-window", "error"),
        ({"MaximumBatchingWindowInSeconds": 300}, "source-batching-window", None),
        ({FACTOR: 11}, "parallelization-range", "error"),
        ({FACTOR: ref("Open")}, "parallelization-range", "undecided"),
        ({FACTOR: 10}, "parallelization-range", None),
        ({"TumblingWindowInSeconds": 901}, "tumbling-window-range", "error"),
        ({"TumblingWindowInSeconds": ref("Open")}, "tumbling-window-range", "undecided"),
        ({"TumblingWindowInSeconds": 900}, "tumbling-window-range", None),
    ],
    ids=str,
)  # fmt: skip
def test_mapping_of_a_stream(properties: Json, code: str, severity: str | None) -> None:
    assert verdict(shop(properties), code) == severity


@pytest.mark.parametrize(
    ("properties", "reserved", "severity"),
    [
        ({FACTOR: 6}, 5, "error"),
        ({}, 0, "error"),
        ({FACTOR: 6}, ref("Open"), "undecided"),
        ({FACTOR: 5}, 5, None),
        ({FACTOR: 6}, None, None),
        ({FACTOR: 6, "Enabled": False}, 5, None),
        ({FACTOR: 6, "FunctionName": "elsewhere"}, 5, None),
    ],
    ids=str,
)
def test_parallelization_against_the_reservation(
    properties: Json, reserved: Any, severity: str | None
) -> None:
    source = shop(properties, {"ReservedConcurrentExecutions": reserved})

    assert verdict(source, "parallelization-above-reserved") == severity


@pytest.mark.parametrize(
    ("source", "age", "hours", "severity"),
    [
        (arn("Stream"), 86_401, None, "error"),
        ({"Fn::GetAtt": ["Fan", "ConsumerARN"]}, 86_401, None, "error"),
        (TABLE, 86_401, None, "error"),
        (arn("Stream"), 172_801, 48, "error"),
        (arn("Stream"), 3_600, ref("Open"), "undecided"),
        (arn("Stream"), ref("Open"), None, "undecided"),
        (ref("Text"), 3_600, None, "undecided"),
        (arn("Stream"), 86_400, None, None),
        (TABLE, 86_400, None, None),
        (arn("Stream"), 172_800, "48", None),
        (arn("Stream"), None, None, None),
    ],
    ids=str,
)
def test_record_age_against_the_retention(source: Any, age: Any, hours: Any, severity: str | None) -> None:
    properties = {SOURCE: source, AGE: age}

    assert verdict(shop(properties, RetentionPeriodHours=hours), "record-age-above-retention") == severity


@pytest.mark.parametrize(
    ("source", "age", "hours", "severity"),
    [
        (arn("Stream"), 86_400, None, "warning"),
        (TABLE, 86_400, None, "warning"),
        (arn("Stream"), 172_800, "48", "warning"),
        (TABLE, 86_399, None, None),
        (TABLE, 86_401, None, None),
        (arn("Stream"), 86_400, ref("Open"), None),
        (arn("Stream"), -1, None, None),
    ],
    ids=str,
)
def test_record_age_that_equals_the_retention(
    source: Any, age: Any, hours: Any, severity: str | None
) -> None:
    properties = {SOURCE: source, AGE: age}

    assert verdict(shop(properties, RetentionPeriodHours=hours), "record-age-equals-retention") == severity
