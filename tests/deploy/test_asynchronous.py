"""Asynchronous invocation: of an alias, with retries, ages, destinations and dead letters."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.process import Emulator
from tests.deploy.support import TIME_SCALE, eventually
from tests.deploy.targets import Target

pytestmark = pytest.mark.deploy

ERROR_WAIT = 60 * TIME_SCALE
"""Seconds here before the first retry of an event that failed."""
LONGER_THAN_PLAIN_RETRIES = 4.0
"""Plain ministack retries after one and two seconds."""


@pytest.fixture
def target(emulator: Emulator) -> Iterator[Target]:
    target = Target(emulator)
    yield target
    target.remove()


@pytest.fixture
def plain_target(plain: Emulator) -> Iterator[Target]:
    target = Target(plain)
    yield target
    target.remove()


def fail_on_alias(target: Target) -> str:
    """Invoke an alias that has one retry and a destination for failures; returns the queue."""
    url, arn = target.queue("failed")
    target.publish()
    destination = {"OnFailure": {"Destination": arn}}
    target.configure("live", MaximumRetryAttempts=1, DestinationConfig=destination)
    target.invoke("live", fail=True)
    return url


def test_a_failed_event_of_an_alias(target: Target, plain_target: Target) -> None:
    plain_url = fail_on_alias(plain_target)
    record = target.record(fail_on_alias(target))

    first, second = target.runs()
    assert first["request"] == second["request"] == record["requestContext"]["requestId"]
    assert ERROR_WAIT <= second["at"] - first["at"] < ERROR_WAIT + 5
    assert record["version"] == "1.0"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["requestContext"]["functionArn"] == f"{target.arn}:live"
    assert record["requestPayload"] == {"fail": True}
    response = {"statusCode": 200, "executedVersion": "1", "functionError": "Unhandled"}
    assert record["responseContext"] == response
    assert record["responsePayload"]["errorMessage"] == "told to fail"
    for dimensions in ({}, {"Resource": f"{target.name}:live"}):
        assert target.total("AsyncEventsReceived", **dimensions) == 1
        assert target.total("AsyncEventsDropped", **dimensions) == 1
    assert target.total("AsyncEventAge") >= 60 * 1000

    assert plain_target.message(plain_url, patience=LONGER_THAN_PLAIN_RETRIES) is None
    assert len({run["request"] for run in plain_target.runs()}) == len(plain_target.runs()) > 2


def test_an_event_can_be_too_old_for_a_retry(target: Target) -> None:
    url, arn = target.queue("failed")
    destination = {"OnFailure": {"Destination": arn}}
    target.configure("$LATEST", MaximumEventAgeInSeconds=60, DestinationConfig=destination)
    target.invoke("$LATEST", fail=True)

    context = target.record(url)["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 1)
    assert context["functionArn"] == f"{target.arn}:$LATEST"
    assert len(target.runs()) == 1


def test_an_event_ends_with_its_function(target: Target, emulator: Emulator) -> None:
    gone = Target(emulator)
    url, arn = target.queue("failed")
    gone.allow("sqs:SendMessage", arn)
    gone.configure("$LATEST", DestinationConfig={"OnFailure": {"Destination": arn}})
    gone.invoke("$LATEST", fail=True)
    assert eventually(lambda: len(gone.runs()) == 1)
    gone.remove()
    assert target.message(url, patience=4 * ERROR_WAIT) is None
    assert len(gone.runs()) == 1


def succeed_after_throttles(target: Target) -> str:
    """Invoke a function that may not run, and let it run a little later; returns the queue."""
    url, arn = target.queue("done")
    target.configure("$LATEST", MaximumRetryAttempts=0, DestinationConfig={"OnSuccess": {"Destination": arn}})
    target.client.put_function_concurrency(FunctionName=target.name, ReservedConcurrentExecutions=0)
    target.invoke("$LATEST")
    time.sleep(0.5)
    assert target.runs() == []
    target.client.delete_function_concurrency(FunctionName=target.name)
    return url


def test_a_throttled_event_is_kept_for_as_long_as_it_may_live(target: Target, plain_target: Target) -> None:
    record = target.record(succeed_after_throttles(target))
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"done": True}

    url, arn = target.queue("too-old")
    destination = {"OnFailure": {"Destination": arn}}
    target.configure("$LATEST", MaximumEventAgeInSeconds=60, DestinationConfig=destination)
    target.client.put_function_concurrency(FunctionName=target.name, ReservedConcurrentExecutions=0)
    target.invoke("$LATEST")
    record = target.record(url)
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responsePayload" not in record

    plain_url = succeed_after_throttles(plain_target)
    assert plain_target.message(plain_url, patience=3) is None


def on_success(target: Target, destination: str) -> None:
    target.configure("live", DestinationConfig={"OnSuccess": {"Destination": destination}})
    target.invoke("live", order=1)


def test_a_record_reaches_a_topic(target: Target) -> None:
    target.publish()
    sns = target.emulator.client("sns")
    topic = sns.create_topic(Name=target.name)["TopicArn"]
    target.undo(lambda: sns.delete_topic(TopicArn=topic))
    url, arn = target.open_queue("topic")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    target.allow("sns:Publish", topic)
    on_success(target, topic)
    assert target.record(url)["requestContext"]["condition"] == "Success"


def test_a_record_reaches_an_event_bus(target: Target) -> None:
    target.publish()
    events = target.emulator.client("events")
    bus = events.create_event_bus(Name=target.name)["EventBusArn"]
    target.undo(lambda: events.delete_event_bus(Name=target.name))
    url, arn = target.open_queue("bus")
    rule = {"Name": target.name, "EventBusName": target.name}
    events.put_rule(**rule, EventPattern=json.dumps({"source": ["lambda"]}))
    target.undo(lambda: events.delete_rule(**rule))
    events.put_targets(Rule=target.name, EventBusName=target.name, Targets=[{"Id": "queue", "Arn": arn}])
    target.undo(lambda: events.remove_targets(Rule=target.name, EventBusName=target.name, Ids=["queue"]))
    target.allow("events:PutEvents", bus)
    on_success(target, bus)
    event = target.record(url)
    assert event["detail-type"] == "Lambda Function Invocation Result - Success"
    assert event["detail"]["requestPayload"] == {"order": 1}
    assert event["resources"] == [bus, f"{target.arn}:live"]


def test_a_record_reaches_a_function(target: Target, emulator: Emulator) -> None:
    target.publish()
    other = Target(emulator)
    target.undo(other.remove)
    target.allow("lambda:InvokeFunction", other.arn)
    on_success(target, other.arn)
    assert eventually(lambda: len(other.runs()) == 1)
    assert other.runs()[0]["event"]["requestContext"]["condition"] == "Success"


def test_a_record_reaches_a_bucket(target: Target) -> None:
    target.publish()
    s3 = target.emulator.client("s3")
    s3.create_bucket(Bucket=target.name)
    bucket = f"arn:aws:s3:::{target.name}"
    target.allow("s3:PutObject", f"{bucket}/*")
    target.allow("s3:ListBucket", bucket)
    target.configure("live", MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": bucket}})
    target.invoke("live", fail=True)

    def keys() -> list[str]:
        return [found["Key"] for found in s3.list_objects_v2(Bucket=target.name).get("Contents", [])]

    assert eventually(lambda: bool(keys()))
    (key,) = keys()
    assert key.startswith(f"aws/lambda/async/{target.name}/20")
    body = json.load(s3.get_object(Bucket=target.name, Key=key)["Body"])
    assert body["requestContext"]["condition"] == "RetriesExhausted"
    s3.delete_object(Bucket=target.name, Key=key)
    s3.delete_bucket(Bucket=target.name)


def die_on_latest(target: Target) -> dict[str, Any]:
    """Let an event fail that has a dead-letter queue; returns the message in it."""
    url, arn = target.queue("dead")
    target.client.update_function_configuration(FunctionName=target.name, DeadLetterConfig={"TargetArn": arn})
    target.configure("$LATEST", MaximumRetryAttempts=0)
    target.invoke("$LATEST", fail=True, order=7)
    message = target.message(url)
    assert message is not None
    return message


def test_a_dead_letter_is_the_event_with_attributes(target: Target, plain_target: Target) -> None:
    message = die_on_latest(target)
    assert json.loads(message["Body"]) == {"fail": True, "order": 7}
    attributes = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}
    assert attributes == {
        "RequestID": target.runs()[0]["request"],
        "ErrorCode": "200",
        "ErrorMessage": "told to fail",
    }

    assert "MessageAttributes" not in die_on_latest(plain_target)


def without_permission(target: Target) -> str:
    """Let an event fail whose destination and dead-letter queue the role may not send to any more."""
    url, arn = target.queue("denied")
    target.client.update_function_configuration(FunctionName=target.name, DeadLetterConfig={"TargetArn": arn})
    destination = {"OnFailure": {"Destination": arn}}
    target.configure("$LATEST", MaximumRetryAttempts=0, DestinationConfig=destination)
    target.deny("sqs:SendMessage")
    target.invoke("$LATEST", fail=True)
    return url


def test_the_execution_role_must_be_allowed_to_deliver(target: Target, plain_target: Target) -> None:
    url = without_permission(target)
    failures = ("DestinationDeliveryFailures", "DeadLetterErrors")
    assert eventually(lambda: [target.total(metric) for metric in failures] == [1, 1])
    assert target.message(url, patience=0) is None
    failed = [entry for entry in target.emulator.journal() if entry["kind"] == "delivery-failed"]
    assert [entry["function"] for entry in failed if target.name in entry["target"]] == [
        f"{target.arn}:$LATEST"
    ] * 2

    assert plain_target.message(without_permission(plain_target)) is not None
