"""docs/reference/comparison.md is true of this library: what audit and constructs say of every mistake."""

from __future__ import annotations

import json

import aws_cdk as cdk
import pytest

from benchmarks.comparison import NOTHING, PAGE, SAM_COLUMNS, Row, answer, audited
from benchmarks.mistakes import MISTAKES, SAM_MISTAKES, Mistake

ROWS = {
    row.mistake: row
    for line in PAGE.read_text().splitlines()
    if line.startswith("| ") and len(cells := line.strip("| ").split(" | ")) == len(Row._fields)
    for row in [Row(*cells)]
}
EACH = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str] | None]:
    """What the audit finds of each mistake alone, or None where CDK raises; one synthesis is cheap."""
    outdir = tmp_path_factory.mktemp("comparison")
    app = cdk.App(outdir=str(outdir), analytics_reporting=False)
    raising = {mistake.title for number, mistake in enumerate(MISTAKES) if not both(app, number, mistake)}
    app.synth()

    def codes(name: str) -> set[str]:
        return audited(json.loads((outdir / f"{name}.template.json").read_text()))

    return {
        mistake.title: None if mistake.title in raising else codes(f"Wrong{number}") - codes(f"Right{number}")
        for number, mistake in enumerate(MISTAKES)
    }


def both(app: cdk.App, number: int, mistake: Mistake) -> bool:
    """Build a program with its mistake and without; whether CDK lets it pass."""
    mistake.plain(cdk.Stack(app, f"Right{number}"), wrong=False)
    try:
        mistake.plain(cdk.Stack(app, f"Wrong{number}"), wrong=True)
    except RuntimeError:
        return False
    return True


def test_page_has_a_row_for_each_mistake() -> None:
    assert [name for name in ROWS if not name.startswith(("mistake", "---", "**"))] == [
        mistake.title for mistake in MISTAKES
    ]


@EACH
def test_constructs_answer_what_the_page_says(mistake: Mistake) -> None:
    assert answer(mistake) == ROWS[mistake.title].constructs != NOTHING


@EACH
def test_audit_finds_what_the_page_says(mistake: Mistake, found: dict[str, set[str] | None]) -> None:
    row, codes = ROWS[mistake.title], found[mistake.title]

    assert (codes is None) == (row.cdk == "raises")
    assert ", ".join(sorted(codes or {NOTHING})) == row.audit


def test_audit_finds_in_sam_templates_what_the_page_says() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    said = {row[0]: row[-1] for row in rows if len(row) == len(SAM_COLUMNS)}

    for mistake in SAM_MISTAKES:
        codes = audited(mistake.wrong) - audited(mistake.right)
        assert ", ".join(sorted(codes or {NOTHING})) == said[mistake.title], mistake.title
