"""Handlers run under the contract of Lambda's Python runtimes, line by line."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.runtime_contract import CONTRACT, FAULTS, GUIDE, HANDLER, NAME
from emulator.tests.support import create_function
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: Python runtimes",
    f"{GUIDE}/python-logging.html",
    {"test_every_line_of_the_contract": [(each.behavior, f"{GUIDE}/{each.source}") for each in CONTRACT]},
)


def package(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def layer(emulator: Emulator, name: str, files: Mapping[str, str]) -> str:
    published = emulator.client("lambda").publish_layer_version(
        LayerName=name, Content={"ZipFile": package(files)}
    )
    return str(published["LayerVersionArn"])


def answer(emulator: Emulator, name: str, event: object) -> tuple[Any, str]:
    """The payload of an invocation, and the kind of function error."""
    response = emulator.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    return json.load(response["Payload"]), response.get("FunctionError", "")


def logged(emulator: Emulator, name: str) -> list[str]:
    """The log events of a function, oldest first."""
    pages = (
        emulator.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=f"/aws/lambda/{name}")
    )
    return [event["message"] for page in pages for event in page["events"]]


def test_every_line_of_the_contract(emulator: Emulator) -> None:
    code = {"app.py": HANDLER, "both.py": "FROM = 'code'"}
    in_first = {
        "python/both.py": "FROM = 'layer'",
        "python/snapshot_restore_py.py": "FROM = 'layer'",
        "python/later.py": "FROM = 'first'",
    }
    minor = "python/lib/python3.{}/site-packages/in_site.py"
    in_second = {
        "python/later.py": "FROM = 'second'",
        **{minor.format(each): "FROM = 'layer'" for each in range(10, 15)},
    }
    create_function(
        emulator,
        NAME,
        package(code),
        MemorySize=256,
        Environment={"Variables": {"STAGE": "test"}},
        Layers=[layer(emulator, "first", in_first), layer(emulator, "second", in_second)],
    )
    probes = [promise.probe for promise in CONTRACT]
    found, error = answer(emulator, NAME, probes)

    assert not error, found
    wrong = [
        f"{promise.behavior}: {value!r}, not {promise.expected!r}"
        for promise, value in zip(CONTRACT, found, strict=True)
        if value != promise.expected
    ]
    assert wrong == []


@pytest.mark.slow
def test_what_becomes_of_a_handler_that_fails(emulator: Emulator) -> None:
    create_function(emulator, "fails", FAULTS, timeout=1)

    raised, kind = answer(emulator, "fails", "raise")
    assert kind == "Unhandled"
    assert raised["errorType"] == "OrderRejected"
    assert raised["errorMessage"] == "no stock"
    assert raised["stackTrace"][0].endswith('in handler\n    raise OrderRejected("no stock")\n')
    assert set(raised) == {"errorType", "errorMessage", "requestId", "stackTrace"}

    unserializable, _ = answer(emulator, "fails", "unserializable")
    assert unserializable["errorType"] == "Runtime.MarshalError"
    assert unserializable["errorMessage"] == (
        "Unable to marshal response: Object of type set is not JSON serializable"
    )

    for event, ending in (
        ("exit", "Runtime exited with error: exit status 1"),
        ("leave", "Runtime exited without providing a reason"),
    ):
        ended, kind = answer(emulator, "fails", event)
        assert (ended["errorType"], kind) == ("Runtime.ExitError", "Unhandled")
        assert ended["errorMessage"].startswith("RequestId: ")
        assert ended["errorMessage"].endswith(f" Error: {ending}")

    late, kind = answer(emulator, "fails", "hang")
    assert (late["errorType"], kind) == ("Sandbox.Timedout", "Unhandled")
    assert late["errorMessage"].endswith(" Error: Task timed out after 1.00 seconds")

    assert answer(emulator, "fails", "fine") == ("fine", "")


@pytest.mark.parametrize(
    ("source", "error_type", "message"),
    [
        (
            "import nothing",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nothing'",
        ),
        (
            "def handler(",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': '(' was never closed (app.py, line 1)",
        ),
        ("handle = None", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("raise KeyError('QUEUE_URL')", "KeyError", "'QUEUE_URL'"),
        ("import sys; sys.exit(3)", "Runtime.ExitError", "Error: Runtime exited with error: exit status 3"),
    ],
)
@pytest.mark.slow
def test_what_becomes_of_code_that_cannot_be_imported(
    emulator: Emulator, source: str, error_type: str, message: str
) -> None:
    create_function(emulator, "broken", source)
    document, kind = answer(emulator, "broken", {})
    assert (document["errorType"], kind) == (error_type, "Unhandled")
    assert document["errorMessage"].endswith(message)
    assert any(
        f"Phase: init\tStatus: error\tError Type: {error_type}" in line for line in logged(emulator, "broken")
    )


def test_the_log_in_text(emulator: Emulator) -> None:
    create_function(emulator, "logs", FAULTS)
    answer(emulator, "logs", "raise")
    answer(emulator, "logs", "fine")
    lines = [re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", line) for line in logged(emulator, "logs")]
    lines = [re.sub(r"\d+(\.\d+)? (ms|MB)", r"N \2", line) for line in lines]
    lines = [re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME", line) for line in lines]
    trace = lines.pop(4)
    report = (
        "REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\t"
        "Memory Size: N MB\tMax Memory Used: N MB"
    )
    printed = ["START RequestId: ID Version: $LATEST", "[WARNING]\tTIME\tID\ttwo\nlines", "printed"]
    assert trace.startswith("[ERROR] OrderRejected: no stock\nTraceback (most recent call last):\n")
    assert lines == [
        "INIT_START Runtime Version: python:3.13",
        *printed,
        "END RequestId: ID",
        f"{report}\tInit Duration: N ms",
        *printed,
        "END RequestId: ID",
        report,
    ]


def test_the_log_in_json(emulator: Emulator) -> None:
    settings = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    create_function(emulator, "structured", FAULTS, LoggingConfig=settings)
    answer(emulator, "structured", "raise")
    lines = logged(emulator, "structured")
    documents = [json.loads(line) for line in lines if line.startswith("{")]
    kinds = [each.get("type") or each["level"] for each in documents]
    assert kinds == [
        "platform.initStart",
        "platform.start",
        "INFO",
        "WARNING",
        "ERROR",
        "platform.runtimeDone",
        "platform.report",
    ]
    assert "printed" in lines
    assert documents[2]["message"] == "not shown in text"
    assert documents[2]["requestId"] == documents[1]["record"]["requestId"]
    assert documents[4]["errorType"] == "OrderRejected"
    assert documents[6]["record"]["status"] == "error"
    assert documents[6]["record"]["metrics"]["memorySizeMB"] == 128


@pytest.mark.slow
def test_log_levels_keep_events_out_of_the_log(emulator: Emulator) -> None:
    settings = {"LogFormat": "JSON", "ApplicationLogLevel": "ERROR", "SystemLogLevel": "WARN"}
    create_function(emulator, "quiet", FAULTS, LoggingConfig=settings)
    answer(emulator, "quiet", "fine")
    assert logged(emulator, "quiet") == ["printed"]
