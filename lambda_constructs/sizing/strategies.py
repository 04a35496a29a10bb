"""Ways to choose among measured sizes; the first three are Power Tuning's own (its lambda/analyzer.js)."""

from __future__ import annotations

from collections.abc import Sequence

from .measurement import Point


def cheapest(points: Sequence[Point]) -> Point:
    """The least cost; of equal ones the fastest."""
    return min(points, key=lambda point: (point.cost_usd, point.duration_ms))


def fastest(points: Sequence[Point]) -> Point:
    """The least duration; of equal ones the cheapest."""
    return min(points, key=lambda point: (point.duration_ms, point.cost_usd))


def balanced(points: Sequence[Point], weight: float) -> Point:
    """The least weighted sum of cost and duration, each as a share of its maximum; of equal ones the first.

    The choice depends on sizes that nobody would choose: a slower or dearer one changes the shares.

    Args:
        points: Measured sizes.
        weight: Weight of cost; 0 (the fastest) to 1 (the cheapest).
    """
    dearest = max(point.cost_usd for point in points)
    slowest = max(point.duration_ms for point in points)
    return min(
        points,
        key=lambda point: weight * point.cost_usd / dearest + (1 - weight) * point.duration_ms / slowest,
    )


def fastest_within(points: Sequence[Point], max_extra_cost: float) -> Point:
    """The fastest one that costs at most so much more than the cheapest.

    Args:
        points: Measured sizes.
        max_extra_cost: Share of the least cost; 0.25 is a quarter more.
    """
    limit = cheapest(points).cost_usd * (1 + max_extra_cost)
    return fastest([point for point in points if point.cost_usd <= limit])
