"""Rules for alarms: whether they can fire, and in time."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from . import limits
from .rule import Words, rule


@rule(
    "alarm-not-available",
    why="The option would silently do nothing.",
    source=limits.METRICS_URL,
)
def alarm_not_available(_: Words, option: str, workload: str, *, available: bool) -> str | None:
    """Options are for alarms that the workload has, and thresholds for those that compare with one."""
    if available:
        return None
    return f"alarms.{option} is set, but {workload} does not use it; leave it out"


@rule(
    "alarm-after-rollout",
    why="The alarm needs so many bad periods in a row that everything is promoted before it can fire.",
    source=limits.ALARM_WINDOW_URL,
)
def alarm_after_rollout(_: Words, period: int, datapoints: int, shifts: int) -> str | None:
    """All but the first of the periods that it needs fit into the rollout; the window slides with time.

    Args:
        period: Seconds of one period.
        datapoints: Periods that must be bad.
        shifts: Seconds between the first and the last shift of traffic.
    """
    if (datapoints - 1) * period < shifts:
        return None
    return (
        f"the alarm fires after {datapoints} bad periods of {period} seconds, the rollout is over after "
        f"{shifts}; use shorter or fewer periods, or a longer rollout"
    )


@rule(
    "alarm-slow-for-rollout",
    severity="warning",
    why="Most of what the alarm looks at is older than the new version, so it fires late or not at all.",
    source=limits.ALARM_WINDOW_URL,
)
def alarm_slow_for_rollout(_: Words, period: int, datapoints: int, shifts: int) -> str | None:
    """The periods that it needs fit into the rollout.

    Args:
        period: Seconds of one period.
        datapoints: Periods that must be bad.
        shifts: Seconds between the first and the last shift of traffic.
    """
    if datapoints * period <= shifts or (datapoints - 1) * period >= shifts:
        return None
    return (
        f"the alarm looks at {datapoints * period} seconds, the rollout takes {shifts}; use shorter or fewer "
        "periods, or a longer rollout"
    )


@rule(
    "alarm-dimensions",
    why="Lambda publishes no such metric: the alarm has no data for ever, and never fires.",
    source=limits.METRICS_VIEW_URL,
)
def alarm_dimensions(_: Words, metric: str, dimensions: Mapping[str, str]) -> str | None:
    """Dimensions that Lambda publishes the metric with.

    Args:
        metric: Its name.
        dimensions: The texts of the values, as far as they are known.
    """
    wrong = _wrong_value(dimensions) or _wrong_combination(metric, dimensions)
    if wrong is None:
        return None
    return f"metric {metric} {wrong}"


def _wrong_value(dimensions: Mapping[str, str]) -> str | None:
    name = dimensions.get("FunctionName", "")
    if ":" in name:
        return (
            f"has a FunctionName with a colon ({name}), Lambda publishes the bare name; put the alias or "
            "version into Resource, as name:alias"
        )
    if dimensions.get("Resource", "").startswith("arn:"):
        return "has an ARN as Resource, Lambda publishes name:alias; write it so"
    return None


def _wrong_combination(metric: str, names: Collection[str]) -> str | None:
    for name, needs in limits.METRIC_DIMENSION_NEEDS.items():
        missing = [need for need in needs if need not in names]
        if name in names and missing:
            return f"has the dimension {name} without {' and '.join(missing)}; add what is missing"
    if metric in limits.FUNCTION_METRICS and "EventSourceMappingUUID" in names:
        return "is not published by event source mapping; name the function"
    if metric in limits.MAPPING_METRICS and "EventSourceMappingUUID" not in names:
        return "is published by event source mapping; name its EventSourceMappingUUID"
    return None
