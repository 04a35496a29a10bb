"""What a handler prints is in its log when it has answered."""

import json

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
