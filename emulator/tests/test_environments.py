"""Execution environments: what is left when the handler fails, how fast they answer, how many there are."""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: execution environments",
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
)

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


BOUND = 8 * (os.cpu_count() or 2)
"""The processes that may be there at once, whatever number of invocations is."""


def calls(emulator: Emulator, *events: str) -> list[str]:
    """What the module remembers of its calls when it is called once more."""
    create_function(emulator, "remembers", HANDLER, timeout=1)
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


def processes(emulator: Emulator) -> int:
    """The processes of handlers."""
    command = ["ps", "-A", "-o", "pgid=,args="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = [line.split(maxsplit=1) for line in listed.splitlines()]
    return sum(group == str(emulator.pid) and "bootstrap.py" in program for group, program in lines)


@pytest.mark.slow
def test_environments_are_reused_and_bounded(emulator: Emulator) -> None:
    for name in ("first", "second"):
        create_function(emulator, name, "import time\ndef handler(event, context): time.sleep(event)")
    client = emulator.client("lambda")

    def invoke(name: str) -> str:
        return str(client.invoke(FunctionName=name, Payload=b"0.01")["Payload"].read().decode())

    with ThreadPoolExecutor(30) as callers:
        for name in ("first", "second") * 2:
            assert set(callers.map(invoke, [name] * 60)) == {"null"}
            assert processes(emulator) <= BOUND
    for name in ("first", "second"):
        client.delete_function(FunctionName=name)
    assert processes(emulator) == 0


def test_a_second_invocation_takes_less_than_ten_milliseconds(emulator: Emulator) -> None:
    create_function(emulator, "quick", "def handler(event, context): pass")
    client = emulator.client("lambda")
    for _ in range(5):
        client.invoke(FunctionName="quick")
    events = emulator.client("logs").filter_log_events(logGroupName="/aws/lambda/quick")["events"]
    durations = [
        float(found[1])
        for each in events
        if (found := re.search(r"\tDuration: ([\d.]+) ms", each["message"]))
    ]
    assert len(durations) == 5
    assert min(durations[1:]) < 10
