"""The demo as a program: how it ends when it is interrupted, or when a number is wrong."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from examples import demo
from examples.example import Example
from examples.packages import install
from examples.report import Report
from lambda_constructs_emulator.paths import ROOT

pytestmark = pytest.mark.deploy


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "finished", "said"),
    [
        pytest.param(signal.SIGTERM, "cdk bootstrap", "interrupted", id="SIGTERM while the CLI deploys"),
        pytest.param(
            signal.SIGINT, "cdk deploy OrderWorker", "cdk destroy OrderWorker", id="Ctrl-C while it runs"
        ),
    ],
)
def test_an_interrupted_demo_destroys_and_stops_what_it_started(
    number: signal.Signals, finished: str, said: str, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "examples.demo", "order_worker"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        assert process.stdout is not None
        before = []
        for line in process.stdout:
            before.append(line)
            if line.startswith(f"  {finished}"):
                break
        assert commands_naming(str(tmp_path)), "".join(before)

        process.send_signal(number)
        after = process.stdout.read()

    assert process.returncode == 130, after
    assert said in after
    assert "interrupted" in after
    assert "OK" not in after
    assert commands_naming(str(tmp_path)) == []
    assert list(tmp_path.glob("lambda-constructs-*")) == []


def test_a_wrong_number_fails_the_demo_and_says_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong(_example: Example, _report: Report) -> None:
        raise demo.DemoError("expected dead-lettered: ['a'], found: []")

    monkeypatch.setattr(demo, "run", wrong)
    monkeypatch.setattr(sys, "argv", ["demo", "order_worker"])
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    try:
        status = demo.main()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)

    assert status == 1
    assert "expected dead-lettered: ['a'], found: []" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("selected", "expected"),
    [
        pytest.param(
            ["**"], {example.stack for example in demo.EXAMPLES.values()}, id="all", marks=pytest.mark.slow
        ),
        pytest.param([], {example.stack for example in demo.EXAMPLES.values()}, id="cdk ls"),
        pytest.param(["OrderWorker"], {"OrderWorker"}, id="exclusively one"),
    ],
)
def test_the_app_makes_the_stacks_that_the_cli_wants(
    selected: list[str], expected: set[str], tmp_path: Path
) -> None:
    for example in demo.EXAMPLES.values():
        example.build()
        for handler in example.handlers:
            install(handler)
    context = json.dumps({"aws:cdk:bundling-stacks": selected})
    subprocess.run(
        [sys.executable, ROOT / "examples" / "app.py"],
        env={**os.environ, "CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(tmp_path)},
        check=True,
    )

    assert {path.name.partition(".")[0] for path in tmp_path.glob("*.template.json")} == expected


def commands_naming(text: str) -> list[str]:
    """The command lines of running processes that contain a text."""
    if sys.platform == "linux":
        commands = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            # A process may end while its entry is being read.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                commands.append(entry.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    else:
        listing_command = ["ps", "-eo", "args"]
        listing = subprocess.run(listing_command, capture_output=True, text=True, check=True)
        commands = listing.stdout.splitlines()
    return [command for command in commands if text in command]
