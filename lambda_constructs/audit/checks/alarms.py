"""Alarms on Lambda's metrics: whether there is such a metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ...rules.alarm import alarm_dimensions
from ...template.targets import ALIAS, FUNCTION, VERSION, pieces
from ...template.template import Resource, Template, at, number
from ...template.values import Reference, Text, Unknown, Value
from ..findings import Findings

ALARM: Final = "AWS::CloudWatch::Alarm"
_NAMESPACE: Final = "AWS/Lambda"


def check(findings: Findings) -> None:
    """Check the dimensions of every alarm on a metric of Lambda."""
    for alarm in findings.template.of_type(ALARM):
        for location, metric in metrics(alarm):
            name, given = metric.get("MetricName"), metric.get("Dimensions")
            if metric.get("Namespace") != _NAMESPACE or not isinstance(name, str):
                continue
            dimensions = _dimensions(findings.template, given)
            if dimensions is not None:
                about, where = _referred(findings.template, given), f"{location}Dimensions"
                findings.check(alarm_dimensions, alarm, where, name, dimensions, about=about)


def metrics(alarm: Resource) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """The metrics of an alarm, with what their locations begin with: its own, or those of its expression."""
    if alarm.get("MetricName") is not None:
        yield "", alarm.properties
    for position, each in enumerate(alarm.items("Metrics")):
        metric = at(each, "MetricStat", "Metric")
        if isinstance(metric, dict):
            yield f"Metrics/{position}/MetricStat/Metric/", metric


def period_of(alarm: Resource) -> int | Unknown:
    """Seconds of an alarm's period: of the longest, if it has several metrics."""
    if alarm.get("MetricName") is not None:
        return alarm.integer("Period", default=0) or Unknown("a missing period")
    periods = [
        period
        for each in alarm.items("Metrics")
        for path in (("MetricStat", "Period"), ("Period",))
        if (period := number(at(each, *path))) is not None
    ]
    known = [int(period) for period in periods if not isinstance(period, Unknown)]
    return max(known) if known and len(known) == len(periods) else Unknown("the period of its metrics")


def _dimensions(template: Template, given: Value) -> dict[str, str] | None:
    """What is known of the values, by the names of the dimensions; None if the names are not known."""
    if given is None:
        return {}
    names = [at(each, "Name") for each in given] if isinstance(given, list) else [None]
    if not isinstance(given, list) or not all(isinstance(name, str) for name in names):
        return None
    return {str(name): _known(template, at(each, "Value")) for name, each in zip(names, given, strict=True)}


def _referred(template: Template, given: Value) -> list[Resource]:
    """The resources that the dimensions name."""
    values = [at(each, "Value") for each in given] if isinstance(given, list) else []
    named = (template.referred(piece) for value in values for piece in pieces(value))
    return [each for each in named if each is not None]


def _known(template: Template, value: Value) -> str:
    """A text with `?` for what is not known of it; a reference that is an ARN begins like one."""
    parts = value.parts if isinstance(value, Text) else (value,)
    return "".join(
        part if isinstance(part, str) else "arn:?" if _is_arn(template, part) else "?" for part in parts
    )


def _is_arn(template: Template, value: Value) -> bool:
    resource = template.referred(value)
    if resource is None or not isinstance(value, Reference) or value.segment is not None:
        return False
    by_reference = resource.type in (ALIAS, VERSION) and not value.attribute
    return by_reference or (resource.type == FUNCTION and value.attribute == "Arn")
