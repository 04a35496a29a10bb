"""Mappings of streams in templates: failures, retries and shards."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, function, mapping, ref, resource, template
from tests.rules.streams import AGE, BISECT, KAFKA, RETRIES, SOURCE, shop, verdict

NO_DESTINATION, NO_END = "stream-without-destination", "stream-without-end"
UNDIVIDED = "stream-batch-undivided"
REPORTS, FACTOR = "FunctionResponseTypes", "ParallelizationFactor"
MAYBE = {"Fn::If": ["Maybe", arn("Failures"), ref("AWS::NoValue")]}


def destination(value: Any) -> Json:
    return {"DestinationConfig": {"OnFailure": {"Destination": value}}}


def test_nothing_is_wrong_with_a_good_mapping() -> None:
    assert [each for each in findings(shop({})) if each.resource in ("Mapping", "Stream")] == []


def test_other_sources_have_their_own_rules() -> None:
    for source in ("arn:aws:sqs:eu-west-1:123456789012:orders", ref("Text")):
        bad = {
            SOURCE: source,
            "StartingPosition": None,
            "DestinationConfig": None,
            RETRIES: -1,
            AGE: -1,
            BISECT: None,
            REPORTS: None,
            FACTOR: 6,
        }
        for code in (NO_DESTINATION, NO_END, UNDIVIDED, "parallelization-above-reserved"):
            assert verdict(shop(bad, {"ReservedConcurrentExecutions": 5}), code) is None, (source, code)


def test_failures() -> None:
    expected: list[tuple[Json, str, str | None]] = [
        ({"DestinationConfig": None}, NO_DESTINATION, "warning"),
        (destination(MAYBE), NO_DESTINATION, "undecided"),
        (destination(ref("Text")), NO_DESTINATION, None),
        ({RETRIES: None, AGE: None}, NO_END, "warning"),
        ({RETRIES: -1, AGE: "-1"}, NO_END, "warning"),
        ({RETRIES: ref("Open")}, NO_END, "undecided"),
        ({RETRIES: None}, NO_END, None),
        ({AGE: None}, NO_END, None),
        ({RETRIES: 10_001}, "stream-retries", "error"),
        ({RETRIES: ref("Open")}, "stream-retries", "undecided"),
        ({RETRIES: -1}, "stream-retries", None),
        ({RETRIES: 10_001, SOURCE: KAFKA}, "stream-retries", "error"),
        ({BISECT: None, REPORTS: None}, UNDIVIDED, "warning"),
        ({BISECT: ref("Text"), REPORTS: None}, UNDIVIDED, "undecided"),
        ({BISECT: "false"}, UNDIVIDED, None),
        ({REPORTS: None}, UNDIVIDED, None),
        ({BISECT: False, REPORTS: ref("Text")}, UNDIVIDED, "undecided"),
        ({BISECT: False, REPORTS: None, "BatchSize": 1}, UNDIVIDED, None),
    ]
    for properties, code, severity in expected:
        assert verdict(shop(properties), code) == severity, (properties, code)


def test_parallelization_against_the_reserved_concurrency() -> None:
    expected: list[tuple[Json, Any, str | None]] = [
        ({FACTOR: 6}, 5, "warning"),
        ({}, 0, "warning"),
        ({FACTOR: 6}, ref("Open"), "undecided"),
        ({FACTOR: 5}, 5, None),
        ({FACTOR: 6}, None, None),
        ({FACTOR: 6, "Enabled": False}, 5, None),
        ({FACTOR: 6, "FunctionName": "elsewhere"}, 5, None),
    ]
    for properties, reserved, severity in expected:
        source = shop(properties, {"ReservedConcurrentExecutions": reserved})
        assert verdict(source, "parallelization-above-reserved") == severity, (properties, reserved)


def test_a_table_that_a_mapping_reads_has_a_stream() -> None:
    code = "table-without-stream"
    stream = {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}
    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        for properties, expected in ((stream, []), ({}, [(code, "error", "Mapping")])):
            of_table = mapping({"Fn::GetAtt": ["Table", "StreamArn"]}, "Function")
            table = template(Function=function(), Table=resource(kind, **properties), Mapping=of_table)
            assert found(table, code) == expected, (kind, properties)
