"""Streams and mappings that do not synthesize."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import Alarms, StreamConsumer
from tests.support import assert_refused, basics, new_stack, warnings

ELSEWHERE = cdk.Stack(cdk.App(), "Elsewhere")
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
TABLE = dynamodb.Table.from_table_attributes(
    ELSEWHERE, "Table", table_arn=ARN, table_stream_arn=f"{ARN}/stream/2026-01-01T00:00:00.000"
)
SILENT_TABLE = dynamodb.Table.from_table_arn(ELSEWHERE, "Silent", ARN)
STREAM = kinesis.Stream(ELSEWHERE, "Stream")
LONGER_STREAM = kinesis.Stream(ELSEWHERE, "Longer", retention_period=cdk.Duration.days(3))
PATTERNS = [lambda_.FilterCriteria.filter({"eventName": [str(number)]}) for number in range(6)]
AT_TIMESTAMP = lambda_.StartingPosition.AT_TIMESTAMP
PAST, FUTURE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("table-without-stream", {"source": SILENT_TABLE}, "Elsewhere/Silent"),
    ("fan-out-without-stream", {"enhanced_fan_out": True}, "leave it out"),
    ("source-batch-size", {"batch_size": 0}, "batch_size is 0"),
    ("source-batch-size", {"batch_size": 10_001}, "1 to 10000"),
    ("source-batching-window", {"max_batching_window": cdk.Duration.seconds(301)}, "301 seconds"),
    ("stream-retries", {"retry_attempts": -1}, "one bad record blocks its shard"),
    ("stream-retries", {"retry_attempts": 10_001}, "0 to 10000"),
    ("record-age-range", {"max_record_age": cdk.Duration.seconds(59)}, "59 seconds"),
    ("record-age-range", {"max_record_age": cdk.Duration.days(8)}, "691200 seconds"),
    ("record-age-above-retention", {"max_record_age": cdk.Duration.hours(25)}, "deletes records after 86400"),
    ("parallelization-range", {"parallelization_factor": 0}, "1 to 10"),
    ("parallelization-range", {"parallelization_factor": 11}, "is 11"),
    (
        "parallelization-above-reserved",
        {"parallelization_factor": 4, "reserved_concurrency": 3},
        "reserved_concurrency is 3",
    ),
    ("parallelization-above-reserved", {"reserved_concurrency": 0}, "enabled=False"),
    ("tumbling-window-range", {"tumbling_window": cdk.Duration.minutes(16)}, "960 seconds"),
    ("starting-timestamp", {"starting_position": AT_TIMESTAMP}, "use TRIM_HORIZON"),
    ("starting-timestamp", {"starting_position_timestamp": PAST}, "set starting_position to AT_TIMESTAMP"),
    (
        "iterator-age-above-record-age",
        {"alarms": Alarms(iterator_age_threshold=cdk.Duration.hours(12))},
        "discards records after 43200 seconds",
    ),
    ("filters-maximum", {"filters": PATTERNS}, "the number of filters is 6"),
    ("option-type", {"filters": PATTERNS[:1] * 2}, "twice; pass each of them once"),
    ("filter-pattern-length", {"filters": [{"pattern": "x" * 4097}]}, "4097 characters"),
    ("option-type", {"filters": [{"eventName": ["INSERT"]}]}, "FilterCriteria.filter"),
    ("option-type", {"source": "orders"}, "'orders' (str); pass a Table, a TableV2 or a Stream"),
    ("option-type", {"source": None}, "source is None (NoneType); pass a Table, a TableV2 or a Stream"),
    ("option-type", {"enhanced_fan_out": "yes"}, "StreamConsumer"),
    ("option-type", {"starting_position": "LATEST"}, "StartingPosition"),
    ("option-type", {"retry_attempts": 1.5}, "1.5 (float)"),
    ("option-type", {"max_record_age": 3600}, "3600 (int); pass a Duration"),
    ("option-type", {"on_failure": "failed"}, "pass a Queue, a Topic, a Bucket"),
    ("option-type", {"alarms": Alarms(iterator_age_threshold=3600)}, "iterator_age_threshold"),  # type: ignore[arg-type]
    ("option-type", {"alarms": "none"}, "pass Alarms(...)"),
]

OF_A_STREAM: list[tuple[str, dict[str, Any], str]] = [
    ("starting-timestamp", {"starting_position": AT_TIMESTAMP}, "set starting_position_timestamp"),
    (
        "starting-timestamp-future",
        {"starting_position": AT_TIMESTAMP, "starting_position_timestamp": FUTURE},
        "in the future",
    ),
    (
        "option-type",
        {
            "starting_position": AT_TIMESTAMP,
            "starting_position_timestamp": datetime(2026, 1, 1),  # noqa: DTZ001 - that is the mistake
        },
        "a datetime with a time zone",
    ),
    (
        "record-age-above-retention",
        {"source": LONGER_STREAM, "max_record_age": cdk.Duration.days(4)},
        "deletes records after 259200",
    ),
]


def of_table(scope: Construct, **options: Any) -> StreamConsumer:
    return StreamConsumer(scope, "Orders", **{**basics(), "source": TABLE, **options})


def of_stream(scope: Construct, **options: Any) -> StreamConsumer:
    return StreamConsumer(scope, "Orders", **{**basics(), "source": STREAM, **options})


@pytest.mark.parametrize(
    ("code", "options", "fragment"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_refuses(code: str, options: dict[str, Any], fragment: str) -> None:
    assert_refused(of_table, code, fragment, **options)


@pytest.mark.parametrize(
    ("code", "options", "fragment"), OF_A_STREAM, ids=[f"{n}-{case[0]}" for n, case in enumerate(OF_A_STREAM)]
)
def test_refuses_of_a_kinesis_stream(code: str, options: dict[str, Any], fragment: str) -> None:
    assert_refused(of_stream, code, fragment, **options)


@pytest.mark.parametrize(
    ("code", "destination"),
    [
        ("destination-fifo", sqs.Queue(ELSEWHERE, "FifoQueue", fifo=True)),
        ("destination-fifo", sns.Topic(ELSEWHERE, "FifoTopic", fifo=True)),
        ("destination-kind", events.EventBus(ELSEWHERE, "Bus")),
        (
            "destination-kind",
            lambda_.Function.from_function_arn(
                ELSEWHERE, "Function", "arn:aws:lambda:eu-west-1:123456789012:function:failed"
            ),
        ),
    ],
    ids=["fifo queue", "fifo topic", "bus", "function"],
)
def test_refuses_destinations_that_lambda_does_not_deliver_to(code: str, destination: object) -> None:
    assert_refused(of_table, code, on_failure=destination)


def test_records_may_get_older_in_a_stream_that_keeps_them_for_longer() -> None:
    stack = new_stack()
    stream = kinesis.Stream(stack, "Stream", retention_period=cdk.Duration.days(3))

    of_stream(stack, source=stream, max_record_age=cdk.Duration.days(2))

    assert warnings(stack) == []


@pytest.mark.parametrize(
    ("hours", "expected"), [(23, []), (24, ["lambda-constructs:record-age-above-retention"])]
)
def test_an_imported_stream_does_not_tell_its_retention(hours: int, expected: list[str]) -> None:
    stack = new_stack()
    arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"

    of_stream(
        stack,
        source=kinesis.Stream.from_stream_arn(stack, "Stream", arn),
        max_record_age=cdk.Duration.hours(hours),
    )

    assert warnings(stack) == expected


def test_records_that_are_discarded_when_the_stream_deletes_them_are_a_warning() -> None:
    stack = new_stack()

    of_stream(stack, source=kinesis.Stream(stack, "Stream"), max_record_age=cdk.Duration.days(1))

    assert warnings(stack) == ["lambda-constructs:record-age-equals-retention"]


def test_a_retention_that_is_known_at_deployment_is_a_warning() -> None:
    stack = new_stack()
    hours = cdk.CfnParameter(stack, "Hours", type="Number").value_as_number
    stream = kinesis.Stream(stack, "Stream", retention_period=cdk.Duration.hours(hours))

    of_stream(stack, source=stream, max_record_age=cdk.Duration.days(1))

    assert warnings(stack) == ["lambda-constructs:record-age-above-retention"]
