"""Requests to invoke a function: what Lambda refuses, and what it passes on."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function, observed, printed
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: invocations", "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"
)

MEGABYTE = 1024 * 1024
ECHO = "def handler(event, context): return 'é' * event if isinstance(event, int) else len(event)"
CONTEXT = """
def handler(event, context):
    found = context.client_context
    print([int(found is None)])
    return found and [found.custom, found.env, found.client.installation_id]
"""


def text(size: int) -> bytes:
    """A JSON string of so many bytes."""
    return b'"' + b"a" * (size - 2) + b'"'


def refusal(emulator: Emulator, payload: bytes, **options: str) -> str:
    """The code of the error; empty if Lambda invokes the function."""
    try:
        emulator.client("lambda").invoke(FunctionName="echo", Payload=payload, **options)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


@pytest.mark.slow
def test_a_payload_has_a_limit_and_is_json(emulator: Emulator) -> None:
    create_function(emulator, "echo", ECHO)
    found = {
        "synchronous, largest": refusal(emulator, text(6 * MEGABYTE)),
        "synchronous, larger": refusal(emulator, text(6 * MEGABYTE + 1)),
        "asynchronous, largest": refusal(emulator, text(MEGABYTE), InvocationType="Event"),
        "asynchronous, larger": refusal(emulator, text(MEGABYTE + 1), InvocationType="Event"),
        **{str(each): refusal(emulator, each) for each in (b"{bad", b"\xff\xfe", b"NaN", b"[]", b"")},
        "client context": refusal(emulator, b"[]", ClientContext="!!!"),
        "client context, no object": refusal(emulator, b"[]", ClientContext="W10="),
    }

    not_json = "InvalidRequestContentException"
    assert {name: code for name, code in found.items() if code} == {
        "synchronous, larger": "RequestTooLargeException",
        "asynchronous, larger": "RequestTooLargeException",
        **dict.fromkeys([str(each) for each in (b"{bad", b"\xff\xfe", b"NaN")], not_json),
        "client context": not_json,
        "client context, no object": not_json,
    }


@pytest.mark.slow
def test_a_response_is_measured_in_bytes_of_utf_8(emulator: Emulator) -> None:
    create_function(emulator, "echo", ECHO)
    largest = 3 * MEGABYTE - 1  # characters of two bytes each, without the quotes
    errors = [
        emulator.client("lambda").invoke(FunctionName="echo", Payload=str(size)).get("FunctionError")
        for size in (largest, largest + 1)
    ]
    assert errors == [None, "Unhandled"]


def test_a_client_context_reaches_synchronous_invocations_only(emulator: Emulator) -> None:
    create_function(emulator, "context", CONTEXT)
    given = {"custom": {"a": "b"}, "env": {"locale": "de"}, "client": {"installation_id": "i"}}
    encoded = base64.b64encode(json.dumps(given).encode()).decode()
    client = emulator.client("lambda")

    answers = [
        json.load(client.invoke(FunctionName="context", **options)["Payload"])
        for options in ({"ClientContext": encoded}, {})
    ]

    assert answers == [[{"a": "b"}, {"locale": "de"}, "i"], None]
    client.invoke(FunctionName="context", InvocationType="Event", ClientContext=encoded)
    assert observed(lambda: printed(emulator, "context"), lambda found: len(found) == 3) == [[0], [1], [1]]
