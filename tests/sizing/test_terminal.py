"""What the commands print: JSON for programs, and nothing that a terminal obeys, in any locale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_constructs.sizing.cli import COMMANDS, main
from tests.sizing.support import DATA, EXAMPLE, execution, output, rows

TUNING, PROFILE = str(EXAMPLE / "orders.tuning.json"), str(EXAMPLE / "orders.profile.json")
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
ASSEMBLY = str(DATA / "assembly")
ANSWERS = {
    "collect": ("collect", "orders", "--print", "--log-group", "Shop-Orders"),
    "profile": ("profile", PROFILE),
    "recommend": ("recommend", TUNING, "--profile", PROFILE),
    "compare": ("compare", TUNING, str(DATA / "orders.later.tuning.json")),
    "plan": ("plan", ARN),
    "capacity": ("capacity", "queue", "--messages-per-second", "9", "--duration-ms", "9"),
    "report": ("report", ASSEMBLY, "--measurements", str(EXAMPLE)),
    "cost": ("cost", ASSEMBLY, "--traffic", str(DATA / "traffic.json")),
}


def test_every_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert ANSWERS.keys() == COMMANDS.keys()
    for name, arguments in ANSWERS.items():
        at = 2 if name == "capacity" else 1
        for placed in ([*arguments, "--json"], [*arguments[:at], "--json", *arguments[at:]]):
            assert main(placed) == 0
            printed = capsys.readouterr().out
            assert printed.isascii()
            assert isinstance(json.loads(printed), dict), name


def test_names_from_files_cannot_control_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "tuning.json"
    path.write_text(
        json.dumps({**output(rows({128: 500.0, 512: 150.0})), "functionName": "\x1b]0;own\x07\x9b2J"})
    )
    for arguments in (("recommend", str(path)), ("compare", str(path), TUNING), ("recommend", "\x1b[2J")):
        main(arguments)
        printed = capsys.readouterr()
        for text in (printed.out, printed.err):
            assert all(letter == "\n" or letter.isprintable() for letter in text)
    main(("recommend", str(path)))
    assert "\\x1b]0;own\\x07\\x9b2J: 2 sizes" in capsys.readouterr().out


def test_locale_without_unicode_and_names_that_are_not_text_cause_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "tuning.json"
    arn = f"{ARN}-\ud800-\u00fc"
    path.write_text(json.dumps(execution(rows({128: 500.0, 512: 150.0}), lambdaARN=arn)))
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    chart = tmp_path / "chart.svg"
    command = (
        sys.executable,
        "-m",
        "lambda_constructs",
        "sizing",
        "recommend",
        str(path),
        "--chart",
        str(chart),
    )

    done = subprocess.run(command, capture_output=True, check=False, env=environment)

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"orders-\\ud800-\\xfc: 2 sizes")
    assert "orders-" in chart.read_text("utf-8")
