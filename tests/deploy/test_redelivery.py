"""The time scale: a failed message comes again soon, and never while its handler still runs."""

import itertools
import json
import time
from typing import Any

import pytest

from emulator.process import Client, Emulator
from tests.deploy.support import TIME_SCALE, create_function

pytestmark = pytest.mark.deploy

VISIBILITY_TIMEOUT = 60
HANDLER_TIME = 2.0

SLOW_FAILURE = f"""
import json, time
def handler(event, context):
    start = time.time()
    time.sleep({HANDLER_TIME})
    for record in event["Records"]:
        print(json.dumps({{"body": record["body"], "start": start, "end": time.time()}}))
    failed = [r for r in event["Records"] if r["body"] == "partial"]
    if any(r["body"] == "error" for r in event["Records"]):
        raise RuntimeError("the whole batch fails")
    return {{"batchItemFailures": [{{"itemIdentifier": r["messageId"]}} for r in failed]}}
"""


@pytest.mark.parametrize("failure", ["partial", "error"])
def test_a_failed_message_comes_again_only_after_its_handler_ended(emulator: Emulator, failure: str) -> None:
    name = f"slow-{failure}"
    sqs = emulator.client("sqs")
    dead_letters = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    queue = sqs.create_queue(
        QueueName=name,
        Attributes={
            "VisibilityTimeout": str(VISIBILITY_TIMEOUT),
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": arn(sqs, dead_letters), "maxReceiveCount": 3}
            ),
        },
    )["QueueUrl"]
    create_function(emulator, name, SLOW_FAILURE)
    emulator.client("lambda").create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=arn(sqs, queue),
        BatchSize=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )

    sqs.send_message(QueueUrl=queue, MessageBody=failure)
    messages = sqs.receive_message(QueueUrl=dead_letters, WaitTimeSeconds=20).get("Messages", [])

    assert [message["Body"] for message in messages] == [failure]
    deliveries = runs(emulator, name)
    assert len(deliveries) == 3
    for earlier, later in itertools.pairwise(deliveries):
        pause = later["start"] - earlier["end"]
        # What was left of the visibility timeout when the handler ended, scaled; the rest of the
        # bound is the rhythm of the poller.
        shortest = (VISIBILITY_TIMEOUT - HANDLER_TIME - 5) * TIME_SCALE
        assert shortest <= pause < VISIBILITY_TIMEOUT / 4


def test_without_a_time_scale_the_visibility_timeout_is_kept() -> None:
    with Emulator() as emulator:
        sqs = emulator.client("sqs")
        queue = sqs.create_queue(QueueName="kept", Attributes={"VisibilityTimeout": "6"})
        create_function(emulator, "kept", SLOW_FAILURE, timeout=6)
        emulator.client("lambda").create_event_source_mapping(
            FunctionName="kept",
            EventSourceArn=arn(sqs, queue["QueueUrl"]),
            BatchSize=1,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
        sqs.send_message(QueueUrl=queue["QueueUrl"], MessageBody="partial")

        deadline = time.monotonic() + 60
        while len(deliveries := runs(emulator, "kept")) < 2:
            assert time.monotonic() < deadline, "the message did not come again"
            time.sleep(0.2)

    assert deliveries[1]["start"] - deliveries[0]["start"] >= 6 - 0.5


def arn(sqs: Client, queue: str) -> str:
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    value: str = attributes["Attributes"]["QueueArn"]
    return value


def runs(emulator: Emulator, function: str) -> list[dict[str, Any]]:
    """What each invocation printed, in the order in which they began."""
    logs = emulator.client("logs")
    if not logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function}")["logGroups"]:
        return []
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{function}")
    lines = [event["message"] for page in pages for event in page["events"]]
    return sorted((json.loads(line) for line in lines if line.startswith("{")), key=lambda run: run["start"])
