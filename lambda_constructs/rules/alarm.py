"""Rules for CloudWatch alarms on metrics of Lambda."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ..template.alarms import metrics_of
from ..template.targets import ALIAS, FUNCTION, VERSION, pieces
from ..template.template import Resource, Template, value_at
from ..template.values import Reference, Text, Value
from .rule import Place, Words, at, rule
from .urls import METRIC_TYPES_URL

_METRICS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html"

ALARM_NAME_MAXIMUM: Final = 255  # characters: ALARM_API_URL
# The longest evaluation window of an alarm, all periods together: ALARM_API_URL, "Period"
ALARM_WINDOW_MAXIMUM: Final = 604_800  # seconds (7 days) for periods of an hour or more
ALARM_SHORT_WINDOW_MAXIMUM: Final = 86_400  # seconds (1 day) for shorter periods
ALARM_LONG_PERIOD: Final = 3_600  # seconds
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
ALARM_WARM_UP_MAXIMUM: Final = 2_880  # minutes (2 days)

# _METRICS_URL: Resource names an alias or a version, ExecutedVersion a version behind an alias.
_DIMENSION_NEEDS: Final = {"Resource": ("FunctionName",), "ExecutedVersion": ("FunctionName", "Resource")}
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html: "Event source mapping metrics",
# which Lambda never publishes by function, and "Invocation metrics" and "Performance metrics", which it never
# publishes by event source mapping
_MAPPING_METRICS: Final = frozenset(
    (
        *("PolledEventCount", "FilteredOutEventCount", "InvokedEventCount", "FailedInvokeEventCount"),
        *("DroppedEventCount", "OnFailureDestinationDeliveredEventCount", "DeletedEventCount"),
    )
)
_FUNCTION_METRICS: Final = frozenset(
    {"Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"}
)


@rule(why="The option would silently do nothing.", source=METRIC_TYPES_URL)
def alarm_not_available(_: Words, option: str, workload: str, *, available: bool) -> str | None:
    """Options are for alarms that the workload has, and thresholds for those that compare with one."""
    if available:
        return None
    return f"alarms.{option} is set, but {workload} does not use it; leave it out"


@rule(
    accepted=True,
    why="Lambda does not publish the metric with these dimensions, so the alarm never gets data and never "
    "fires.",
    source=_METRICS_URL,
)
def alarm_dimensions(_: Words, metric: str, dimensions: Mapping[str, str]) -> str | None:
    """Dimensions that Lambda publishes the metric with."""
    wrong = _wrong_value(dimensions) or _wrong_combination(metric, dimensions)
    if wrong is None:
        return None
    return f"metric {metric} {wrong}"


@alarm_dimensions.in_template
def _(template: Template) -> Iterator[Place]:
    for alarm, location, metric, name in metrics_of(template, "AWS/Lambda"):
        given = metric.get("Dimensions")
        if (dimensions := _dimensions(template, given)) is not None:
            yield at(alarm, f"{location}Dimensions", name, dimensions, about=_referred(template, given))


def _wrong_value(dimensions: Mapping[str, str]) -> str | None:
    name = dimensions.get("FunctionName", "")
    if ":" in name:
        return (
            f"has a FunctionName with a colon ({name}), but Lambda publishes the plain name; put the alias "
            "or the version in Resource, as name:alias"
        )
    if dimensions.get("Resource", "").startswith("arn:"):
        return "has an ARN as Resource, but Lambda publishes name:alias; use that form"
    return None


def _wrong_combination(metric: str, names: Collection[str]) -> str | None:
    for name, needs in _DIMENSION_NEEDS.items():
        missing = [need for need in needs if need not in names]
        if name in names and missing:
            return f"has the dimension {name} without {' and '.join(missing)}; add what is missing"
    if metric in _FUNCTION_METRICS and "EventSourceMappingUUID" in names:
        return "is not published by event source mapping; use FunctionName instead"
    if metric in _MAPPING_METRICS and "EventSourceMappingUUID" not in names:
        return "is published by event source mapping; use EventSourceMappingUUID instead"
    return None


def _dimensions(template: Template, given: Value) -> dict[str, str] | None:
    """The known part of the values, by the names of the dimensions; None if the names are not known."""
    if given is None:
        return {}
    names = [value_at(each, "Name") for each in given] if isinstance(given, list) else [None]
    if not isinstance(given, list) or not all(isinstance(name, str) for name in names):
        return None
    values = [_known(template, value_at(each, "Value")) for each in given]
    return dict(zip(map(str, names), values, strict=True))


def _referred(template: Template, given: Value) -> list[Resource]:
    """The resources that the dimensions name."""
    values = [value_at(each, "Value") for each in given] if isinstance(given, list) else []
    named = (template.referred(piece) for value in values for piece in pieces(value))
    return [each for each in named if each is not None]


def _known(template: Template, value: Value) -> str:
    """A string with `?` for its unknown parts; a reference to an ARN starts like an ARN."""
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
