"""Filters log events by patterns of AWS: of metric filters, of FilterLogEvents and of live tails.

ministack stores metric filters only, and finds parts of patterns in texts. A metric filter counts the events
of its log group that match: a value or one of their fields, by dimensions that are fields. When no event of a
request matches, it counts its default value once; AWS does so once a minute.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks
from . import filter_patterns

Document = Mapping[str, Any]
Response = tuple[int, Mapping[str, str], bytes]

_INVALID: Final = "Invalid filter pattern"

_logs = hooks.module("services.cloudwatch_logs")
_filters: Mapping[Any, Document] = hooks.attribute(_logs, "_metric_filters")
_error: Callable[[str, str, int], Response] = hooks.attribute(
    hooks.module("core.responses"), "error_response_json"
)
_record: Callable[..., None] = hooks.attribute(hooks.module("services.cloudwatch"), "record_metric")


def install() -> None:
    """Match patterns here, and count what matches.

    Raises:
        hooks.HookError: ministack filters log events in another way now.
    """
    for operation in ("_put_metric_filter", "_put_subscription_filter", "_filter_log_events"):
        hooks.wrap(_logs, operation, _answer)
    for kind in ("AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter"):
        for operation in ("create", "update"):
            provisioning.wrap(kind, operation, _provision)
    hooks.wrap(_logs, "_compile_filter_pattern", lambda _original, pattern: matching(pattern or ""))
    hooks.wrap(
        _logs, "_subscription_pattern_matches", lambda _original, pattern, event: matching(pattern)(event)
    )
    hooks.wrap(_logs, "_fanout_to_subscription_filters", _count_all)


def _answer(original: Callable[[Document], Response], request: Document) -> Response:
    if not _is_pattern(request.get("filterPattern") or ""):
        return _error("InvalidParameterException", _INVALID, 400)
    return original(request)


def _provision(original: Callable[..., Any], *arguments: object) -> object:
    if not _is_pattern(provisioning.properties(arguments)[-1].get("FilterPattern") or ""):
        raise provisioning.refused(_INVALID)
    return original(*arguments)


def _is_pattern(text: str) -> bool:
    try:
        filter_patterns.compiled(text)
    except ValueError:
        return False
    return True


def matching(pattern: str) -> Callable[[str], bool]:
    """Whether events match a pattern."""
    matches = filter_patterns.compiled(pattern)
    return lambda message: matches(message) is not None


def _count_all(original: Callable[..., None], group: str, stream: str, events: Sequence[Document]) -> None:
    original(group, stream, events)
    for each in list(_filters.values()):
        if each["logGroupName"] == group:
            _count(each, [event["message"] for event in events])


def _count(metric_filter: Document, messages: Sequence[str]) -> None:
    matches = filter_patterns.compiled(metric_filter["filterPattern"])
    found = [lookup for lookup in map(matches, messages) if lookup is not None]
    for metric in metric_filter["metricTransformations"]:
        name = metric["metricNamespace"], metric["metricName"]
        unit = metric.get("unit") or "None"
        for lookup in found:
            value = _value(metric["metricValue"], lookup)
            dimensions = {
                key: _text(field, lookup) for key, field in (metric.get("dimensions") or {}).items()
            }
            if value is not None and all(dimensions.values()):
                _record(*name, value, unit, dimensions)
        default = filter_patterns.number(metric.get("defaultValue"))
        if not found and default is not None:
            _record(*name, default, unit, {})


def _value(source: str, lookup: filter_patterns.Lookup) -> float | None:
    return filter_patterns.number(_text(source, lookup) if source.startswith("$") else source)


def _text(field: str, lookup: filter_patterns.Lookup) -> str:
    return next((str(each) for each in lookup(field)), "")
