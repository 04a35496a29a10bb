"""Event source mappings on queues: which are accepted, when they take messages, what they delete."""

import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any, Final

import botocore.exceptions
import pytest

from emulator.tests.workers import (
    LOGS_ACTIONS,
    PRINTS_BODIES,
    SQS_ACTIONS,
    WORKER,
    Queue,
    allow,
    eventually,
    function,
    function_resource,
    printed,
    queue,
    role_resource,
    stack,
    statement,
)
from lambda_constructs_emulator.process import Client, Emulator
from lambda_constructs_emulator.pytest_plugin import TIME_SCALE

pytestmark = pytest.mark.deploy

ACCEPTED: Final = "accepted"
UNWINDOWED = "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def denied(action: str) -> str:
    call = action.removeprefix("sqs:")
    return f"The function execution role does not have permissions to call {call} on SQS"


def creating(client: Client, name: str, source: Queue, **settings: Any) -> str:
    """What the API says to a mapping."""
    try:
        client.create_event_source_mapping(FunctionName=name, EventSourceArn=source.arn, **settings)
    except botocore.exceptions.ClientError as error:
        return message(error)
    return ACCEPTED


def message(error: botocore.exceptions.ClientError) -> str:
    code, text = error.response["Error"]["Code"], error.response["Error"]["Message"]
    return str(text) if code == "InvalidParameterValueException" else f"{code}: {text}"


@pytest.mark.parametrize("missing", SQS_ACTIONS)
def test_a_role_without_a_permission_is_refused(emulator: Emulator, plain: Emulator, missing: str) -> None:
    name = f"refused-{missing.removeprefix('sqs:')}"
    allowed = [statement(*(action for action in SQS_ACTIONS if action != missing))]

    def observe(server: Emulator) -> str:
        with queue(server, name) as source, function(server, name, "", allowed=allowed) as client:
            return creating(client, name, source)

    assert observe(emulator) == denied(missing)
    assert observe(plain) == ACCEPTED


@pytest.mark.parametrize(
    ("suffix", "attributes", "settings", "refusal"),
    [
        (
            "",
            {"VisibilityTimeout": "9"},
            {},
            "Queue visibility timeout: 9 seconds is less than Function timeout: 10 seconds",
        ),
        ("", {}, {"BatchSize": 11}, UNWINDOWED),
        (
            ".fifo",
            {"FifoQueue": "true"},
            {"MaximumBatchingWindowInSeconds": 1},
            "Batching window is not supported for FIFO queues",
        ),
    ],
    ids=["visibility", "batch", "fifo"],
)
def test_settings_that_cannot_work_are_refused(  # noqa: PLR0917 - pytest passes them by name
    emulator: Emulator,
    plain: Emulator,
    suffix: str,
    attributes: dict[str, str],
    settings: dict[str, Any],
    refusal: str,
) -> None:
    def observe(server: Emulator) -> str:
        with (
            queue(server, f"settings{suffix}", **attributes) as source,
            function(server, "settings", "") as client,
        ):
            return creating(client, "settings", source, **settings)

    assert observe(emulator) == refusal
    assert observe(plain) == ACCEPTED


def test_a_change_that_cannot_work_is_refused(emulator: Emulator, plain: Emulator) -> None:
    def observe(server: Emulator) -> str:
        with queue(server, "changed") as source, function(server, "changed", "") as client:
            settings = {"FunctionName": "changed", "EventSourceArn": source.arn}
            mapping = client.create_event_source_mapping(**settings)
            try:
                client.update_event_source_mapping(UUID=mapping["UUID"], BatchSize=11)
            except botocore.exceptions.ClientError as error:
                return message(error)
            return ACCEPTED

    assert observe(emulator) == UNWINDOWED
    assert observe(plain) == ACCEPTED


def test_cloudformation_is_refused_too(emulator: Emulator, plain: Emulator) -> None:
    source = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "templated"}}
    mapping = {
        "EventSourceArn": {"Fn::GetAtt": ["Source", "Arn"]},
        "FunctionName": {"Ref": "Function"},
    }
    resources = {
        "Role": role_resource(statement("sqs:ReceiveMessage", "sqs:GetQueueAttributes")),
        "Source": source,
        "Function": function_resource(FunctionName="templated"),
        "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping},
    }

    def observe(server: Emulator) -> tuple[str, str]:
        with stack(server, "refused-mapping") as made:
            made.create(resources)
            return made.settled(), made.reasons()

    status, reasons = observe(emulator)
    assert status == "ROLLBACK_COMPLETE"
    assert f"Invalid request provided: {denied('sqs:DeleteMessage')}" in reasons
    assert observe(plain) == ("CREATE_COMPLETE", "")


PRINTS_VERSION = """
import json
def handler(event, context):
    print(json.dumps({"body": event["Records"][0]["body"], "version": context.function_version}))
"""


def test_a_template_moves_a_mapping_to_an_alias(emulator: Emulator, plain: Emulator) -> None:
    name = "moved"

    def observe(server: Emulator) -> dict[str, str]:
        with queue(server, name) as source, function(server, name, PRINTS_VERSION) as client:
            client.publish_version(FunctionName=name)
            alias = client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")["AliasArn"]
            with stack(server, name) as made:
                made.create(mapping_to(name, source))
                assert made.settled() == "CREATE_COMPLETE", made.reasons()
                source.send("before")
                eventually(lambda: printed(server, name), lambda lines: len(lines) == 1)
                made.update(mapping_to(alias, source))
                assert made.settled() == "UPDATE_COMPLETE", made.reasons()
                source.send("after")
                lines = eventually(lambda: printed(server, name), lambda lines: len(lines) == 2)
        return {line["body"]: line["version"] for line in lines}

    assert observe(emulator) == {"before": "$LATEST", "after": "1"}
    assert observe(plain) == {"before": "$LATEST", "after": "$LATEST"}


def mapping_to(target: str, source: Queue) -> dict[str, Any]:
    properties = {"EventSourceArn": source.arn, "FunctionName": target, "BatchSize": 1}
    return {"Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}}


def test_a_mapping_rests_while_its_role_lacks_a_permission(emulator: Emulator, plain: Emulator) -> None:
    """One poller serves both queues in turn, so a message of the second proves it passed the first."""
    name = "resting"

    def observe(server: Emulator) -> tuple[list[str], list[str]]:
        with (
            queue(server, f"{name}-denied") as first,
            queue(server, f"{name}-allowed") as second,
            function(server, name, PRINTS_BODIES) as client,
        ):
            for source in (first, second):
                assert creating(client, name, source, BatchSize=1) == ACCEPTED
            without_delete = statement("sqs:ReceiveMessage", "sqs:GetQueueAttributes", resource=first.arn)
            on_second = statement(*SQS_ACTIONS, resource=second.arn)
            allow(server, name, [without_delete, on_second, statement(*LOGS_ACTIONS)])
            first.send("denied")
            second.send("allowed")
            resting = eventually(lambda: bodies(server, name), lambda seen: "allowed" in seen)
            # The poller takes from both queues before either message is printed, if it takes at all.
            eventually(first.counts, lambda counts: counts == (1, 0), 1)
            resting = bodies(server, name)
            allow(server, name, WORKER)
            return resting, eventually(lambda: bodies(server, name), lambda seen: len(seen) == 2)

    resting, resumed = observe(emulator)
    assert resting == ["allowed"]
    assert resumed == ["allowed", "denied"]
    resting, resumed = observe(plain)
    assert sorted(resting) == ["allowed", "denied"]


def bodies(server: Emulator, name: str) -> list[str]:
    return [body for batch in printed(server, name) for body in batch]


def test_a_batch_is_taken_when_it_is_full_or_its_window_ends(emulator: Emulator, plain: Emulator) -> None:
    name, window = "windowed", 200

    def observe(server: Emulator) -> tuple[list[int], float]:
        with queue(server, name) as source, function(server, name, PRINTS_BODIES) as client:
            settings = {"BatchSize": 15, "MaximumBatchingWindowInSeconds": window}
            assert creating(client, name, source, **settings) == ACCEPTED
            source.send_at_once(*(f"full-{number}" for number in range(10)))
            source.send_at_once(*(f"full-{number}" for number in range(10, 15)))
            eventually(lambda: bodies(server, name), lambda seen: len(seen) == 15)
            start = time.monotonic()
            source.send("late-1", "late-2")
            eventually(lambda: bodies(server, name), lambda seen: len(seen) == 17)
            waited = time.monotonic() - start
            return [len(batch) for batch in printed(server, name)], waited

    sizes, waited = observe(emulator)
    assert sizes == [15, 2]
    assert window * TIME_SCALE <= waited < 3 * window * TIME_SCALE
    sizes, waited = observe(plain)
    assert max(sizes) <= 10
    assert waited < window * TIME_SCALE


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
                assert creating(client, "answers", source, BatchSize=2, **PARTIAL) == ACCEPTED

            def kept() -> dict[str, int]:
                return {case: sum(source.counts()) for case, source in queues.items()}

            return eventually(kept, lambda seen: seen == expected)

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
            assert creating(client, name, source, **PARTIAL) == ACCEPTED
            eventually(source.counts, lambda counts: counts == (0, 0))
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
            mapping = client.create_event_source_mapping(
                FunctionName=name,
                EventSourceArn=source.arn,
                BatchSize=1,
                FilterCriteria=filters,
                **PARTIAL,
                **metrics,
            )
            assert mapping.get("MetricsConfig") == metrics.get("MetricsConfig") or server is plain
            source.send(*(json.dumps({"kind": kind}) for kind in ("skip", "good", "raise", "report")))
            if server is emulator:
                eventually(source.counts, lambda counts: counts == (0, 0))
            else:
                eventually(source.counts, lambda counts: counts == (0, 2))
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
