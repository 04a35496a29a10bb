"""Asynchronous invocation: of an alias, with retries, ages, destinations and dead letters."""

import json
import time
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import eventually
from emulator.tests.targets import Target
from lambda_constructs_emulator.kit import Bucket
from lambda_constructs_emulator.process import Emulator
from lambda_constructs_emulator.pytest_plugin import TIME_SCALE

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: asynchronous invocation",
    "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
)

ERROR_WAIT = 60 * TIME_SCALE
"""Seconds here before the first retry of an event that failed."""
PLAIN_TRIES = 3
"""Plain ministack tries three times, whatever is configured, and that within three seconds."""


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

    for metric in ("AsyncEventsReceived", "AsyncEventAge", "AsyncEventsDropped"):
        assert plain_target.total(metric) == 0
    assert eventually(lambda: len(plain_target.runs()) == PLAIN_TRIES)
    assert len({run["request"] for run in plain_target.runs()}) == PLAIN_TRIES
    assert plain_target.message(plain_url, patience=0.5) is None


def fail_for_a_minute(target: Target) -> str:
    """Let an event fail that may live for as long as AWS waits before the first retry; returns the queue."""
    url, arn = target.queue("failed")
    destination = {"OnFailure": {"Destination": arn}}
    target.configure("$LATEST", MaximumEventAgeInSeconds=60, DestinationConfig=destination)
    target.invoke("$LATEST", fail=True)
    return url


def test_an_event_can_be_too_old_for_a_retry(target: Target, plain_target: Target) -> None:
    fail_for_a_minute(plain_target)
    context = target.record(fail_for_a_minute(target))["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 1)
    assert context["functionArn"] == f"{target.arn}:$LATEST"
    assert len(target.runs()) == 1

    assert eventually(lambda: len(plain_target.runs()) > 1)


def test_an_event_ends_with_its_function(target: Target, emulator: Emulator) -> None:
    gone = Target(emulator)
    url, arn = target.queue("failed")
    gone.allow("sqs:SendMessage", arn)
    gone.configure("$LATEST", DestinationConfig={"OnFailure": {"Destination": arn}})
    gone.invoke("$LATEST", fail=True)
    assert eventually(lambda: len(gone.runs()) == 1)
    gone.client.delete_function(FunctionName=gone.name)
    assert target.message(url, patience=2 * ERROR_WAIT) is None
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
    plain_url = succeed_after_throttles(plain_target)
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

    assert plain_target.message(plain_url, patience=1) is None


def on_success(target: Target, destination: str) -> None:
    target.configure("live", DestinationConfig={"OnSuccess": {"Destination": destination}})
    target.invoke("live", order=1)


def no_record(plain_target: Target, url: str) -> bool:
    """Whether plain ministack ran the function, and told nobody."""
    assert eventually(lambda: len(plain_target.runs()) == 1)
    return plain_target.message(url, patience=0.2) is None


def tell_a_topic(target: Target) -> str:
    """Let an event succeed whose destination is a topic; returns the queue behind it."""
    target.publish()
    sns = target.emulator.client("sns")
    topic = sns.create_topic(Name=target.name)["TopicArn"]
    url, arn = target.open_queue("topic")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    target.allow("sns:Publish", topic)
    on_success(target, topic)
    return url


def test_a_record_reaches_a_topic(target: Target, plain_target: Target) -> None:
    plain_url = tell_a_topic(plain_target)
    assert target.record(tell_a_topic(target))["requestContext"]["condition"] == "Success"

    assert no_record(plain_target, plain_url)


def tell_a_bus(target: Target) -> tuple[str, str]:
    """Let an event succeed whose destination is an event bus; returns the bus and the queue behind it."""
    target.publish()
    events = target.emulator.client("events")
    bus = events.create_event_bus(Name=target.name)["EventBusArn"]
    url, arn = target.open_queue("bus")
    rule = {"Name": target.name, "EventBusName": target.name}
    events.put_rule(**rule, EventPattern=json.dumps({"source": ["lambda"]}))
    events.put_targets(Rule=target.name, EventBusName=target.name, Targets=[{"Id": "queue", "Arn": arn}])
    target.allow("events:PutEvents", bus)
    on_success(target, bus)
    return bus, url


def test_a_record_reaches_an_event_bus(target: Target, plain_target: Target) -> None:
    _bus, plain_url = tell_a_bus(plain_target)
    bus, url = tell_a_bus(target)
    event = target.record(url)
    assert event["detail-type"] == "Lambda Function Invocation Result - Success"
    assert event["detail"]["requestPayload"] == {"order": 1}
    assert event["resources"] == [bus, f"{target.arn}:live"]

    assert no_record(plain_target, plain_url)


def tell_a_function(target: Target) -> Target:
    """Let an event succeed whose destination is another function; returns that."""
    target.publish()
    other = Target(target.emulator)
    target.allow("lambda:InvokeFunction", other.arn)
    on_success(target, other.arn)
    return other


def test_a_record_reaches_a_function(target: Target, plain_target: Target) -> None:
    plain_other = tell_a_function(plain_target)
    other = tell_a_function(target)
    assert eventually(lambda: len(other.runs()) == 1)
    assert other.runs()[0]["event"]["requestContext"]["condition"] == "Success"

    assert eventually(lambda: len(plain_target.runs()) == 1)
    assert not eventually(lambda: bool(plain_other.runs()), patience=0.2)


def fail_into_a_bucket(target: Target) -> None:
    """Let an event of an alias fail whose destination is a bucket of the target's name."""
    target.publish()
    target.emulator.client("s3").create_bucket(Bucket=target.name)
    bucket = f"arn:aws:s3:::{target.name}"
    target.allow("s3:PutObject", f"{bucket}/*")
    target.allow("s3:ListBucket", bucket)
    target.configure("live", MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": bucket}})
    target.invoke("live", fail=True)


def test_a_record_reaches_a_bucket(target: Target, plain_target: Target) -> None:
    fail_into_a_bucket(plain_target)
    fail_into_a_bucket(target)

    bucket = Bucket(target.emulator.client("s3"), target.name)
    assert eventually(lambda: bool(bucket.keys()))
    (key,) = bucket.keys()
    assert key.startswith(f"aws/lambda/async/{target.name}/20")
    assert json.loads(bucket.download(key))["requestContext"]["condition"] == "RetriesExhausted"

    # It tries again, as the configuration of the alias forbids.
    assert eventually(lambda: len(plain_target.runs()) > 1)
    assert Bucket(plain_target.emulator.client("s3"), plain_target.name).keys() == []


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
