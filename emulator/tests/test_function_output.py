"""What a handler prints is in its log when it has answered, and a silent one is not waited for."""

import json
import time

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: execution environments",
    "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
)

HANDLER = """
def handler(event, context):
    for number in range(event["lines"]):
        print(f"{event['of']} line {number} is printed \\u2713")
"""
SILENT = "def handler(event, context): pass"


def logged(emulator: Emulator, of: str) -> list[str]:
    """The lines of one invocation."""
    pages = (
        emulator.client("logs").get_paginator("filter_log_events").paginate(logGroupName="/aws/lambda/prints")
    )
    lines = [line for page in pages for each in page["events"] for line in each["message"].splitlines()]
    return [line for line in lines if line.startswith(of)]


def test_every_line_is_logged_when_its_invocation_ends(emulator: Emulator) -> None:
    create_function(emulator, "prints", HANDLER)
    client = emulator.client("lambda")

    for number, lines in enumerate([1] * 20 + [5_000, 0, 3]):
        event = {"of": f"call-{number}:", "lines": lines}
        client.invoke(FunctionName="prints", Payload=json.dumps(event).encode())
        expected = [f"call-{number}: line {line} is printed \u2713" for line in range(lines)]
        assert logged(emulator, f"call-{number}:") == expected


def fastest(emulator: Emulator) -> float:
    """Seconds that an invocation of a silent handler takes, when nothing else holds it up."""
    create_function(emulator, "silent", SILENT)
    client = emulator.client("lambda")
    taken = []
    for _ in range(20):
        start = time.monotonic()
        client.invoke(FunctionName="silent")
        taken.append(time.monotonic() - start)
    return min(taken)


def test_a_silent_handler_is_not_waited_for(emulator: Emulator, plain: Emulator) -> None:
    assert fastest(plain) >= 0.05
    assert fastest(emulator) < 0.05
