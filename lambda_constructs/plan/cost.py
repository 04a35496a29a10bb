"""The monthly cost of each workload before and after a deployment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..sizing.assembly import Deployed
from ..sizing.costs import workload_costs
from ..sizing.price_list import PriceList
from ..sizing.price_table import REGION
from ..sizing.prices import MonthlyCost, prices
from ..sizing.traffic import Traffic

STANDING: Final = Traffic(requests=(0.0, 0.0, 0.0), billed_ms=0.0, log_bytes=0.0)
"""No traffic: the costs that a workload has without it."""

_EXPECTED: Final = 1  # of low, expected and high traffic
_CENT: Final = 0.01


@dataclass(frozen=True, kw_only=True)
class CostChange:
    """The cost of a workload in a month; in the currency of its prices."""

    path: str  # its construct path
    before: float  # the cost before; 0 if it is new
    after: float  # the cost after; 0 if it is removed
    unknown: tuple[str, ...]  # what is missing in both, and what would make it known


def cost_changes(
    before: Iterable[Deployed],
    after: Iterable[Deployed],
    traffic: Mapping[str, Traffic] | None,
    *,
    region: str | None,
    lists: Sequence[PriceList],
) -> list[CostChange]:
    """The workloads of two apps whose cost changes; without traffic, those that cost something without it.

    The region of the prices is by default that of each stack, else us-east-1.
    """

    def costs(functions: Iterable[Deployed]) -> dict[str, MonthlyCost]:
        found = {}
        for each in functions:
            load = STANDING if traffic is None else traffic.get(each.path)
            if load is not None:
                price = prices(region or each.region or REGION, each.architecture, lists)
                found[each.path] = workload_costs(each, load, price, billed_ms=None)[_EXPECTED]
        return found

    old, new = costs(before), costs(after)
    nothing = MonthlyCost(parts={}, unknown=())
    pairs = {path: (old.get(path, nothing), new.get(path, nothing)) for path in {**old, **new}}
    return [
        CostChange(
            path=path,
            before=was.total,
            after=now.total,
            unknown=tuple(dict.fromkeys([*was.unknown, *now.unknown])),
        )
        for path, (was, now) in pairs.items()
        if not math.isclose(was.total, now.total, abs_tol=_CENT / 2)
    ]
