"""What a table of costs reveals: the price behind it, and rows that do not belong to it.

Cost is duration x memory x price. Power Tuning knows few prices, so its table tells the architecture that was
measured, and a row with a wrong label stands out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from . import defaults, limits
from .measurement import Point


@dataclass(frozen=True, kw_only=True)
class UnitPrice:
    """What a table reveals.

    Attributes:
        architecture: `x86_64` or `arm64`, whose price explains at least half of the rows; None if there is
            none, or if the durations are too short to tell.
        contradictions: Sizes whose cost belongs to another size, each with that; MB.
    """

    architecture: str | None
    contradictions: tuple[tuple[int, int], ...]


def unit_price(points: Sequence[Point]) -> UnitPrice:
    """Find the price that explains a table best.

    Args:
        points: Rows of one run.

    Returns:
        What they reveal.
    """
    telling = [point for point in points if point.duration_ms >= defaults.UNIT_PRICE_DURATION_MINIMUM]
    known = [(name, price) for name, prices in limits.TUNING_UNIT_PRICES.items() for price in prices]
    architecture, price = max(known, key=lambda each: _fit(telling, each[1]))
    explained = [point for point in telling if _error(point, price) <= defaults.UNIT_PRICE_TOLERANCE]
    if not explained or 2 * len(explained) < len(telling):
        return UnitPrice(architecture=None, contradictions=())
    contradictions = [
        (point.memory_size, round(point.memory_size * _implied(point) / price))
        for point in telling
        if point not in explained
    ]
    return UnitPrice(architecture=architecture, contradictions=tuple(contradictions))


def _implied(point: Point) -> float:
    """USD for a millisecond of the least memory."""
    units = math.ceil(point.duration_ms) * point.memory_size / limits.TUNING_UNIT_MEMORY
    return point.cost_usd / units


def _error(point: Point, price: float) -> float:
    return abs(_implied(point) / price - 1)


def _fit(points: Sequence[Point], price: float) -> tuple[int, float]:
    """How many rows a price explains, then how well."""
    errors = [_error(point, price) for point in points]
    return sum(error <= defaults.UNIT_PRICE_TOLERANCE for error in errors), -sum(errors)
