"""Computes the data points of an alarm from the metrics that ministack stored.

A metric is its namespace, its name and exactly its dimensions, as on AWS: a metric with one dimension
more is another metric.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..core import clock, hooks
from . import metric_math
from .metric_math import Point, Series

Alarm = Mapping[str, Any]
"""The record of an alarm in ministack: the members of `PutMetricAlarm`, and its state."""

_cloudwatch = hooks.module("services.cloudwatch")
_metrics: Any = hooks.attribute(_cloudwatch, "_metrics")
_dimensions: Callable[[Sequence[Mapping[str, str]]], dict[str, str]] = hooks.attribute(
    _cloudwatch, "_dims_from_list"
)
_key_of: Callable[[Mapping[str, str]], str] = hooks.attribute(_cloudwatch, "_dims_key")
_statistics: Callable[[Sequence[Any]], dict[str, float]] = hooks.attribute(_cloudwatch, "_calc_stats")
_statistic_of: Callable[[Mapping[str, float], str, Sequence[Any]], Point] = hooks.attribute(
    _cloudwatch, "_stat_value"
)

_DEFAULT_PERIOD: Final = 60
_OUT_OF_ORDER: Final = 100  # more than the threads that store at once
_STATISTIC: Final = re.compile(r"SampleCount|Average|Sum|Minimum|Maximum|p\d{1,2}(\.\d+)?|p100")


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric and the statistic over it."""

    namespace: str
    name: str
    dimensions: str
    statistic: str
    unit: str | None

    def points(self, start: float, width: float, count: int) -> Series:
        """The statistic of each of `count` windows of that width, the first one from `start`."""
        windows: list[list[Any]] = [[] for _ in range(count)]
        for stored in _newest(_metrics.get((self.namespace, self.name, self.dimensions), ()), start):
            index = int((stored["Timestamp"] - start) // width)
            if 0 <= index < count and self.unit in {None, stored["Unit"]}:
                windows[index].append(stored)
        return [self._of(window) for window in windows]

    def _of(self, window: Sequence[Any]) -> Point:
        statistics = _statistics(window)
        return _statistic_of(statistics, self.statistic, window) if statistics else None


def _newest(stored: Sequence[Any], start: float) -> Iterator[Any]:
    """The data points since a time, without reading the earlier ones of a long run.

    Points come nearly in the order of their times; only PutMetricData may bring older ones late.
    """
    older = 0
    for point in reversed(stored):
        if point["Timestamp"] >= start:
            older = 0
            yield point
        elif (older := older + 1) > _OUT_OF_ORDER:
            return


def period(alarm: Alarm) -> int:
    """Seconds, on AWS, of one data point of an alarm."""
    queries = alarm.get("Metrics") or ()
    stated = [query["MetricStat"]["Period"] for query in queries if "MetricStat" in query]
    stated += [query["Period"] for query in queries if query.get("Period")]
    return int(max(stated, default=alarm.get("Period") or _DEFAULT_PERIOD))


def points(alarm: Alarm, now: float, count: int) -> Series:
    """The newest data points of an alarm in its account and region, the oldest first."""
    width = clock.here(period(alarm))
    start = now - width * count
    queries = alarm.get("Metrics")
    if not queries:
        return _single(alarm).points(start, width, count)
    by_id = {query["Id"]: query for query in queries}
    known: dict[str, Series] = {}

    def resolve(identifier: str) -> Series:
        if identifier not in known:
            query = by_id[identifier]
            if "MetricStat" in query:
                known[identifier] = _queried(query["MetricStat"]).points(start, width, count)
            else:
                operands = {name: resolve(name) for name in metric_math.names(query["Expression"])}
                known[identifier] = metric_math.evaluate(query["Expression"], operands, count)
        return known[identifier]

    return resolve(_returned(queries))


def check(alarm: Alarm) -> None:
    """Refuse what cannot be evaluated here, rather than never raise the alarm.

    Raises:
        ValueError: says what it is.
    """
    queries = alarm.get("Metrics")
    if not queries:
        _check_statistic(alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average")
        return
    _returned(queries)
    known = {query["Id"] for query in queries}
    for query in queries:
        if "MetricStat" in query:
            _check_statistic(query["MetricStat"]["Stat"])
        else:
            _check_expression(query["Expression"], known)
    _check_cycles(queries)


def _check_expression(expression: str, known: set[str]) -> None:
    unknown = metric_math.names(expression) - known
    if unknown:
        raise ValueError(f"The expression {expression!r} refers to undefined ids: {sorted(unknown)}")
    metric_math.evaluate(expression, {name: [1.0] for name in metric_math.names(expression)}, 1)


def _check_cycles(queries: Sequence[Mapping[str, Any]]) -> None:
    uses = {query["Id"]: metric_math.names(query.get("Expression", "0")) for query in queries}
    while uses:
        resolvable = {identifier for identifier, operands in uses.items() if not operands & uses.keys()}
        if not resolvable:
            raise ValueError(f"The expressions {sorted(uses)} refer to each other")
        uses = {identifier: operands for identifier, operands in uses.items() if identifier not in resolvable}


def _check_statistic(statistic: str) -> None:
    if not _STATISTIC.fullmatch(statistic):
        raise ValueError(f"The emulator does not evaluate alarms on the statistic {statistic}")


def _returned(queries: Sequence[Mapping[str, Any]]) -> str:
    """The id of the one query that the alarm watches."""
    watched: list[str] = [query["Id"] for query in queries if query.get("ReturnData", True)]
    if len(watched) != 1:
        raise ValueError("Exactly one element of the metrics list should return data")
    return watched[0]


def _single(alarm: Alarm) -> Metric:
    return Metric(
        namespace=alarm["Namespace"],
        name=alarm["MetricName"],
        dimensions=_key_of(_dimensions(alarm.get("Dimensions") or ())),
        statistic=alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average",
        unit=alarm.get("Unit") or None,
    )


def _queried(stat: Mapping[str, Any]) -> Metric:
    metric = stat["Metric"]
    return Metric(
        namespace=metric["Namespace"],
        name=metric["MetricName"],
        dimensions=_key_of(_dimensions(metric.get("Dimensions") or ())),
        statistic=stat["Stat"],
        unit=stat.get("Unit") or None,
    )
