"""Stores data points of metrics: as ministack's `record_metric` does, but many of them at once.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core import hooks, reset

_cloudwatch = hooks.module("services.cloudwatch")
_responses = hooks.module("core.responses")
_metrics: Any = hooks.attribute(_cloudwatch, "_metrics")
_key: Callable[[Mapping[str, str]], str] = hooks.attribute(_cloudwatch, "_dims_key")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

Points = list[Mapping[str, object]]


def record(
    namespace: str, sets: Sequence[Mapping[str, str]], values: Sequence[tuple[str, float, str]]
) -> None:
    """Store values with the current time, once for each set of dimensions.

    Args:
        namespace: such as AWS/Lambda.
        sets: sets of dimensions.
        values: name, value and unit.
    """
    now, frozen = time.time(), tuple([tuple(dimensions.items()) for dimensions in sets])
    stored = _stored(
        _account(), _region(), namespace, frozen, tuple([name for name, _value, _unit in values])
    )
    for (_name, value, unit), by_set in zip(values, stored, strict=True):
        point = {"Timestamp": now, "Value": float(value), "Unit": unit}
        for dimensions, points in zip(sets, by_set, strict=True):
            # ministack reads the dimensions of the first point only.
            points.append(point if points else {**point, "Dimensions": dimensions})


@functools.lru_cache(maxsize=4096)
def _stored(
    account: str,
    region: str,
    namespace: str,
    sets: tuple[tuple[tuple[str, str], ...], ...],
    names: tuple[str, ...],
) -> list[list[Points]]:
    """The lists in which ministack keeps the points of each metric, for each set of dimensions."""
    keys = [_key(dict(dimensions)) for dimensions in sets]
    return [[_points(account, region, (namespace, name, key)) for key in keys] for name in names]


def _points(account: str, region: str, key: tuple[str, str, str]) -> Points:
    points: Points | None = _metrics.get_scoped(account, region, key)
    if points is None:
        points = []
        _metrics.set_scoped(account, region, key, points)
    return points


reset.on_reset(_stored.cache_clear)
