"""Strategies that choose one of the measured sizes.

The first three are those of Lambda Power Tuning (its lambda/analyzer.js).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .measurement import Point


def cheapest(points: Sequence[Point]) -> Point:
    """The lowest cost; if several sizes cost the same, the fastest of them."""
    return min(points, key=lambda point: (point.cost_usd, point.duration_ms))


def fastest(points: Sequence[Point]) -> Point:
    """The shortest duration; if several sizes take the same time, the cheapest of them."""
    return min(points, key=lambda point: (point.duration_ms, point.cost_usd))


def balanced(points: Sequence[Point], weight: float) -> Point:
    """The lowest weighted sum of cost and duration, each as a share of its maximum; 1 is the cheapest.

    The choice depends on sizes that you would not choose: a slower or more expensive size changes the shares.
    """
    highest_cost = max(point.cost_usd for point in points)
    slowest = max(point.duration_ms for point in points)
    return min(
        points,
        key=lambda point: weight * point.cost_usd / highest_cost + (1 - weight) * point.duration_ms / slowest,
    )


def fastest_within(points: Sequence[Point], max_extra_cost: float, bill: Callable[[Point], float]) -> Point:
    """The fastest size whose bill is above the lowest one by at most a share, such as 0.25."""
    limit = min(map(bill, points)) * (1 + max_extra_cost)
    return fastest([point for point in points if bill(point) <= limit])
