"""The time scale: a failed message comes again soon, and never while its handler still runs."""

import itertools
import json
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function, eventually, printed, received
from emulator.tests.workers import Queue
from lambda_constructs_emulator.process import Emulator
from lambda_constructs_emulator.pytest_plugin import TIME_SCALE

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon SQS",
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html",
)

VISIBILITY_TIMEOUT = 60
HANDLER_TIME = 1.0
RECEIVES = 3

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


def feed(emulator: Emulator, function: str, source: Queue) -> None:
    emulator.client("lambda").create_event_source_mapping(
        FunctionName=function,
        EventSourceArn=source.arn,
        BatchSize=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )


def test_a_failed_message_comes_again_only_after_its_handler_ended(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    dead_letters = Queue(emulator, "slow-dead")
    redrive = json.dumps({"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": RECEIVES})
    attributes = {"VisibilityTimeout": str(VISIBILITY_TIMEOUT), "RedrivePolicy": redrive}
    source = Queue(emulator, "slow", **attributes)
    create_function(emulator, "slow", SLOW_FAILURE)
    feed(emulator, "slow", source)
    source.send("partial", "error")

    gone = [received(sqs, sqs.get_queue_url(QueueName="slow-dead")["QueueUrl"]) for _ in range(2)]
    assert {message and message["Body"] for message in gone} == {"partial", "error"}
    for failure in ("partial", "error"):
        deliveries = runs(emulator, "slow", failure)
        assert len(deliveries) == RECEIVES
        for earlier, later in itertools.pairwise(deliveries):
            pause = later["start"] - earlier["end"]
            # What was left of the visibility timeout when the handler ended, scaled; the rest of the
            # bound is the rhythm of the poller.
            shortest = (VISIBILITY_TIMEOUT - HANDLER_TIME - 5) * TIME_SCALE
            assert shortest <= pause < VISIBILITY_TIMEOUT / 4


def test_without_a_time_scale_the_visibility_timeout_is_kept() -> None:
    visibility = 3
    with Emulator() as emulator:
        source = Queue(emulator, "kept", VisibilityTimeout=str(visibility))
        create_function(emulator, "kept", SLOW_FAILURE, timeout=visibility)
        feed(emulator, "kept", source)
        source.send("partial")
        assert eventually(lambda: len(runs(emulator, "kept", "partial")) == 2)
        first, second = runs(emulator, "kept", "partial")
    assert second["start"] - first["start"] >= visibility - 0.5


def runs(emulator: Emulator, function: str, body: str) -> list[dict[str, Any]]:
    """What each invocation for a message printed, in the order in which they began."""
    of_message = [run for run in printed(emulator, function) if run["body"] == body]
    return sorted(of_message, key=lambda run: run["start"])
