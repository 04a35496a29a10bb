"""CloudWatch alarms: the metrics and the periods that they evaluate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from .template import Resource, Template, number, value_at
from .values import Unknown, Value
from .views import items_view

ALARM: Final = "AWS::CloudWatch::Alarm"
COMPOSITE_ALARM: Final = "AWS::CloudWatch::CompositeAlarm"


def metrics(alarm: Resource) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """The metrics of an alarm, each with its location: one metric, or those of a math expression."""
    if alarm.get("MetricName") is not None:
        yield "", alarm.properties
    for position, each in enumerate(alarm.items("Metrics")):
        metric = value_at(each, "MetricStat", "Metric")
        if isinstance(metric, dict):
            yield f"Metrics/{position}/MetricStat/Metric/", metric


def metrics_of(
    template: Template, namespace: str
) -> Iterator[tuple[Resource, str, Mapping[str, Value], str]]:
    """The metrics of alarms in a namespace whose names are known: alarm, location, metric and name."""
    for alarm, location, metric in _metrics(template):
        name = metric.get("MetricName")
        if metric.get("Namespace") == namespace and isinstance(name, str):
            yield alarm, location, metric, name


@items_view
def _metrics(template: Template) -> Iterator[tuple[Resource, str, Mapping[str, Value]]]:
    """The metrics of all alarms."""
    for alarm in template.of_type(ALARM):
        for location, metric in metrics(alarm):
            yield alarm, location, metric


def period_of(alarm: Resource) -> int | Unknown:
    """Seconds of an alarm's period: the longest one, if it has several metrics."""
    if alarm.get("MetricName") is not None:
        return alarm.integer("Period", default=0) or Unknown("a missing period")
    periods = [
        period
        for each in alarm.items("Metrics")
        for path in (("MetricStat", "Period"), ("Period",))
        if (period := number(value_at(each, *path))) is not None
    ]
    known = [int(period) for period in periods if not isinstance(period, Unknown)]
    return max(known) if known and len(known) == len(periods) else Unknown("the period of its metrics")


def datapoints_of(alarm: Resource) -> int | Unknown:
    """How many breaching periods an alarm needs before it fires."""
    needed = "EvaluationPeriods" if alarm.get("DatapointsToAlarm") is None else "DatapointsToAlarm"
    return alarm.integer(needed, default=1)
