"""Event source mappings on queues: which are accepted, and when they take messages."""

import time
from typing import Any, Final

import botocore.exceptions
import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import function_resource, role_resource, stack
from emulator.tests.support import observed, printed, statement
from emulator.tests.workers import (
    LOGS_ACTIONS,
    PRINTS_BODIES,
    SQS_ACTIONS,
    WORKER,
    Queue,
    allow,
    function,
    queue,
)
from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.process import Emulator
from lambda_constructs_emulator.pytest_plugin import TIME_SCALE

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity("Amazon SQS", "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html")

ACCEPTED: Final = "accepted"
UNWINDOWED = "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"


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


def test_a_role_without_a_permission_is_refused(emulator: Emulator, plain: Emulator) -> None:
    for missing in SQS_ACTIONS:
        name = f"refused-{missing.removeprefix('sqs:')}"
        allowed = [statement(*(action for action in SQS_ACTIONS if action != missing))]
        for server, answer in ((emulator, denied(missing)), (plain, ACCEPTED)):
            with queue(server, name) as source, function(server, name, "", allowed=allowed) as client:
                assert creating(client, name, source) == answer, missing


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
            return made.create(resources), made.reasons()

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
                assert made.create(mapping_to(name, source)) == "CREATE_COMPLETE", made.reasons()
                source.send("before")
                observed(lambda: printed(server, name), lambda lines: len(lines) == 1)
                assert made.update(mapping_to(alias, source)) == "UPDATE_COMPLETE", made.reasons()
                source.send("after")
                lines = observed(lambda: printed(server, name), lambda lines: len(lines) == 2)
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
            resting = observed(lambda: bodies(server, name), lambda seen: "allowed" in seen)
            # The poller takes from both queues before either message is printed, if it takes at all.
            observed(first.counts, lambda counts: counts == (1, 0), 1)
            resting = bodies(server, name)
            allow(server, name, WORKER)
            return resting, observed(lambda: bodies(server, name), lambda seen: len(seen) == 2)

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
            observed(lambda: bodies(server, name), lambda seen: len(seen) == 15)
            start = time.monotonic()
            source.send("late-1", "late-2")
            observed(lambda: bodies(server, name), lambda seen: len(seen) == 17)
            waited = time.monotonic() - start
            return [len(batch) for batch in printed(server, name)], waited

    sizes, waited = observe(emulator)
    assert sizes == [15, 2]
    assert window * TIME_SCALE <= waited < 3 * window * TIME_SCALE
    sizes, waited = observe(plain)
    assert max(sizes) <= 10
    assert waited < window * TIME_SCALE
