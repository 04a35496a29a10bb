"""The unit price behind a table of costs, and rows that do not fit it.

Cost is duration x memory x price. Power Tuning uses only a few prices, so its table shows which architecture
was measured, and a row with a wrong memory size stands out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .measurement import Measurement, Point
from .price_list import PriceList
from .price_table import REGION
from .prices import ARCHITECTURES, Prices, has_prices, prices

# USD for a millisecond of 128 MB in Power Tuning's own price table (`baseCosts` in
# terraform/module/locals.tf of https://github.com/alexcasalboni/aws-lambda-power-tuning), which rounds AWS's
# prices up: x86_64 by 0.8 %, arm64, for which it has one price only, by 2 %.
_UNIT_PRICES: Final = {"x86_64": (2.1e-9, 2.4e-9, 2.6e-9, 2.7e-9, 2.8e-9, 2.9e-9), "arm64": (1.7e-9,)}
_UNIT_MEMORY: Final = 128  # MB
# A cost that differs by more from duration x memory x price belongs to another memory size or duration.
_TOLERANCE: Final = 0.05
# Power Tuning rounds durations up to whole milliseconds: in shorter ones the rounding hides the price.
_DURATION_MINIMUM: Final = 20  # ms


@dataclass(frozen=True, kw_only=True)
class UnitPrice:
    """Facts that a table of costs shows."""

    # `x86_64` or `arm64`, whose price explains at least half of the rows. None if neither does, or if the
    # durations are too short.
    architecture: str | None
    # Memory sizes whose cost belongs to another size, each with that other size; MB
    contradictions: tuple[tuple[int, int], ...]


def unit_price(points: Sequence[Point]) -> UnitPrice:
    """Find the price that explains the rows of one run best."""
    telling = [point for point in points if point.duration_ms >= _DURATION_MINIMUM]
    known = [(name, price) for name, prices in _UNIT_PRICES.items() for price in prices]
    architecture, price = max(known, key=lambda each: _fit(telling, each[1]))
    explained = [point for point in telling if _error(point, price) <= _TOLERANCE]
    if not explained or 2 * len(explained) < len(telling):
        return UnitPrice(architecture=None, contradictions=())
    contradictions = [
        (point.memory_size, round(point.memory_size * _implied(point) / price))
        for point in telling
        if point not in explained
    ]
    return UnitPrice(architecture=architecture, contradictions=tuple(contradictions))


def price_of(
    measurement: Measurement,
    region: str | None = None,
    architecture: str | None = None,
    lists: Sequence[PriceList] = (),
) -> Prices:
    """The list prices for a measurement.

    The region is by default that of the function's ARN if its prices are known, else us-east-1; the
    architecture that of the unit price, else arm64.
    """
    measured = measurement.region
    found = architecture or unit_price(measurement.points).architecture or ARCHITECTURES[0]
    if region is None:
        region = measured if measured and has_prices(measured, found, lists) else REGION
    return prices(region, found, lists)


def _implied(point: Point) -> float:
    """USD for a millisecond of 128 MB that the row implies."""
    units = math.ceil(point.duration_ms) * point.memory_size / _UNIT_MEMORY
    return point.cost_usd / units


def _error(point: Point, price: float) -> float:
    return abs(_implied(point) / price - 1)


def _fit(points: Sequence[Point], price: float) -> tuple[int, float]:
    """How many rows a price explains, then how well."""
    errors = [_error(point, price) for point in points]
    return sum(error <= _TOLERANCE for error in errors), -sum(errors)
