"""docs/reference/prices.md is what the table knows; `pytest --snapshot-update` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_constructs.sizing.price_table import GROUPS, UNKNOWN, listed

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "prices.md"
COLUMNS = {
    "x86_64": "x86_64",
    "arm64": "arm64",
    "provisioned": "configured x86_64",
    "storage": "storage",
    "SnapStart": "cached",
    "queues": "queue",
    "FIFO queues": "fifo queue",
    "logs": "log ingestion",
    "alarms": "alarm",
}
HEAD = """# Regions with prices

The commands of [sizing](../how-to/app-sizes-and-costs.md#prices) have a table of AWS's list prices. Each one
is from AWS's price list, the price file of the AWS Pricing Calculator, or AWS's own pages, on the date below.
A price that they do not state is unknown: the commands say so, and `--prices` takes AWS's price list.

The prices of `cn-northwest-1` are in CNY, and the table has its price of x86_64 in four digits. The prices of
provisioned arm64 outside of `us-east-1` are a fifth below those of x86_64, which is an assumption.
"""


def written() -> Iterator[str]:
    yield HEAD
    yield f"| region | {' | '.join(COLUMNS)} |"
    yield "|---" * (1 + len(COLUMNS)) + "|"
    for region in sorted({*UNKNOWN, *(region for group in GROUPS for region in group.regions)}):
        known = listed(region)
        dates = (known[name][1] if name in known else "unknown" for name in COLUMNS.values())
        yield f"| {region} | {' | '.join(dates)} |"
    yield ""


def test_page_is_up_to_date(pytestconfig: pytest.Config) -> None:
    page = "\n".join(written())
    if pytestconfig.getoption("update_snapshots"):
        PAGE.write_text(page)

    assert PAGE.read_text() == page
