"""What is left of an execution environment when its handler fails."""

import json
from typing import Any

import pytest

from emulator.tests.support import create_function
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy

HANDLER = """
import os, time
calls = []
def handler(event, context):
    calls.append(event["do"])
    if event["do"] == "raise":
        raise RuntimeError("told to")
    if event["do"] == "crash":
        os._exit(1)
    if event["do"] == "hang":
        time.sleep(60)
    return calls
"""


def calls(emulator: Emulator, *events: str) -> list[str]:
    """What the module remembers of its calls when it is called once more."""
    create_function(emulator, "remembers", HANDLER, timeout=2)
    client = emulator.client("lambda")
    payload: Any = None
    for do in (*events, "tell"):
        answer = client.invoke(FunctionName="remembers", Payload=json.dumps({"do": do}).encode())
        payload = json.load(answer["Payload"])
    assert isinstance(payload, list), payload
    return payload


def test_an_environment_outlives_an_exception(emulator: Emulator, plain: Emulator) -> None:
    assert calls(emulator, "raise", "raise") == ["raise", "raise", "tell"]
    assert calls(plain, "raise", "raise") == ["tell"]


@pytest.mark.parametrize("end", ["crash", "hang"])
def test_an_environment_does_not_outlive_a_crash_or_a_timeout(emulator: Emulator, end: str) -> None:
    assert calls(emulator, "raise", end) == ["tell"]
