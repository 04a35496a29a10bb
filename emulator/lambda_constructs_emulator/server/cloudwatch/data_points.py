"""Stores data points of metrics: as ministack's `record_metric` does, but many of them at once.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..core import hooks

_cloudwatch = hooks.module("services.cloudwatch")
_responses = hooks.module("core.responses")
_metrics: Any = hooks.attribute(_cloudwatch, "_metrics")
_key: Callable[[Mapping[str, str]], str] = hooks.attribute(_cloudwatch, "_dims_key")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")


def record(
    namespace: str, sets: Sequence[Mapping[str, str]], values: Iterable[tuple[str, float, str]]
) -> None:
    """Store values with the current time, once for each set of dimensions.

    Args:
        namespace: such as AWS/Lambda.
        sets: sets of dimensions.
        values: name, value and unit.
    """
    account, region, now = _account(), _region(), time.time()
    keyed = [(dimensions, _key(dimensions)) for dimensions in sets]
    for name, value, unit in values:
        for dimensions, key in keyed:
            point = {"Timestamp": now, "Value": float(value), "Unit": unit, "Dimensions": dimensions}
            points = _metrics.get_scoped(account, region, (namespace, name, key))
            if points is None:
                points = []
                _metrics.set_scoped(account, region, (namespace, name, key), points)
            points.append(point)
