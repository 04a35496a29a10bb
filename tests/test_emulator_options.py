"""Which workloads and options the emulator accepts: docs/reference/emulator-options.md.

`pytest --snapshot-update` writes the tables anew: the one of workloads from the templates of the snapshots,
the one of options from the templates of the page on changes, which takes minutes and is slow.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pytest

from lambda_constructs_emulator.preflight import Stack, preflight
from tests.changes.test_changes import pairs
from tests.support import ROOT

PAGE: Final = ROOT / "docs" / "reference" / "emulator-options.md"
SNAPSHOTS: Final = ROOT / "tests" / "snapshots" / "__snapshots__" / "test_snapshots"
ACCOUNT: Final = "123456789012"  # of the ARNs in our templates
Refused = tuple[str, ...]


def refused(template: Mapping[str, Any]) -> Refused:
    """What of a template the emulator refuses, by name; the ARN of a layer is too long for a table."""
    found = preflight(Stack(name="Shop", path="Shop", templates=(template,)), account=ACCOUNT)
    return tuple(sorted({re.sub(r"arn:.*:layer:", "", each.what) for each in found}))


def table(head: str, rows: Iterable[tuple[str, Refused]]) -> str:
    """A row for each, with what is refused."""
    lines = [f"| {name} | {', '.join(f'`{each}`' for each in what) or 'yes'} |" for name, what in rows]
    return "\n".join([f"| {head} | accepted, or what is refused |", "|---|---|", *lines])


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
    rows = [(name.replace("_", " "), refused(template)) for name, template in templates.items()]

    compare(pytestconfig, "workloads", table("stack of our snapshots", rows))


@pytest.mark.slow
def test_the_table_of_options_is_current(pytestconfig: pytest.Config) -> None:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each, templates in pairs():
        of, _, name = each.option.rpartition(".")
        key = (of or each.kind.__name__, name)
        found[key] |= {what for template in templates for what in refused({"Resources": template})}
    rows = [(f"`{of}.{name}`", tuple(sorted(what))) for (of, name), what in sorted(found.items())]

    compare(pytestconfig, "options", table("option", rows))
