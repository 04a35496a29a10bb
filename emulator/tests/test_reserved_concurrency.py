"""Reserved concurrency: of the whole function, from all places where it is set, for all callers."""

from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import function_resource, role_resource, stack
from emulator.tests.support import observed, printed
from emulator.tests.workers import PRINTS_BODIES, function, queue, redriven_queue
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: functions and aliases",
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
)

ANSWERS = "def handler(event, context): return 'done'"
THROTTLED = "TooManyRequestsException"


def invoking(server: Emulator, name: str, **qualifier: str) -> str:
    """What comes back from a synchronous invocation: what the function returned, or the error."""
    client = server.client("lambda", attempts=1)
    try:
        answer = client.invoke(FunctionName=name, **qualifier)
    except client.exceptions.TooManyRequestsException as error:
        return str(error.response["Error"]["Code"])
    return str(answer["Payload"].read().decode())


@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_versions_and_aliases_have_the_limit_of_the_function(
    emulator: Emulator, plain: Emulator, qualifier: str
) -> None:
    name = f"limited-{qualifier}"

    def observe(server: Emulator) -> tuple[str, str]:
        with function(server, name, ANSWERS) as client:
            client.publish_version(FunctionName=name)
            client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
            limited = invoking(server, name, Qualifier=qualifier)
            client.delete_function_concurrency(FunctionName=name)
            return limited, invoking(server, name, Qualifier=qualifier)

    assert observe(emulator) == (THROTTLED, '"done"')
    assert observe(plain) == ('"done"', '"done"')


def test_a_template_sets_and_removes_the_limit(emulator: Emulator, plain: Emulator) -> None:
    name = "limited-by-template"

    def resources(**properties: Any) -> dict[str, Any]:
        return {
            "Role": role_resource(),
            "Function": function_resource(ANSWERS, FunctionName=name, **properties),
        }

    def observe(server: Emulator) -> list[tuple[int | None, str]]:
        client = server.client("lambda")
        seen = []
        with stack(server, name) as made:
            for operate, limit in (
                (made.create, {"ReservedConcurrentExecutions": 0}),
                (made.update, {"ReservedConcurrentExecutions": 1, "Description": "one"}),
                (made.update, {"Description": "none"}),
            ):
                assert operate(resources(**limit)) in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
                concurrency = client.get_function_concurrency(FunctionName=name)
                reserved = concurrency.get("ReservedConcurrentExecutions")
                seen.append((reserved, invoking(server, name)))
        return seen

    assert observe(emulator) == [(0, THROTTLED), (1, '"done"'), (None, '"done"')]
    assert observe(plain) == [(None, '"done"')] * 3


def test_messages_for_a_throttled_function_are_received_in_vain(emulator: Emulator, plain: Emulator) -> None:
    """So they end in the dead-letter queue; plain ministack leaves them alone."""
    name = "in-vain"

    def observe(server: Emulator) -> tuple[tuple[int, int], Any, list[Any]]:
        with (
            redriven_queue(server, name, receives=2) as (source, dead),
            function(server, name, PRINTS_BODIES) as client,
        ):
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
            client.create_event_source_mapping(FunctionName=name, EventSourceArn=source.arn)
            source.send("message")
            # The poller looks every second, so it has looked.
            taken = observed(dead.take, bool, 15 if server is emulator else 2)
            receives = taken and (taken["Body"], taken["Attributes"]["ApproximateReceiveCount"])
            return source.counts(), receives, printed(server, name)

    # Receiving it from the dead-letter queue is its third receive.
    assert observe(emulator) == ((0, 0), ("message", "3"), [])
    assert observe(plain) == ((1, 0), None, [])


PRINTS_RECEIVES = """
import json
def handler(event, context):
    print(json.dumps([record["attributes"]["ApproximateReceiveCount"] for record in event["Records"]]))
"""


def test_a_throttled_batch_is_invoked_when_there_is_capacity_again(
    emulator: Emulator, plain: Emulator
) -> None:
    """Within the visibility timeout, it is still the first receive."""
    name = "again"

    def observe(server: Emulator) -> tuple[tuple[int, int], list[Any]]:
        with (
            queue(server, name, VisibilityTimeout="36000") as source,
            function(server, name, PRINTS_RECEIVES) as client,
        ):
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
            client.create_event_source_mapping(FunctionName=name, EventSourceArn=source.arn)
            source.send("message")
            throttled = observed(source.counts, lambda counts: counts == (0, 1), 2)
            client.delete_function_concurrency(FunctionName=name)
            return throttled, observed(lambda: printed(server, name), bool)

    assert observe(emulator) == ((0, 1), [["1"]])
    assert observe(plain) == ((1, 0), [["1"]])
