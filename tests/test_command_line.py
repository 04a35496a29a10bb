"""The one command line: it finds the subcommands, imports only what they need, and ends cleanly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_constructs.__main__ import SUBCOMMANDS, main
from lambda_constructs.version import __version__
from tests.audit.assemblies import TOO_BIG, write
from tests.audit.support import template

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
PROGRAM = (sys.executable, "-m", "lambda_constructs")
# Runs a command line, then prints which modules of others and of the subcommands it has imported.
IMPORTS = """
import sys
from lambda_constructs.__main__ import SUBCOMMANDS, main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
others = {"aws_cdk", "boto3", "constructs", "jsii"} & {name.partition(".")[0] for name in sys.modules}
own = {name for name, (module, _) in SUBCOMMANDS.items() if f"lambda_constructs{module}" in sys.modules}
print(sorted(others | own), file=sys.stderr)
"""


def test_help_lists_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])

    text = " ".join(capsys.readouterr().out.split())
    assert stopped.value.code == 0
    assert text.startswith("usage: lambda-constructs ")
    assert all(f"{name} {summary}" in text for name, (_, summary) in SUBCOMMANDS.items())
    assert "Exit status: that of the subcommand" in text


def test_every_subcommand_has_its_own_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in SUBCOMMANDS:
        with pytest.raises(SystemExit) as stopped:
            main([name, "--help"])

        assert stopped.value.code == 0
        assert capsys.readouterr().out.startswith("usage: ")


def test_ctrl_c_ends_every_subcommand_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lambda_constructs.__main__.import_module", interrupted)
    assert main(["ops"]) == 130
    assert "interrupted; run the command again" in capsys.readouterr().err


def test_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])

    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"lambda-constructs {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [[], ["audits"], ["--quiet"], ["audit"], ["audit", "--quiet", "x.json"]]
)
def test_wrong_arguments_end_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert stopped.value.code == 2


def test_runs_the_subcommand_with_its_arguments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(write(tmp_path / "orders.json", template()))]) == 0
    assert capsys.readouterr().out == "1 template, 0 resources: 0 errors, 0 warnings, 0 ignored\n"
    assert main(["sizing", "plan", ARN]) == 0
    assert '"lambdaARN"' in capsys.readouterr().out


def test_exit_status_is_that_of_the_subcommand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "orders.json", template(Orders=TOO_BIG))

    done = subprocess.run([*PROGRAM, "audit", str(file)], capture_output=True, text=True, check=False)

    assert main(["audit", str(file)]) == done.returncode == 1
    assert capsys.readouterr().out == done.stdout
    assert "error memory-size-range: Orders Properties/MemorySize" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "imported"),
    [
        (["--help"], []),
        (["audit", "--help"], ["audit"]),
        (["sizing", "--help"], ["sizing"]),
        (["packaging", "--help"], ["packaging"]),
    ],
)
def test_imports_only_what_the_subcommand_needs(arguments: list[str], imported: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, *arguments], capture_output=True, text=True, check=True
    )

    assert done.stderr == f"{imported}\n"


def test_reader_that_stops_early_gets_no_traceback(tmp_path: Path) -> None:
    large = template(**{f"Orders{number}": TOO_BIG for number in range(500)})
    audit = ["audit", str(write(tmp_path / "orders.json", large))]
    # argparse swallows what goes wrong when it prints, so an unbuffered help is not here.
    for arguments, unbuffered in ((["--help"], ""), (["sizing", "plan", ARN], ""), (audit, ""), (audit, "1")):
        reader, writer = os.pipe()
        os.close(reader)

        done = subprocess.run(
            [*PROGRAM, *arguments],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )
        os.close(writer)

        assert (done.returncode, done.stderr) == (141, "")


def test_name_that_the_output_cannot_encode_is_escaped(tmp_path: Path) -> None:
    file = write(tmp_path / "orders.json", template(Café=TOO_BIG))
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    done = subprocess.run(
        [*PROGRAM, "audit", str(file)], capture_output=True, text=True, check=False, env=environment
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert "memory-size-range: Caf\\xe9 Properties" in done.stdout


def test_output_that_is_full_or_closed_gives_no_traceback() -> None:
    command = ["/dev/full", *PROGRAM, "sizing", "plan", ARN]
    for redirected, expected in (
        (">$0", (1, "error: [Errno 28] No space left on device\n")),
        ("<&- >&-", (0, "")),
    ):
        shell = ["/bin/sh", "-c", f'"$@" {redirected}', *command]
        done = subprocess.run(shell, capture_output=True, text=True, check=False)

        assert (done.returncode, done.stderr) == expected
