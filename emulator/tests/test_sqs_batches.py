"""What a mapping on a queue does with a batch: which messages it deletes, and which events it counts."""

import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import observed, printed
from emulator.tests.workers import (
    Queue,
    function,
    queue,
)
from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon SQS",
    "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
)

PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def feed(client: Client, name: str, source: Queue, **settings: Any) -> dict[str, Any]:
    """Map a function that reports item failures to a queue."""
    mapping: dict[str, Any] = client.create_event_source_mapping(
        FunctionName=name, EventSourceArn=source.arn, **PARTIAL, **settings
    )
    return mapping


RESPONSES: dict[str, tuple[Any, int, int]] = {
    # The response; how many of two messages AWS keeps, and how many plain ministack keeps.
    "unknown": ({"batchItemFailures": [{"itemIdentifier": "no such message"}]}, 2, 0),
    "empty-id": ({"batchItemFailures": [{"itemIdentifier": ""}]}, 2, 0),
    "null-id": ({"batchItemFailures": [{"itemIdentifier": None}]}, 2, 0),
    "wrong-key": ({"batchItemFailures": [{"messageId": "FIRST"}]}, 2, 0),
    "one-wrong": ({"batchItemFailures": [{"itemIdentifier": "FIRST"}, {"itemIdentifier": ""}]}, 2, 1),
    "not-json": ("done", 2, 0),
    "one": ({"batchItemFailures": [{"itemIdentifier": "FIRST"}]}, 1, 1),
    "null-list": ({"batchItemFailures": None}, 0, 2),
    "empty-list": ({"batchItemFailures": []}, 0, 0),
    "null": (None, 0, 0),
    "empty": ({}, 0, 0),
}
ANSWERS = f"""
import json
RESPONSES = json.loads({json.dumps({name: response for name, (response, _, _) in RESPONSES.items()})!r})
def handler(event, context):
    first = event["Records"][0]
    answer = json.dumps(RESPONSES[first["eventSourceARN"].rsplit("answers-", 1)[1]])
    return json.loads(answer.replace("FIRST", first["messageId"]))
"""


def test_responses_are_read_as_strictly_as_on_aws(emulator: Emulator, plain: Emulator) -> None:
    """With a visibility timeout of twelve hours, even scaled, messages that are kept stay in flight."""

    def observe(server: Emulator, expected: Mapping[str, int]) -> dict[str, int]:
        with function(server, "answers", ANSWERS) as client, contextlib.ExitStack() as cleanup:
            queues = {}
            for case in RESPONSES:
                made = queue(server, f"answers-{case}", VisibilityTimeout="43200")
                source = queues[case] = cleanup.enter_context(made)
                source.send_at_once("first", "second")
                feed(client, "answers", source, BatchSize=2)

            def kept() -> dict[str, int]:
                return {case: sum(source.counts()) for case, source in queues.items()}

            return observed(kept, lambda seen: seen == expected)

    on_aws = {case: kept for case, (_, kept, _) in RESPONSES.items()}
    assert observe(emulator, on_aws) == on_aws
    on_plain = {case: kept for case, (_, _, kept) in RESPONSES.items()}
    assert observe(plain, on_plain) == on_plain


CONFUSED_ONCE = """
import json
def handler(event, context):
    print(json.dumps([record["body"] for record in event["Records"]]))
    if event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1":
        return {"batchItemFailures": [{"itemIdentifier": ""}]}
"""


def test_messages_of_a_fifo_queue_come_again_in_their_order(emulator: Emulator, plain: Emulator) -> None:
    def observe(server: Emulator) -> list[list[str]]:
        name = "ordered"
        with (
            queue(server, f"{name}.fifo", FifoQueue="true") as source,
            function(server, name, CONFUSED_ONCE) as client,
        ):
            source.send("1", "2", "3", group="one")
            feed(client, name, source)
            observed(source.counts, lambda counts: counts == (0, 0))
            return printed(server, name)

    assert observe(emulator) == [["1", "2", "3"], ["1", "2", "3"]]
    assert observe(plain) == [["1", "2", "3"]]


FAILS_ONCE = """
import json
def handler(event, context):
    record = event["Records"][0]
    if record["attributes"]["ApproximateReceiveCount"] == "1":
        kind = json.loads(record["body"])["kind"]
        if kind == "raise":
            raise RuntimeError("as asked")
        if kind == "report":
            return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
"""
COUNTED = {"Polled": 6, "FilteredOut": 1, "Invoked": 5, "FailedInvoke": 2, "Deleted": 3}


def test_a_mapping_counts_its_events_if_asked(emulator: Emulator, plain: Emulator) -> None:
    """Four messages: one is filtered out, one is processed, one raises and one is reported, each once."""

    def observe(server: Emulator, name: str, **metrics: Any) -> dict[str, int]:
        with queue(server, name) as source, function(server, name, FAILS_ONCE) as client:
            filters = {"Filters": [{"Pattern": json.dumps({"body": {"kind": [{"anything-but": ["skip"]}]}})}]}
            mapping = feed(client, name, source, BatchSize=1, FilterCriteria=filters, **metrics)
            assert mapping.get("MetricsConfig") == metrics.get("MetricsConfig") or server is plain
            source.send(*(json.dumps({"kind": kind}) for kind in ("skip", "good", "raise", "report")))
            if server is emulator:
                observed(source.counts, lambda counts: counts == (0, 0))
            else:
                observed(source.counts, lambda counts: counts == (0, 2))
            return event_counts(server, mapping["UUID"])

    asked = {"MetricsConfig": {"Metrics": ["EventCount"]}}
    assert observe(emulator, "counted", **asked) == COUNTED
    assert observe(emulator, "uncounted") == {}
    assert observe(plain, "counted", **asked) == {}


def event_counts(server: Emulator, mapping: str) -> dict[str, int]:
    cloudwatch = server.client("cloudwatch")
    dimensions = [{"Name": "EventSourceMappingUUID", "Value": mapping}]
    found = cloudwatch.list_metrics(Namespace="AWS/Lambda", Dimensions=dimensions)["Metrics"]
    now = time.time()
    sums = {}
    for name in {metric["MetricName"] for metric in found}:
        points = cloudwatch.get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=name,
            Dimensions=dimensions,
            StartTime=now - 600,
            EndTime=now + 60,
            Period=60,
            Statistics=["Sum"],
        )["Datapoints"]
        sums[name.removesuffix("EventCount")] = int(sum(point["Sum"] for point in points))
    return sums
