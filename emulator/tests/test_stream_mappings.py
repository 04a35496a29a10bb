"""Event source mappings on streams: what the role needs, consumers, windows, and what is counted."""

import json
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.consumers import Consumer, Kinesis, Stream, Table
from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import stack
from emulator.tests.support import DESTINATIONS, eventually, observed, total
from lambda_constructs_emulator.process import Emulator
from lambda_constructs_emulator.pytest_plugin import TIME_SCALE

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Kinesis and DynamoDB streams",
    "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html",
)


@pytest.mark.parametrize(("kind", "actions"), [(Table, 4), (Kinesis, 5)])
def test_the_role_needs_every_action(
    consumer: Consumer, plain_consumer: Consumer, kind: type[Stream], actions: int
) -> None:
    def map_without(each: Consumer, stream: Stream, missing: str) -> str:
        others = [action for action in stream.actions if action != missing]
        each.allow(others, stream.arn, name="stream")
        return each.map(stream, allowed=False)

    stream = kind(consumer)
    assert len(stream.actions) == actions
    for missing in stream.actions:
        with pytest.raises(ClientError, match="Cannot access stream"):
            map_without(consumer, stream, missing)

    plain_stream = kind(plain_consumer)
    assert map_without(plain_consumer, plain_stream, plain_stream.actions[0])


def fan_out(consumer: Consumer, stream: Kinesis, **settings: Any) -> dict[str, Any]:
    """Resources of a template: a consumer of the stream, and a mapping on it."""
    reads = {
        "FunctionName": consumer.name,
        "StartingPosition": "TRIM_HORIZON",
        "EventSourceArn": {"Fn::GetAtt": ["Consumer", "ConsumerARN"]},
        **settings,
    }
    properties = {"ConsumerName": "orders", "StreamARN": stream.arn}
    return {
        "Consumer": {"Type": "AWS::Kinesis::StreamConsumer", "Properties": properties},
        "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": reads},
    }


def test_a_template_feeds_a_function_through_a_consumer(consumer: Consumer, plain: Emulator) -> None:
    stream = Kinesis(consumer)
    consumer.allow(stream.actions, stream.arn)
    resources = fan_out(consumer, stream, ParallelizationFactor=10)
    with stack(consumer.emulator, "fan-out") as made:
        assert made.create(resources) == "ROLLBACK_COMPLETE"
        assert "SubscribeToShard" in made.reasons()
    consumer.allow("kinesis:SubscribeToShard", f"{stream.arn}/consumer/*")
    stream.put("one")
    with stack(consumer.emulator, "fan-out") as made:
        assert made.create(resources) == "CREATE_COMPLETE", made.reasons()
        assert eventually(lambda: consumer.batches() == [["one"]])
        (registered,) = stream.client.list_stream_consumers(StreamARN=stream.arn)["Consumers"]
        assert registered["ConsumerName"] == "orders"
    assert stream.client.list_stream_consumers(StreamARN=stream.arn)["Consumers"] == []

    client = plain.client("cloudformation")
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        client.create_stack(StackName="fan-out", TemplateBody=json.dumps({"Resources": resources}))


WINDOWED = """
import json, pathlib
def handler(event, context):
    number = len(event["Records"])
    state = {{"records": (event.get("state") or {{}}).get("records", 0) + number}}
    final = event.get("isFinalInvokeForWindow")
    with pathlib.Path({trace!r}).open("a") as lines:
        lines.write(json.dumps([number, event.get("state"), final, sorted(event)]) + "\\n")
    return {{"state": state}}
"""
WINDOW_MEMBERS = [
    *("Records", "eventSourceARN", "isFinalInvokeForWindow", "isWindowTerminatedEarly"),
    *("shardId", "state", "window"),
]
WINDOW = 120


def test_a_state_goes_through_a_window(emulator: Emulator, plain: Emulator) -> None:
    """Three records in batches of at most two; when the window ends is not up to the test."""

    def run(server: Emulator) -> Consumer:
        each = Consumer(server, handler=WINDOWED)
        stream = Kinesis(each)
        stream.put("1", "2", "3")
        each.map(stream, BatchSize=2, TumblingWindowInSeconds=WINDOW)
        return each

    def all_seen(each: Consumer) -> bool:
        seen: int = sum(number for number, *_rest in each.batches())
        return seen == 3

    plain_consumer, consumer = run(plain), run(emulator)
    assert eventually(lambda: all_seen(consumer) and consumer.batches()[-1][2])
    counted = 0
    for number, state, final, members in consumer.batches():
        assert members == WINDOW_MEMBERS
        assert (number == 0) == final
        assert number <= 2
        assert state.get("records", 0) == counted
        counted = 0 if final else counted + number
    (mapping,) = consumer.client.list_event_source_mappings(FunctionName=consumer.name)["EventSourceMappings"]
    assert mapping["TumblingWindowInSeconds"] == WINDOW

    assert eventually(lambda: all_seen(plain_consumer))
    assert {tuple(members) for *_rest, members in plain_consumer.batches()} == {("Records",)}


def test_a_run_without_a_state_fails(consumer: Consumer) -> None:
    stream = Kinesis(consumer)
    stream.put("good")
    consumer.map(
        stream,
        TumblingWindowInSeconds=WINDOW,
        MaximumRetryAttempts=0,
        DestinationConfig=consumer.on_failure,
    )
    record = consumer.lost()
    assert record is not None
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"


def count_an_alias(consumer: Consumer) -> str:
    """Map an alias that gets one good record, one bad and one that is filtered out; returns the mapping."""
    stream = Table(consumer)
    stream.put("good", "bad", "skip")
    pattern = {"dynamodb": {"Keys": {"id": {"S": [{"anything-but": ["skip"]}]}}}}
    return consumer.map(
        stream,
        FunctionName=consumer.publish(),
        FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]},
        MaximumRetryAttempts=0,
        BisectBatchOnFunctionError=True,
        DestinationConfig=consumer.on_failure,
        MetricsConfig={"Metrics": ["EventCount"]},
    )


EVENTS = {
    "PolledEventCount": 3,
    "FilteredOutEventCount": 1,
    "InvokedEventCount": 4,  # both together, then each alone
    "FailedInvokeEventCount": 3,
    "DroppedEventCount": 0,  # the destination got it
    "OnFailureDestinationDeliveredEventCount": 1,
}


def test_events_are_counted_by_mapping_and_their_age_by_alias(
    consumer: Consumer, plain_consumer: Consumer
) -> None:
    def counts(each: Consumer, mapping: str) -> dict[str, float]:
        dimensions = {"EventSourceMappingUUID": mapping}
        return {name: total(each.emulator, "AWS/Lambda", name, dimensions) for name in EVENTS}

    def ages(each: Consumer) -> list[float]:
        by_function = {"FunctionName": each.name}
        both = (by_function, {**by_function, "Resource": f"{each.name}:live"})
        return [total(each.emulator, "AWS/Lambda", "IteratorAge", dimensions) for dimensions in both]

    plain_mapping, mapping = count_an_alias(plain_consumer), count_an_alias(consumer)
    assert eventually(lambda: counts(consumer, mapping) == EVENTS)
    by_function, by_alias = ages(consumer)
    assert by_function == by_alias

    # A record that waits here for half a second is fifty seconds old on AWS.
    stream = Kinesis(late := Consumer(consumer.emulator))
    stream.put("good")
    assert not eventually(lambda: bool(late.batches()), patience=0.5)
    late.map(stream)
    assert eventually(lambda: ages(late)[0] >= 0.5 / TIME_SCALE * 1000)

    assert eventually(lambda: bool(plain_consumer.batches()))
    assert counts(plain_consumer, plain_mapping) == dict.fromkeys(EVENTS, 0)
    assert ages(plain_consumer) == [0, 0]


def test_the_role_must_be_allowed_to_deliver_what_was_lost(emulator: Emulator, plain: Emulator) -> None:
    def lose(server: Emulator, destination: str) -> tuple[Consumer, str]:
        each = Consumer(server)
        stream = Kinesis(each)
        stream.put("bad")
        lost = {"OnFailure": {"Destination": destination}}
        counted: dict[str, Any] = {"MetricsConfig": {"Metrics": ["EventCount"]}}
        return each, each.map(stream, MaximumRetryAttempts=0, DestinationConfig=lost, **counted)

    def failures_and_drops(each: Consumer, mapping: str) -> list[float]:
        of_function = {"FunctionName": each.name}
        of_mapping = {"EventSourceMappingUUID": mapping}
        metrics = {"DestinationDeliveryFailures": of_function, "DroppedEventCount": of_mapping}
        return [total(each.emulator, "AWS/Lambda", name, of) for name, of in metrics.items()]

    plain_consumer, plain_mapping = lose(plain, DESTINATIONS["sqs"])
    losing = {service: lose(emulator, destination) for service, destination in DESTINATIONS.items()}
    for service, lost in losing.items():
        counts = partial(failures_and_drops, *lost)
        assert observed(counts, lambda found: found == [1, 1]) == [1, 1]
        failed = [entry for entry in emulator.journal() if entry["kind"] == "delivery-failed"]
        (why,) = [entry["why"] for entry in failed if lost[0].name in entry["function"]]
        assert f"does not allow {service}:" in why

    assert eventually(lambda: len(plain_consumer.batches()) > 1)
    assert failures_and_drops(plain_consumer, plain_mapping) == [0, 0]
