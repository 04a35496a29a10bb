"""Rules for alarms on metrics that AWS does not publish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias, cast

from ..template.alarms import metrics_of
from ..template.template import Resource, Template, value_at
from ..template.trigger_kinds import REST_API
from ..template.values import Reference
from .rule import Place, Words, at, warning
from .urls import METRIC_TYPES_URL

_REST_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"
)
Dimension: TypeAlias = Literal["ApiName", "ApiId"]
Protocol: TypeAlias = Literal["REST", "HTTP", "WEBSOCKET", ""]
# METRIC_TYPES_URL, those that alarms are usually on.
_LAMBDA: Final = (
    *("AsyncEventAge", "AsyncEventsDropped", "AsyncEventsReceived", "ConcurrentExecutions"),
    *("DeadLetterErrors", "DestinationDeliveryFailures", "Duration", "Errors", "Invocations"),
    *("IteratorAge", "OffsetLag", "PostRuntimeExtensionsDuration", "ProvisionedConcurrencyInvocations"),
    *("ProvisionedConcurrencySpilloverInvocations", "ProvisionedConcurrencyUtilization"),
    *("ProvisionedConcurrentExecutions", "RecursiveInvocationsDropped", "Throttles"),
    *("UnreservedConcurrentExecutions", "Url4xxCount", "Url5xxCount", "UrlRequestCount"),
    *("UrlRequestLatency",),
)
# By the protocol of an API: its metrics, from _REST_URL, and from http-api-metrics.html and
# apigateway-websocket-api-logging.html next to it.
_API: Final[Mapping[str, tuple[str, ...]]] = {
    "REST": (
        *("4XXError", "5XXError", "CacheHitCount", "CacheMissCount"),
        *("Count", "IntegrationLatency", "Latency"),
    ),
    "HTTP": ("4xx", "5xx", "Count", "DataProcessed", "IntegrationLatency", "Latency"),
    "WEBSOCKET": (
        *("ClientError", "ConnectCount", "ExecutionError"),
        *("IntegrationError", "IntegrationLatency", "MessageCount"),
    ),
}
_DIMENSIONS: Final[Mapping[str, str]] = {"REST": "ApiName", "HTTP": "ApiId", "WEBSOCKET": "ApiId"}


@warning(why="The alarm never gets data, so it never fires.", source=METRIC_TYPES_URL)
def alarm_metric_name(_: Words, metric: str) -> str | None:
    """The metric of an alarm is one that Lambda publishes."""
    published = {_plain(each): each for each in _LAMBDA}.get(_plain(metric), metric)
    if published == metric:
        return None
    return f"Lambda does not publish the metric '{metric}'; write '{published}'"


@alarm_metric_name.in_template
def _(template: Template) -> Iterator[Place]:
    for alarm, location, _metric, name in metrics_of(template, "AWS/Lambda"):
        yield at(alarm, f"{location}MetricName", name)


@warning(why="The alarm does not fire when some invocations fail.", source=METRIC_TYPES_URL)
def alarm_errors_statistic(_: Words, statistic: str) -> str | None:
    """An alarm on Errors watches their sum, not their minimum or the number of invocations."""
    wrong = {
        "Minimum": "the Minimum of Errors is 0 while one invocation succeeds",
        "SampleCount": "the SampleCount of Errors counts all invocations",
    }
    return f"{wrong[statistic]}; use Sum" if statistic in wrong else None


@alarm_errors_statistic.in_template
def _(template: Template) -> Iterator[Place]:
    for alarm, _location, metric, name in metrics_of(template, "AWS/Lambda"):
        statistic, operator = metric.get("Statistic"), alarm.text("ComparisonOperator")
        if name == "Errors" and isinstance(statistic, str) and str(operator).startswith("Greater"):
            yield at(alarm, "Statistic", statistic)


@warning(why="The alarm never gets data, so it never fires.", source=_REST_URL)
def alarm_api_metric(
    _: Words, metric: str, dimension: Dimension, protocol: Protocol, *, by_id: bool = False
) -> str | None:
    """The metric and the dimension of an alarm are those of the API's kind."""
    if protocol and _DIMENSIONS[protocol] != dimension:
        return (
            f"metric {metric} has the dimension {dimension}, but {protocol} APIs publish with "
            f"{_DIMENSIONS[protocol]}; use that"
        )
    if by_id:
        return (
            f"the dimension {dimension} of metric {metric} has the id of the API; write the name of the API"
        )
    protocols = [protocol] if protocol else [each for each, name in _DIMENSIONS.items() if name == dimension]
    if any(metric in _API[each] for each in protocols):
        return None
    names = ", ".join(_API[protocols[0]])
    return f"{protocols[0]} APIs do not publish the metric '{metric}'; choose one of {names}"


@alarm_api_metric.in_template
def _(template: Template) -> Iterator[Place]:
    for alarm, location, metric, name in metrics_of(template, "AWS/ApiGateway"):
        dimensions = metric.get("Dimensions")
        for each in dimensions if isinstance(dimensions, list) else ():
            dimension, value = value_at(each, "Name"), value_at(each, "Value")
            if dimension in _DIMENSIONS.values():
                api = template.referred(value)
                by_id = dimension == "ApiName" and isinstance(value, Reference)
                by_id = by_id and api is not None and api.type == REST_API
                yield at(alarm, f"{location}MetricName", name, dimension, _protocol(api), by_id=by_id)


def _plain(metric: str) -> str:
    """The name of a metric without what is often misspelt: upper case and the plural."""
    return metric.lower().removesuffix("s")


def _protocol(api: Resource | None) -> Protocol:
    if api is None:
        return ""
    if api.type == "AWS::ApiGatewayV2::Api":
        found = api.get("ProtocolType")
        return cast(Protocol, found) if isinstance(found, str) and found in _API else ""
    return "REST" if api.type == REST_API else ""
