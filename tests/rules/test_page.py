"""docs/reference/rules.md is what the catalogue says; `pytest --snapshot-update` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lambda_constructs.rules.rule import CATALOGUE
from tests.rules.messages import users
from tests.rules.page import page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"


def test_page_is_current(pytestconfig: pytest.Config) -> None:
    text = page()
    if pytestconfig.getoption("update_snapshots"):
        PAGE.write_text(text)

    assert PAGE.read_text() == text


def test_every_code_is_an_anchor() -> None:
    assert sorted(re.findall(r"^### (.*)$", page(), re.MULTILINE)) == sorted(CATALOGUE)


def test_every_rule_is_used() -> None:
    assert [code for code, rule in CATALOGUE.items() if not any(users(rule))] == []
