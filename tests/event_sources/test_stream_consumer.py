"""A stream and the function that reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import Alarms, StreamConsumer
from tests.event_sources.streams import MAPPING, QUEUE, of_stream, of_table, statement
from tests.support import alarm, basics, new_stack, only, resources, role_statements, warnings


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    of_table(stack)
    return stack


def test_the_mapping_invokes_the_alias_and_ends_for_every_record(stack: cdk.Stack) -> None:
    (table,) = resources(stack, "AWS::DynamoDB::Table")
    (alias,) = resources(stack, "AWS::Lambda::Alias")
    (queue,) = resources(stack, QUEUE)

    assert only(stack, MAPPING) == {
        "Enabled": True,
        "FunctionName": {"Ref": alias},
        "EventSourceArn": {"Fn::GetAtt": [table, "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 100,
        "ParallelizationFactor": 1,
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": 3,
        "MaximumRecordAgeInSeconds": 43_200,
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": [queue, "Arn"]}}},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MetricsConfig": {"Metrics": ["EventCount"]},
    }


def test_what_failed_is_kept_for_14_days_encrypted_and_for_tls_only(stack: cdk.Stack) -> None:
    (queue,) = resources(stack, QUEUE)
    (deny,) = only(stack, "AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]

    assert only(stack, QUEUE) == {"MessageRetentionPeriod": 1_209_600, "SqsManagedSseEnabled": True}
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert deny["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}


def test_enhanced_fan_out_reads_with_a_dedicated_consumer() -> None:
    stack = new_stack()

    orders = of_stream(stack, enhanced_fan_out=True)

    (stream,) = resources(stack, "AWS::Kinesis::Stream")
    (consumer,) = resources(stack, "AWS::Kinesis::StreamConsumer")
    arn = {"Fn::GetAtt": [consumer, "ConsumerARN"]}
    name = only(stack, "AWS::Kinesis::StreamConsumer")["ConsumerName"]
    assert name.startswith("ShopOrders")
    assert len(name) <= 128
    assert only(stack, MAPPING)["EventSourceArn"] == arn
    assert statement(stack, "kinesis:SubscribeToShard")["Resource"] == arn
    # What failed is read again from the stream itself.
    assert statement(stack, "kinesis:GetRecords")["Resource"] == {"Fn::GetAtt": [stream, "Arn"]}
    assert orders.stream_consumer is not None


def test_enhanced_fan_out_takes_a_consumer_of_the_user() -> None:
    stack = new_stack()
    arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders/consumer/mine:1"
    consumer = kinesis.StreamConsumer.from_stream_consumer_arn(stack, "Mine", arn)

    of_stream(stack, enhanced_fan_out=consumer)

    assert resources(stack, "AWS::Kinesis::StreamConsumer") == {}
    assert only(stack, MAPPING)["EventSourceArn"] == arn


def test_without_enhanced_fan_out_there_is_no_consumer() -> None:
    stack = new_stack()

    orders = of_stream(stack)

    with pytest.raises(AttributeError, match="there is no stream_consumer: pass enhanced_fan_out=True"):
        _ = orders.stream_consumer
    assert resources(stack, "AWS::Kinesis::StreamConsumer") == {}


def test_a_table_of_the_second_generation_is_read_too() -> None:
    stack = new_stack()
    table = dynamodb.TableV2(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
        dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
    )

    StreamConsumer(stack, "Orders", source=table, **basics())

    (table_id,) = resources(stack, "AWS::DynamoDB::GlobalTable")
    assert only(stack, MAPPING)["EventSourceArn"] == {"Fn::GetAtt": [table_id, "StreamArn"]}
    assert warnings(stack) == []


@pytest.mark.parametrize(
    ("import_it", "arn", "granted"),
    [
        (
            sqs.Queue.from_queue_arn,
            "arn:aws:sqs:eu-west-1:123456789012:failed",
            {"sqs:SendMessage": "arn:aws:sqs:eu-west-1:123456789012:failed"},
        ),
        (
            sns.Topic.from_topic_arn,
            "arn:aws:sns:eu-west-1:123456789012:failed",
            {"sns:Publish": "arn:aws:sns:eu-west-1:123456789012:failed"},
        ),
        (
            s3.Bucket.from_bucket_arn,
            "arn:aws:s3:::failed",
            {"s3:ListBucket": "arn:aws:s3:::failed", "s3:PutObject": "arn:aws:s3:::failed/aws/lambda/*"},
        ),
    ],
    ids=["queue", "topic", "bucket"],
)
def test_what_failed_goes_to_the_destination_of_the_user(
    import_it: Callable[[cdk.Stack, str, str], Any], arn: str, granted: dict[str, str]
) -> None:
    stack = new_stack()
    destination = import_it(stack, "Failed", arn)

    orders = of_table(stack, on_failure=destination)

    assert only(stack, MAPPING)["DestinationConfig"] == {"OnFailure": {"Destination": arn}}
    assert {each["Action"]: each["Resource"] for each in role_statements(stack)[2:]} == granted
    assert resources(stack, QUEUE) == {}
    assert (getattr(orders, "failure_queue", None) is destination) == ("sqs:SendMessage" in granted)


def test_options_of_the_mapping_pass_through() -> None:
    stack = new_stack()

    of_table(
        stack,
        batch_size=500,
        max_batching_window=cdk.Duration.seconds(20),
        bisect_batch_on_error=False,
        retry_attempts=0,
        max_record_age=cdk.Duration.hours(2),
        parallelization_factor=10,
        tumbling_window=cdk.Duration.minutes(15),
        filters=[lambda_.FilterCriteria.filter({"eventName": ["INSERT"]})],
        enabled=False,
    )

    mapping = only(stack, MAPPING)
    assert mapping["BatchSize"] == 500
    assert mapping["MaximumBatchingWindowInSeconds"] == 20
    assert mapping["BisectBatchOnFunctionError"] is False
    assert mapping["MaximumRetryAttempts"] == 0
    assert mapping["MaximumRecordAgeInSeconds"] == 7200
    assert mapping["ParallelizationFactor"] == 10
    assert mapping["TumblingWindowInSeconds"] == 900
    assert mapping["FilterCriteria"] == {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]}
    assert mapping["Enabled"] is False
    assert "KmsKeyArn" not in mapping


def test_a_kinesis_stream_is_read_from_a_time_on() -> None:
    stack = new_stack()

    of_stream(
        stack,
        starting_position=lambda_.StartingPosition.AT_TIMESTAMP,
        starting_position_timestamp=datetime(2026, 1, 1, tzinfo=UTC),
    )

    mapping = only(stack, MAPPING)
    assert mapping["StartingPosition"] == "AT_TIMESTAMP"
    assert mapping["StartingPositionTimestamp"] == 1_767_225_600


def test_reading_from_the_latest_record_warns() -> None:
    stack = new_stack()

    of_table(stack, starting_position=lambda_.StartingPosition.LATEST)

    assert warnings(stack) == ["lambda-constructs:starting-position-latest"]


def test_works_in_a_nested_stack_below_a_construct_of_the_user() -> None:
    nested = cdk.NestedStack(new_stack(), "Nested")
    area = Construct(nested, "Area")
    stream = kinesis.Stream.from_stream_arn(
        nested, "Stream", "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
    )

    StreamConsumer(area, "Orders", source=stream, enhanced_fan_out=True, **basics())

    name = only(nested, "AWS::Kinesis::StreamConsumer")["ConsumerName"]
    assert "AreaOrders" in name


def test_tokens_are_warnings() -> None:
    stack = new_stack()
    number = cdk.CfnParameter(stack, "Number", type="Number").value_as_number

    of_table(
        stack,
        batch_size=number,
        max_batching_window=cdk.Duration.seconds(number),
        retry_attempts=number,
        max_record_age=cdk.Duration.seconds(number),
        parallelization_factor=number,
        tumbling_window=cdk.Duration.seconds(number),
        reserved_concurrency=5,
        alarms=Alarms(iterator_age_threshold=cdk.Duration.seconds(number)),
    )

    assert only(stack, MAPPING)["MaximumRecordAgeInSeconds"] == {"Ref": "Number"}
    assert alarm(stack, "IteratorAge")["Threshold"] == {"Ref": "Number"}
    assert [each.removeprefix("lambda-constructs:") for each in warnings(stack)] == [
        "iterator-age-above-record-age",
        "parallelization-above-reserved",
        "parallelization-range",
        "record-age-above-retention",
        "record-age-range",
        "source-batch-size",
        "source-batching-window",
        "stream-retries",
        "tumbling-window-range",
    ]
