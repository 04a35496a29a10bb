"""What a handler prints is in its log when it has answered."""

import json
from functools import partial

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function, eventually
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


def logged(emulator: Emulator, of: str) -> list[str]:
    """The lines of one invocation."""
    pages = (
        emulator.client("logs").get_paginator("filter_log_events").paginate(logGroupName="/aws/lambda/prints")
    )
    lines = [line for page in pages for each in page["events"] for line in each["message"].splitlines()]
    return [line for line in lines if line.startswith(of)]


def shown(emulator: Emulator, line: str) -> bool:
    return line in emulator.log.read_text()


def test_the_log_of_the_server_has_the_output_of_each_invocation_once(emulator: Emulator) -> None:
    create_function(emulator, "prints", HANDLER)
    for kind in ("RequestResponse", "Event"):
        event = {"of": f"shown-{kind}", "lines": 1}
        emulator.client("lambda").invoke(
            FunctionName="prints", InvocationType=kind, Payload=json.dumps(event).encode()
        )
        line = f"shown-{kind} line 0 is printed \u2713"
        assert eventually(partial(shown, emulator, line))
        assert emulator.log.read_text().count(line) == 1


def test_every_line_is_logged_when_its_invocation_ends(emulator: Emulator) -> None:
    create_function(emulator, "prints", HANDLER)
    client = emulator.client("lambda")

    for number, lines in enumerate([1] * 20 + [5_000, 0, 3]):
        event = {"of": f"call-{number}:", "lines": lines}
        client.invoke(FunctionName="prints", Payload=json.dumps(event).encode())
        expected = [f"call-{number}: line {line} is printed \u2713" for line in range(lines)]
        assert logged(emulator, f"call-{number}:") == expected
