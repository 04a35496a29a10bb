"""Deploys each option of each workload to the emulator, and reads back what it creates and changes.

The templates are those of docs/reference/changes.md. `pytest --snapshot-update` writes the table of options
in docs/reference/emulator-options.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import pytest

from lambda_constructs_emulator.process import Emulator
from tests.changes.test_changes import Pair, pairs
from tests.deploy.options.comparison import missing
from tests.deploy.options.stacks import ACCOUNT, REGION, Shop, changes
from tests.test_emulator_options import compare, refused, table

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

# A canary of five minutes takes a third of a second.
TIME_SCALE: Final = 0.001


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """A stack on an emulator with the account and the region of our templates."""
    with Emulator(time_scale=TIME_SCALE, account=ACCOUNT, region=REGION) as emulator:
        yield Shop(emulator)


def refused_resources(pair: Pair) -> tuple[str, ...]:
    """What of both templates the preflight refuses."""
    return tuple(sorted({what for each in pair for what in refused({"Resources": each})}))


def test_every_option_is_deployed_as_described_or_refused_by_name(
    shop: Shop, pytestconfig: pytest.Config
) -> None:
    wrong, rows = [], defaultdict[str, set[str]](set)
    for each, (before, after) in pairs():
        of, _, name = each.option.rpartition(".")
        row = f"`{of or each.kind.__name__}.{name}`"
        if what := refused({"Resources": after}):
            rows[row] |= {f"refused: `{each}`" for each in what}
            continue
        failed = [*shop.deploy(after)] or [*shop.missing(before, after)]
        wrong += [(each.kind.__name__, each.option, why) for why in failed]
        stored = {name for change in changes(before, after) for name in change.stored}
        rows[row] |= {"deployed", *(f"stored: `{each}`" for each in stored)}
        shop.forget()

    assert wrong == []
    found = [(name, ", ".join(sorted(results))) for name, results in sorted(rows.items())]
    compare(pytestconfig, "options", table("option", "on the emulator", found))


def test_every_change_of_an_option_is_deployed(shop: Shop) -> None:
    wrong = []
    for each, (before, after) in pairs():
        if not refused_resources((before, after)) and changes(before, after):
            failed = [*shop.deploy(before)] or [*shop.deploy(after)] or [*shop.missing(before, after)]
            wrong += [(each.kind.__name__, each.option, why) for why in failed]
            shop.forget()

    assert wrong == []


def test_what_a_service_does_not_return_is_missing() -> None:
    wanted = {"Name": "a", "Limit": 5, "Rules": [{"Id": 1}, {"Id": 2}], "On": True}

    assert [
        *missing(wanted, {"name": "a", "limit": "5", "rules": [{"id": 2}, {"id": 1}], "on": "true"}, "")
    ] == []
    for changed in (
        {"name": "b"},
        {"limit": 6},
        {"rules": [{"id": 1}]},
        {"rules": [{"id": 1}] * 3},
        {"on": None},
    ):
        found = {"name": "a", "limit": 5, "rules": [{"id": 1}, {"id": 2}], "on": True, **changed}
        assert [*missing(wanted, found, "")] != [], changed
