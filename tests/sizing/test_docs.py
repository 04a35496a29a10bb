"""The pages on sizing tell the truth: their commands print what they show, and they name every warning."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from lambda_constructs.__main__ import main
from lambda_constructs.rules.rule import CATALOGUE
from lambda_constructs.sizing import rules
from lambda_constructs.sizing.cli import COMMANDS

PAGES = ("how-to/sizing.md", "how-to/app-sizes-and-costs.md", "tutorial/measured-size.md")
DOCS = "\n".join((Path(__file__).parents[2] / "docs" / page).read_text() for page in PAGES)
PROGRAM = "$ lambda-constructs "


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("measured_files")
def test_commands_print_what_the_pages_show(capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks("console"):
        command, _, shown = block.partition("\n")
        assert command.startswith(PROGRAM)

        assert main(shlex.split(command.removeprefix(PROGRAM))) == 0, command

        assert capsys.readouterr().out == shown


def test_page_shows_every_command() -> None:
    shown = {block.split()[3] for block in blocks("console")}

    assert shown == COMMANDS.keys()


def test_page_names_every_warning_and_no_other() -> None:
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", DOCS, re.MULTILINE))

    assert rows == {
        code
        for code, rule in CATALOGUE.items()
        if rule.severity == "warning" and rule.check.__module__.startswith(rules.__name__)
    }


def test_page_says_that_nothing_was_measured_on_aws() -> None:
    assert "**Nothing in this project was measured on AWS.**" in DOCS
