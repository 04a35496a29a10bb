"""docs/reference/emulator.md is what the tests show; `pytest --snapshot-update` writes it anew."""

from pathlib import Path

import pytest

from emulator.tests.fidelity import page, rows

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "emulator.md"


def test_the_page_is_current(pytestconfig: pytest.Config) -> None:
    text = page()
    if pytestconfig.getoption("update_snapshots"):
        PAGE.write_text(text)

    assert PAGE.read_text() == text


def test_every_row_names_a_page_of_aws() -> None:
    assert [row for row in rows() if not row.source.startswith("https://docs.aws.amazon.com/")] == []
