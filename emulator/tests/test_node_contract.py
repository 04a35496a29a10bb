"""Node.js handlers run under the contract of Lambda's Node.js runtimes, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.node_contract import CONTRACT, FAULTS, HANDLER, NAME
from emulator.tests.runtime_contract import GUIDE
from emulator.tests.support import create_function, eventually
from emulator.tests.test_runtime_contract import answer, layer, logged, package
from lambda_constructs_emulator.installation import node_packages
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: Node.js runtimes",
    f"{GUIDE}/lambda-nodejs.html",
    {"test_every_line_of_the_contract": [(each.behavior, f"{GUIDE}/{each.source}") for each in CONTRACT]},
)

IN_LAYER = {
    "nodejs/node_modules/both/index.js": "module.exports = 'layer';",
    "nodejs/node_modules/tslib/index.js": "module.exports = { FROM: 'layer' };",
    "nodejs/node_modules/versioned/index.js": "module.exports = 'any';",
    "nodejs/node24/node_modules/versioned/index.js": "module.exports = 'node24';",
}
ENDED = "Error: Runtime exited with error: exit status"


@pytest.fixture(autouse=True, scope="module")
def packages() -> None:
    """Install the packages of the runtime, as the deployment of a stack does."""
    node_packages()


def create(
    emulator: Emulator,
    name: str,
    source: str | Mapping[str, str],
    runtime: str = "nodejs24.x",
    **settings: Any,
) -> None:
    files = {"app.js": source} if isinstance(source, str) else source
    create_function(emulator, name, package(files), **{"Runtime": runtime, **settings})


def test_every_line_of_the_contract(emulator: Emulator) -> None:
    create(
        emulator,
        NAME,
        {"app.js": HANDLER, "both.js": "// read", "node_modules/both/index.js": "module.exports = 'code';"},
        MemorySize=256,
        Environment={"Variables": {"STAGE": "test"}},
        Layers=[layer(emulator, "node", IN_LAYER)],
    )
    found, error = answer(emulator, NAME, [promise.probe for promise in CONTRACT])

    assert not error, found
    wrong = [
        f"{promise.behavior}: {value!r}, not {promise.expected!r}"
        for promise, value in zip(CONTRACT, found, strict=True)
        if value != promise.expected
    ]
    assert wrong == []


def test_what_becomes_of_a_node_handler_that_fails(emulator: Emulator) -> None:
    create(emulator, "fails", FAULTS, timeout=1)

    raised, kind = answer(emulator, "fails", "raise")
    assert (raised["errorType"], raised["errorMessage"], kind) == ("OrderRejected", "no stock", "Unhandled")
    assert set(raised) == {"errorType", "errorMessage", "trace"}
    assert "at exports.handler" in raised["trace"][1]
    assert answer(emulator, "fails", "count") == (2, "")

    for event, ending in (("uncaught", f"{ENDED} 1"), ("reject", f"{ENDED} 1"), ("exit", f"{ENDED} 3")):
        ended, kind = answer(emulator, "fails", event)
        assert (ended["errorType"], kind) == ("Runtime.ExitError", "Unhandled")
        assert ended["errorMessage"].endswith(ending)
        assert answer(emulator, "fails", "count") == (1, ""), event

    late, kind = answer(emulator, "fails", "hang")
    assert (late["errorType"], kind) == ("Sandbox.Timedout", "Unhandled")
    assert any("OrderRejected: too late" in line for line in logged(emulator, "fails"))


@pytest.mark.slow
def test_a_process_of_an_older_runtime_ends_after_an_uncaught_exception(emulator: Emulator) -> None:
    create(emulator, "older", FAULTS, "nodejs22.x", timeout=2)

    for event, error_type, message in (
        ("uncaught", "OrderRejected", "too late"),
        ("reject", "Runtime.UnhandledPromiseRejection", "OrderRejected: unseen"),
    ):
        document, kind = answer(emulator, "older", event)
        assert (document["errorType"], document["errorMessage"], kind) == (error_type, message, "Unhandled")
        assert answer(emulator, "older", "count") == (1, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "error_type", "message"),
    [
        ("require('nothing')", "Runtime.ImportModuleError", "Cannot find module 'nothing'"),
        ("exports.handler = (", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected end of input"),
        ("exports.handle = 1", "Runtime.HandlerNotFound", "app.handler is undefined or not exported"),
        ("throw new RangeError('QUEUE_URL')", "RangeError", "QUEUE_URL"),
        (
            "exports.handler = (event, context, callback) => 1",
            "Runtime.CallbackHandlerDeprecated",
            "callback",
        ),
        ("process.exit(3)", "Runtime.ExitError", f"{ENDED} 3"),
    ],
)
def test_what_becomes_of_a_node_module_that_cannot_be_loaded(
    emulator: Emulator, source: str, error_type: str, message: str
) -> None:
    create(emulator, "broken", source)

    document, kind = answer(emulator, "broken", {})

    assert (document["errorType"], kind) == (error_type, "Unhandled")
    assert message in document["errorMessage"]
    assert any(f"Status: error\tError Type: {error_type}" in line for line in logged(emulator, "broken"))


def test_the_log_of_a_node_handler_in_text(emulator: Emulator) -> None:
    create(emulator, "logs", FAULTS)
    answer(emulator, "logs", "late")
    assert eventually(lambda: any("printed late" in line for line in logged(emulator, "logs")))
    answer(emulator, "logs", "fine")
    lines = [re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", line) for line in logged(emulator, "logs")]
    lines = [re.sub(r"\d+(\.\d+)? (ms|MB)", r"N \2", line) for line in lines]
    lines = [re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME", line) for line in lines]
    report = (
        "REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\t"
        "Memory Size: N MB\tMax Memory Used: N MB"
    )
    printed = [
        "START RequestId: ID Version: $LATEST",
        "TIME\tID\tDEBUG\tnot shown in JSON at INFO",
        "TIME\tID\tINFO\torder 7 two\nlines",
        "TIME\tID\tERROR\ttold",
        "printed",
        "END RequestId: ID",
    ]
    assert lines == [
        "INIT_START Runtime Version: nodejs:24",
        *printed,
        f"{report}\tInit Duration: N ms",
        "TIME\tID\tINFO\tprinted late",
        *printed,
        report,
    ]


def test_the_log_of_a_node_handler_in_json(emulator: Emulator) -> None:
    settings = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    create(emulator, "structured", FAULTS, LoggingConfig=settings)
    answer(emulator, "structured", "raise")
    lines = logged(emulator, "structured")
    documents = [json.loads(line) for line in lines if line.startswith("{")]

    kinds = [each.get("type") or each["level"] for each in documents]
    platform = ["platform.initStart", "platform.start"]
    assert kinds == [*platform, "INFO", "ERROR", "ERROR", "platform.runtimeDone", "platform.report"]
    assert "printed" in lines
    assert documents[2]["message"] == "order 7 two\nlines"
    assert {each["requestId"] for each in documents[2:5]} == {documents[1]["record"]["requestId"]}
    assert documents[4]["message"]["errorType"] == "OrderRejected"
    assert documents[6]["record"]["status"] == "error"


@pytest.mark.slow
def test_callbacks_and_streams(emulator: Emulator) -> None:
    source = """
    exports.handler = (event, context, callback) => setTimeout(() => callback(null, 'called back'), 10);
    exports.streamed = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('one '); stream.write('two'); stream.end();
    });
    """
    create(emulator, "callback", source, "nodejs22.x")
    assert answer(emulator, "callback", {}) == ("called back", "")
    for runtime in ("nodejs22.x", "nodejs24.x"):
        name = f"streams-{runtime[6:8]}"
        create(emulator, name, source, runtime, Handler="app.streamed")
        payload = emulator.client("lambda").invoke(FunctionName=name)["Payload"].read()
        assert payload == b"one two"


def test_a_second_invocation_of_node_takes_less_than_ten_milliseconds(emulator: Emulator) -> None:
    create(emulator, "quick", "exports.handler = async () => null;")
    for _ in range(5):
        answer(emulator, "quick", {})
    durations = [
        float(found[1])
        for line in logged(emulator, "quick")
        if (found := re.search(r"\tDuration: ([\d.]+)", line))
    ]
    assert len(durations) == 5
    assert min(durations[1:]) < 10
