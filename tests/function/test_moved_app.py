"""An app as `cdk init` makes it moves to a worker or a consumer: nothing is replaced."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs

from lambda_constructs import SqsWorker, StreamConsumer
from lambda_constructs.template.changes import changes
from tests.adopted import plain
from tests.support import Resource, new_stack, resources

MAPPING = "AWS::Lambda::EventSourceMapping"


def worker(*, moved: bool) -> dict[str, Resource]:
    """A function that reads a queue."""
    stack = new_stack()
    group = logs.LogGroup(stack, "Logs", retention=logs.RetentionDays.ONE_MONTH)
    function = plain(stack, log_group=group)
    letters = sqs.Queue(stack, "Letters", retention_period=cdk.Duration.days(14))
    queue = sqs.Queue(
        stack,
        "Queue",
        visibility_timeout=cdk.Duration.seconds(300),
        dead_letter_queue=sqs.DeadLetterQueue(queue=letters, max_receive_count=5),
    )
    if moved:
        SqsWorker(stack, "Orders", function=function, queue=queue)
    else:
        function.add_event_source(sources.SqsEventSource(queue))
    return resources(stack)


def consumer(mapping: str = "") -> dict[str, Resource]:
    """A function that reads the stream of a table; the consumer's mapping has the given logical id."""
    stack = new_stack()
    function = plain(stack)
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    table = dynamodb.Table(stack, "Table", partition_key=key, stream=dynamodb.StreamViewType.NEW_IMAGE)
    latest = lambda_.StartingPosition.LATEST
    if mapping:
        moved = StreamConsumer(stack, "Orders", function=function, source=table, starting_position=latest)
        moved.event_source_mapping.override_logical_id(mapping)
    else:
        function.add_event_source(sources.DynamoEventSource(table, starting_position=latest))
    return resources(stack)


def changed(before: dict[str, Resource], after: dict[str, Resource]) -> list[tuple[str, str]]:
    """The resources that a deployment removes, replaces or updates."""
    found = changes(before, after).values()
    return [(each.type, each.action) for each in found if each.action != "create"]


def test_a_plain_function_with_a_queue_moves_to_a_worker() -> None:
    found = changed(worker(moved=False), worker(moved=True))

    assert found == [("AWS::IAM::Policy", "delete"), (MAPPING, "delete")]


def test_the_mapping_of_a_stream_keeps_its_place() -> None:
    before = consumer()
    (mapping,) = (name for name, each in before.items() if each["Type"] == MAPPING)
    found = changed(before, consumer(mapping))

    assert found == [(MAPPING, "update"), ("AWS::IAM::Policy", "delete")]
