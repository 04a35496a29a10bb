"""The pages about the audit are true: their commands print what they show, for the files that they show."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from lambda_constructs.__main__ import main
from lambda_constructs.template.cfn_yaml import parse_yaml
from tests.audit.assemblies import write_manifest, write_stack

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "how-to" / "audit.md").read_text()
IN_CI = (ROOT / "docs" / "how-to" / "audit-in-ci.md").read_text()
PROGRAM = "$ lambda-constructs "


def blocks(language: str, text: str = DOCS) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The template and the ignore file of the page, and the template as the one of an app."""
    (template, _), (_, ignore) = blocks("yaml"), blocks("toml")
    (tmp_path / "orders.yaml").write_text(template)
    (tmp_path / "ignore.toml").write_text(ignore)
    assembly = tmp_path / "cdk.out"
    write_manifest(assembly, {"Orders": write_stack(assembly, "Orders", parse_yaml(template), {})})
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "block", blocks("console") + blocks("console", IN_CI), ids=lambda block: "-".join(block.split()[3:6])
)
def test_command_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str], block: str) -> None:
    lines = block.splitlines()
    (command,) = (line.removeprefix(PROGRAM) for line in lines if line.startswith(PROGRAM))
    shown = [line for line in lines if not line.startswith("$")]

    main(shlex.split(command))

    # The page folds what is longer than its lines.
    assert capsys.readouterr().out.split() == " ".join(shown).split()


def test_page_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["audit", "--help"])

    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert options == set(re.findall(r"^\| `(--[a-z-]+)", DOCS, re.MULTILINE))
