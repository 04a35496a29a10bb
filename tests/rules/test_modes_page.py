"""docs/reference/modes.md is what the matrix says; `pytest --snapshot-update` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from lambda_constructs.rules.catalogue import CATALOGUE
from lambda_constructs.rules.modes import CELLS, MODES, RUNTIMES, Cell, Mode, first_runtimes

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "modes.md"
HEAD: Final = """\
# Modes of functions: what works together

This page lists the triggers and features that a function can combine with each mode, as AWS documents them.
A test writes this page from the matrix that the constructs and the [audit](../how-to/audit.md) check.

- *no*: AWS refuses the combination, or it never works.
- *limited*: it works within the limit.
- A combination that is not in a table works, as far as AWS documents it.

The constructs create [durable functions](../how-to/durable-functions.md), SnapStart, container images and
response streaming. For other modes define the function with CDK and pass it as `function=`: the same rules
apply.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(line for mode in MODES for line in section(mode))


def section(mode: Mode) -> Iterator[str]:
    """One mode: its property, and its cells."""
    yield f"\n## {mode.name[0].upper()}{mode.name[1:]}\n\n"
    yield f"`{mode.property}` in a template.\n\n| with | works | | rule |\n|---|---|---|---|\n"
    for cell in CELLS:
        if cell.mode is mode:
            rule = f"[`{cell.rule}`](rules.md#{cell.rule})" if cell.rule else ""
            yield f"| {cell.feature} | [{cell.works}]({cell.source}) | {note(cell)} | {rule} |\n"


def note(cell: Cell) -> str:
    """The limit of a cell; the first version of each runtime that has the mode."""
    if cell.feature != RUNTIMES:
        return cell.note
    later = " and later" if any(cell.mode.runtimes.values()) else ""
    versions = f"`{first_runtimes(cell.mode).replace(', ', '`, `')}`{later}"
    return f"{versions}; {cell.note}" if cell.note else versions


def test_page_is_current(pytestconfig: pytest.Config) -> None:
    text = page()
    if pytestconfig.getoption("update_snapshots"):
        PAGE.write_text(text)

    assert PAGE.read_text() == text


def test_every_cell_has_a_source_and_is_checked_by_a_rule() -> None:
    assert [cell for cell in CELLS if not cell.source.startswith("https://docs.aws.amazon.com/")] == []
    assert {cell.rule for cell in CELLS} - {""} - CATALOGUE.keys() == set()
    assert [cell for cell in CELLS if not cell.rule and cell.works != "yes"] == []
    assert len({(cell.mode.name, cell.feature) for cell in CELLS}) == len(CELLS)
