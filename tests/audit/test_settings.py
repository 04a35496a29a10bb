"""How a project begins with the audit: its settings, its baseline, and what it selects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lambda_constructs.audit.command import main
from lambda_constructs.audit.settings import Settings, read_settings
from lambda_constructs.template.cfn_yaml import parse_yaml
from tests.audit.assemblies import TOO_BIG, write
from tests.audit.support import function, parameter, queue, redrive, ref, template

pytestmark = pytest.mark.usefixtures("two_rules")
ROOT = Path(__file__).parents[2]
ERROR, WARNING = "memory-size-range", "max-receive-count-low"
BOTH = template(Orders=TOO_BIG, Queue=queue(RedrivePolicy=redrive("Dead", 3)))
WRONG = (
    ("audit = 1", "audit must be a table"),
    ("[audit]\nselects = []", "there is no setting 'selects'"),
    ("[audit]\nfail_on = 'error'", "there is no setting 'fail_on'"),
    ("[audit]\nselect = 'a'", "select must be a list"),
    ("[audit]\nselect = ['stream-nothing*']", "there is no rule 'stream-nothing*'"),
    ("[audit]\nfail-on = 'note'", "use error or warning"),
    ("[audit", "not valid TOML"),
    ("[audit]\nselect = [1]", "select must contain only strings"),
    ("[audit]\nignore = [[]]", "ignore must contain only strings"),
    ("[audit]\nexclude = [1]", "exclude must contain only strings"),
    ("[audit]\nparameters = {Size = [1]}", "parameters must contain only strings, numbers and booleans"),
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with one template that has an error and a warning."""
    write(tmp_path / "orders.json", BOTH)
    monkeypatch.chdir(tmp_path)


def codes(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """The exit status, and the codes that the report counts."""
    status = main(["orders.json", *arguments])
    lines = capsys.readouterr().out.splitlines()
    return status, [line.split()[2] for line in lines if line.startswith("    1 ")]


def test_codes_are_selected_and_ignored_by_patterns(capsys: pytest.CaptureFixture[str]) -> None:
    assert codes(capsys) == (1, [ERROR, WARNING])
    assert codes(capsys, "--select", "max-*") == (0, [WARNING])
    assert codes(capsys, "--select", f"{ERROR},{WARNING}", "--ignore", "memory-*") == (0, [WARNING])
    assert main(["orders.json", "--ignore", "memory-siz"]) == 2
    assert "there is no rule 'memory-siz'" in capsys.readouterr().err


def test_settings_are_those_of_the_options_then_of_the_closest_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = "[tool.lambda-constructs.audit]\n"
    text = (
        f"{audit}fail-on = 'warning'\nignore = ['memory-*']\n"
        "parameters = {Size = 1, On = true}\nbaseline = 'b.json'"
    )
    (tmp_path / "pyproject.toml").write_text(text)
    assert read_settings(tmp_path, {}) == Settings(
        fail_on="warning",
        ignore=["memory-*"],
        parameters={"Size": "1", "On": "true"},
        baseline=tmp_path / "b.json",
    )
    assert codes(capsys, "--baseline", "known.json", "--update-baseline") == (0, [])
    inner = tmp_path / "inner"
    write(inner / "orders.json", BOTH)
    (inner / "pyproject.toml").write_text("[project]\nname = 'inner'")
    monkeypatch.chdir(inner)
    (tmp_path / "b.json").write_text('{"version": 1, "findings": []}')
    assert codes(capsys) == (1, [WARNING])
    assert codes(capsys, "--fail-on", "error") == (0, [WARNING])
    (inner / "lambda-constructs.toml").write_text("[audit]\nselect = ['memory-*']\nundecided = true")
    assert codes(capsys) == (1, [ERROR])


def test_wrong_settings_end_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text, message in WRONG:
        (tmp_path / "lambda-constructs.toml").write_text(text)
        assert main(["orders.json"]) == 2
        assert message in capsys.readouterr().err


def test_what_is_undecided_is_not_in_a_baseline(tmp_path: Path) -> None:
    late = function(MemorySize=ref("Size"))
    both = template({"Parameters": {"Size": parameter()}}, Orders=TOO_BIG, Late=late)
    write(tmp_path / "orders.json", both)

    assert main(["orders.json", "--baseline", "known.json", "--update-baseline"]) == 0
    known = json.loads((tmp_path / "known.json").read_text())["findings"]
    assert [(each["code"], each["path"]) for each in known] == [(ERROR, "Orders")]


def test_baseline_lets_only_new_findings_fail_and_names_those_that_are_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert codes(capsys, "--baseline", "known.json", "--update-baseline") == (0, [])
    assert codes(capsys, "--baseline", "known.json") == (0, [])
    write(tmp_path / "orders.json", template(Orders=function(MemorySize=30_000), New=TOO_BIG))

    assert main(["orders.json", "--baseline", "known.json"]) == 1
    printed = capsys.readouterr().out
    assert "baseline: 1 finding known" in printed
    assert "baseline: max-receive-count-low at Queue in orders.json is gone" in printed
    assert ": New Properties/MemorySize: " in printed
    entry = '{"template": [], "path": {}, "location": 1, "code": 2}'
    wrong = ("[{}]", "[1]", "null", f"[{entry}]")
    for text in (
        "{}",
        "[]",
        '{"version": 2, "findings": []}',
        *(f'{{"version": 1, "findings": {each}}}' for each in wrong),
    ):
        (tmp_path / "known.json").write_text(text)
        assert main(["orders.json", "--baseline", "known.json"]) == 2
    with pytest.raises(SystemExit, match="2"):
        main(["orders.json", "--update-baseline"])


def test_metadata_of_a_resource_or_of_the_template_accepts_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for reason, status in (("it is so", 0), ("", 1), (1, 1)):
        accepted = {"Metadata": {"lambda-constructs": {"ignore": {"memory-*": reason}}}}
        write(tmp_path / "orders.json", template(Orders={**TOO_BIG, **accepted}))
        assert codes(capsys)[0] == status
        write(tmp_path / "orders.json", template(accepted, Orders=TOO_BIG))
        assert codes(capsys)[0] == status


def test_folders_of_others_are_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("node_modules/a", ".aws-sam/build", "venv", "old"):
        write(tmp_path / folder / "orders.json", BOTH)

    assert main([".", "--exclude", "old", "--exclude", "*/other/*"]) == 1
    assert capsys.readouterr().out.startswith("1 template, 2 resources")


def test_report_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["orders.json", "missing.json", "--format", "json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert [(each["id"], each["line"], each["resource"]) for each in report["findings"]] == [
        (ERROR, 15, "Orders"),
        (WARNING, 29, "Queue"),
    ]
    assert len(report["unread"]) == 1

    assert main(["orders.json", "missing.json", "--format", "junit"]) == 2
    root = ET.fromstring(capsys.readouterr().out)  # noqa: S314 - our own
    assert [suite.get("failures") for suite in root] == ["2", "0"]
    assert [suite.get("errors") for suite in root] == ["0", "1"]
    assert root[0][0].get("name") == f"{ERROR} Orders Properties/MemorySize"
    write(Path("orders.json"), template())
    main(["orders.json", "--format", "junit"])
    assert "no findings" in capsys.readouterr().out


def test_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--explain", "secret-in-environment[A]"]) == 0
    assert "Source: https://docs.aws.amazon.com/" in capsys.readouterr().out
    assert main(["--explain", "memory-size"]) == 2
    assert "did you mean memory-size-range" in capsys.readouterr().err


def test_terminal_gets_colours_and_folded_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["orders.json"])
    printed = capsys.readouterr().out
    assert ": \033[31merror\033[0m memory-size-range" in printed
    assert max(map(len, printed.splitlines())) < 75
    monkeypatch.setenv("NO_COLOR", "")
    main(["orders.json"])
    assert "\033" not in capsys.readouterr().out


def test_hook_and_action_run_by_their_own_entry(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "lambda-constructs"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lambda_constructs "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    (hook,) = parse_yaml((ROOT / ".pre-commit-hooks.yaml").read_text())
    action = parse_yaml((ROOT / "action.yml").read_text())
    inputs = {name: each["default"] for name, each in action["inputs"].items()}
    step = action["runs"]["steps"][-1]
    given = {name: inputs[value.split(".")[1].split()[0]] for name, value in step["env"].items()}

    for script in (f"{hook['entry']} orders.json", step["run"]):
        done = subprocess.run(
            ["/bin/bash", "-c", script],
            env={**environment, **given},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (1, "")
        assert "error memory-size-range" in done.stdout
    assert json.loads((tmp_path / inputs["sarif"]).read_text())["version"] == "2.1.0"
