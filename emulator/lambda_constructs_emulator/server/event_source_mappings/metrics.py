"""Records the metrics of event source mappings with a `MetricsConfig`.

A mapping with the metric group `EventCount` counts its events in the namespace `AWS/Lambda` with the
dimension `EventSourceMappingUUID`; one without a group does not have its metrics. ministack counts nothing.
The modules that read, send and delete events call `record`; this one counts what the filters of a mapping on
a queue drop. Unlike on AWS, a poll that finds nothing does not count a zero.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ..core import hooks

Record = Mapping[str, Any]

_EVENT_COUNT: Final = "EventCount"

_lambda = hooks.module("services.lambda_svc")
_cloudwatch = hooks.module("services.cloudwatch")
_record_metric: Callable[..., None] = hooks.attribute(_cloudwatch, "record_metric")


def install() -> None:
    """Count what filters drop.

    Raises:
        hooks.HookError: ministack filters for mappings in another way now.
    """
    hooks.wrap(_lambda, "_apply_filter_criteria", _filter)


def record(mapping: Record, group: str = _EVENT_COUNT, /, **counts: int) -> None:
    """Record metrics of a mapping, if it asks for that.

    Args:
        mapping: ministack's record of it.
        group: the group of the metrics.
        **counts: by the names of the metrics, such as `PolledEventCount`.
    """
    if group in ((mapping.get("MetricsConfig") or {}).get("Metrics") or []):
        for name, count in counts.items():
            dimensions = {"EventSourceMappingUUID": mapping["UUID"]}
            _record_metric("AWS/Lambda", name, count, "Count", dimensions)


def _filter(
    original: Callable[[Sequence[Record], Record], Sequence[Record]],
    events: Sequence[Record],
    mapping: Record,
) -> Sequence[Record]:
    kept = original(events, mapping)
    if mapping["EventSourceArn"].startswith("arn:aws:sqs:"):
        record(mapping, PolledEventCount=len(events))
        if mapping.get("FilterCriteria"):
            record(mapping, FilteredOutEventCount=len(events) - len(kept))
    return kept
