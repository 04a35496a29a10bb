"""A consumer that reads several streams."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs

from lambda_constructs import (
    Alarms,
    AllAtOnce,
    Canary,
    ConfigurationError,
    Preset,
    ProductionFunction,
    StreamConsumer,
)
from tests.adopted import good
from tests.event_sources.streams import ALARM, MAPPING, QUEUE, new_table, of_stream, of_table
from tests.support import Resource, basics, new_stack, resources, role_statements, warnings


def of(stack: cdk.Stack, construct_id: str) -> dict[str, Resource]:
    """The resources of one part of the consumer, by their ids in it."""
    found = {}
    for each in stack.node.find_child("Orders").node.find_child(construct_id).node.find_all():
        if isinstance(each, cdk.CfnResource):
            path = each.node.path.removeprefix(f"Shop/Orders/{construct_id}").strip("/")
            logical_id = stack.resolve(each.logical_id)
            every = resources(stack, each.cfn_resource_type)
            found[path.removesuffix("/Resource").removesuffix("Resource")] = every[logical_id]["Properties"]
    return found


def clicks(stack: cdk.Stack, construct_id: str = "Clicks", **options: Any) -> kinesis.Stream:
    return kinesis.Stream(
        stack, construct_id, **{"encryption": kinesis.StreamEncryption.UNENCRYPTED, **options}
    )


def test_another_stream_has_what_the_first_has() -> None:
    stack = new_stack()
    consumer = of_table(stack)
    stream = clicks(stack)
    added = consumer.add_stream("Clicks", source=stream, batch_size=7)
    made = of(stack, "Clicks")
    assert set(made) == {
        "FailureQueue",
        "FailureQueue/Policy",
        "Mapping",
        "FailedEventsAlarm",
        "DroppedEventsAlarm",
        "DeadLettersAlarm",
    }
    mapping = made["Mapping"]
    (first,) = (
        each["Properties"] for each in resources(stack, MAPPING).values() if each["Properties"] != mapping
    )
    assert mapping["BatchSize"] == 7
    same = mapping.keys() - {"BatchSize", "EventSourceArn", "DestinationConfig"}
    assert {name: mapping[name] for name in same} == {name: first[name] for name in same}
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == stack.resolve(
        added.failure_queue and added.failure_queue.queue_arn
    )
    allowed = role_statements(stack)
    arns = [each["Resource"] for each in allowed if "kinesis:GetRecords" in each["Action"]]
    assert arns == [stack.resolve(stream.stream_arn)]
    assert sum(each["Action"] == "sqs:SendMessage" for each in allowed) == 2
    assert len(consumer.alarms) == 5 + 3
    assert len(resources(stack, QUEUE)) == 2
    assert warnings(stack) == []


def test_the_failing_records_of_each_stream_stop_a_rollout() -> None:
    watched = {"Name": "Shop/Orders/Clicks/FailedEvents"}
    for options, expected in (
        ({}, True),
        ({"alarms": Alarms(failed_events=False)}, False),
        ({"rollout": AllAtOnce()}, False),
    ):
        stack = new_stack()
        of_table(stack, **options).add_stream("Clicks", source=clicks(stack))
        alarms = of(stack, "Rollout")[""].get("AlarmConfiguration", {}).get("Alarms", [])
        assert (watched in alarms) is expected, options
        assert ("Clicks/FailedEvents" in str(of(stack, "RolloutRole"))) is expected, options


def test_the_options_of_another_stream() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    stream = clicks(stack, encryption=kinesis.StreamEncryption.KMS, encryption_key=key)
    added = of_table(stack).add_stream(
        "Clicks", source=stream, enhanced_fan_out=True, on_failure=s3.Bucket(stack, "Failed")
    )
    made = of(stack, "Clicks")
    assert "FailureQueue" not in made
    assert added.failure_queue is None
    consumer = stack.resolve(added.stream_consumer and added.stream_consumer.stream_consumer_arn)
    assert made["Mapping"]["EventSourceArn"] == consumer
    actions = [action for each in role_statements(stack) for action in [each["Action"]]]
    assert {"kinesis:SubscribeToShard", "s3:ListBucket", "s3:PutObject", "kms:Decrypt"} <= {
        each for each in actions if isinstance(each, str)
    }


def test_records_may_wait_as_long_as_the_shortest_age_of_all_streams_allows() -> None:
    for age, expected in ((None, 1), (cdk.Duration.hours(13), 1), (cdk.Duration.minutes(10), 2)):
        stack = new_stack()
        of_stream(stack).add_stream("Clicks", source=clicks(stack), max_record_age=age)
        found = [each for each in resources(stack, ALARM).values() if "IteratorAge" in str(each)]
        assert len(found) == expected, age


def test_the_streams_share_the_reserved_concurrency() -> None:
    stack = new_stack()
    consumer = of_stream(stack, reserved_concurrency=3, parallelization_factor=2)
    consumer.add_stream("Idle", source=clicks(stack, "A"), parallelization_factor=9, enabled=False)
    consumer.add_stream("One", source=clicks(stack, "B"))
    with pytest.raises(ConfigurationError, match="parallelization_factor of all streams is 4") as refusal:
        consumer.add_stream("Two", source=clicks(stack, "C"))
    assert refusal.value.code == "parallelization-above-reserved"


def test_refuses_a_stream_that_it_reads_and_a_third_reader_of_a_table_warns() -> None:
    stack = new_stack()
    table = new_table(stack)
    consumers = [StreamConsumer(stack, name, source=table, **basics()) for name in ("Orders", "Bills")]
    stream = clicks(stack)
    consumers[0].add_stream("More", source=stream)
    for again in (table, stream):
        with pytest.raises(ConfigurationError, match="already reads the stream") as refusal:
            consumers[0].add_stream("Again", source=again)
        assert refusal.value.code == "stream-twice"
    third = StreamConsumer(stack, "Third", source=clicks(stack, "Other"), **basics())
    third.add_stream("More", source=table)
    assert [each for each in warnings(stack) if "table-readers" in each] != []


def test_many_streams_of_a_function_of_the_app_and_with_a_preset() -> None:
    stack = new_stack()
    others = [ProductionFunction(stack, "Other", **basics()).alarms[0]]
    consumer = StreamConsumer(
        stack,
        "Orders",
        function=good(stack),
        source=new_table(stack),
        preset=Preset(rollout=Canary(alarms=others), alarms=Alarms(dead_letters=False)),
    )
    for number in range(7):
        stream = clicks(stack, f"Stream{number}")
        consumer.add_stream(f"More{number}", source=stream, on_failure=sqs.Queue(stack, f"Queue{number}"))
    with pytest.raises(ConfigurationError, match="11") as refusal:
        consumer.add_stream("Last", source=clicks(stack))
    assert refusal.value.code == "rollout-alarms-maximum"
    assert len(resources(stack, MAPPING)) == 1 + 7
    assert [each for each in resources(stack, ALARM) if "DeadLetters" in each] == []
