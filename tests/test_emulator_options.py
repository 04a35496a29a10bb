"""Which workloads the emulator accepts: the first table of docs/reference/emulator-options.md.

`pytest --snapshot-update` writes it anew. tests/deploy/test_options.py writes the table of options.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pytest

from lambda_constructs_emulator.preflight import Stack, preflight
from tests.support import ROOT

PAGE: Final = ROOT / "docs" / "reference" / "emulator-options.md"
SNAPSHOTS: Final = ROOT / "tests" / "snapshots" / "__snapshots__" / "test_snapshots"
ACCOUNT: Final = "123456789012"  # of the ARNs in our templates
Refused = tuple[str, ...]


def refused(template: Mapping[str, Any]) -> Refused:
    """What of a template the emulator refuses, by name; the ARN of a layer is too long for a table."""
    found = preflight(Stack(name="Shop", path="Shop", templates=(template,)), account=ACCOUNT)
    return tuple(sorted({re.sub(r"arn:.*:layer:", "", each.what) for each in found}))


def table(head: str, found: str, rows: Iterable[tuple[str, str]]) -> str:
    """A row for each, with what was found."""
    return "\n".join([f"| {head} | {found} |", "|---|---|", *(f"| {name} | {what} |" for name, what in rows)])


def compare(pytestconfig: pytest.Config, mark: str, expected: str) -> None:
    """Compare a table of the page with what it must be, or write it."""
    start, end = f"<!-- {mark} -->\n", f"\n<!-- end of {mark} -->"
    before, _, rest = PAGE.read_text().partition(start)
    found, _, after = rest.partition(end)
    if pytestconfig.getoption("update_snapshots"):
        PAGE.write_text(f"{before}{start}{expected}{end}{after}")
        return
    assert found == expected


def test_the_table_of_workloads_is_current(pytestconfig: pytest.Config) -> None:
    templates = {
        file.name.partition("[")[2].removesuffix("].json"): json.loads(file.read_text())
        for file in sorted(SNAPSHOTS.glob("test_template*.json"))
    }
    rows = [
        (name.replace("_", " "), ", ".join(f"`{each}`" for each in refused(template)) or "yes")
        for name, template in templates.items()
    ]

    compare(pytestconfig, "workloads", table("stack of our snapshots", "accepted, or what is refused", rows))
