"""Makes metrics of log events in CloudWatch's embedded metric format, which ministack stores as text only.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

Data points get the time at which the event is stored. Not emulated: storage resolution, and the metrics
`EMFParsingErrors` and `EMFValidationErrors` of invalid events, which are ignored.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..core import hooks

Document = Mapping[str, Any]
Response = tuple[int, Mapping[str, str], bytes]

_record: Callable[..., None] = hooks.attribute(hooks.module("services.cloudwatch"), "record_metric")

_MARK: Final = '"CloudWatchMetrics"'
_MOST_VALUES: Final = 100
_MOST_DIMENSIONS: Final = 30


class Value(NamedTuple):
    """A value of a metric."""

    namespace: str
    name: str
    value: float
    unit: str
    dimensions: Mapping[str, str]


def install() -> None:
    """Read log events when they are stored.

    Raises:
        hooks.HookError: ministack stores them in another way now.
    """
    hooks.wrap(hooks.module("services.cloudwatch_logs"), "_put_log_events", _put)


def _put(original: Callable[[Document], Response], request: Document) -> Response:
    answer = original(request)
    if answer[0] < 300:
        for event in request.get("logEvents", []):
            record(event.get("message", ""))
    return answer


def record(message: str) -> None:
    """Store the values in a log event."""
    if _MARK in message:
        for value in values(message):
            _record(*value)


def values(message: str) -> Iterator[Value]:
    """All values in a log event; none if it is not in the format."""
    try:
        document = json.loads(message)
        directives = document["_aws"]["CloudWatchMetrics"]
        for directive in directives:
            yield from _of_directive(document, directive)
    except (ValueError, TypeError, KeyError, AttributeError):
        return


def _of_directive(document: Document, directive: Document) -> Iterator[Value]:
    for names in directive.get("Dimensions") or [[]]:
        dimensions = {name: document[name] for name in names if isinstance(document.get(name), str)}
        if len(dimensions) < len(names) or len(names) > _MOST_DIMENSIONS:
            continue
        for metric in directive["Metrics"]:
            found = document.get(metric["Name"])
            for value in (found if isinstance(found, list) else [found])[:_MOST_VALUES]:
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    unit = metric.get("Unit") or "None"
                    yield Value(directive["Namespace"], metric["Name"], float(value), unit, dimensions)
