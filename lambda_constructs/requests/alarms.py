"""Alarms on failing, slow and throttled requests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_cloudwatch as cloudwatch

from ..core.alarm_set import LAMBDA, AlarmSet
from ..core.context import Context
from ..function.settings import Settings
from ..rules import defaults, derive
from ..rules.endpoint import latency_above_timeout
from ..template.values import Unknown

if TYPE_CHECKING:
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

_PERCENTILE: Final = "p99"
_SHARE: Final = "100*failed/requests"


@dataclass(frozen=True, kw_only=True)
class RequestMetrics:
    """The metrics of requests."""

    failed: cloudwatch.IMetric  # the share of failing requests, in percent
    latency: cloudwatch.IMetric  # the duration of the slowest 1 %, in seconds


def check_latency(settings: Settings, waits: int) -> float:
    """Check the threshold; returns the seconds of the slowest 1 % of requests at which the alarm fires.

    `waits` is how many seconds the caller waits.
    """
    threshold, timeout = settings.alarms.latency_threshold, settings.duration
    if threshold is None:
        return derive.latency(waits if isinstance(timeout, Unknown) else timeout)
    given = settings.guard.seconds("alarms.latency_threshold", threshold)
    settings.guard.check(latency_above_timeout, given, timeout)
    return threshold.to_seconds()


def api_metrics(alarms: AlarmSet, failed: str, dimensions: dict[str, str]) -> RequestMetrics:
    """The metrics of an API; `failed` is the one that counts failed requests.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    """
    metric = partial(alarms.metric, "AWS/ApiGateway", dimensions=dimensions)
    requests = metric("Count", statistic="SampleCount")
    return RequestMetrics(
        failed=alarms.math(_SHARE, failed=metric(failed), requests=requests),
        latency=alarms.in_seconds(metric("Latency", statistic=_PERCENTILE)),
    )


def function_metrics(context: Context, *, failed: str, requests: str) -> RequestMetrics:
    """The metrics of the alias, where Lambda counts the requests: those that failed, and all."""
    alarms = context.alarms
    metric = partial(alarms.metric, LAMBDA, dimensions=context.alias_dimensions)
    return RequestMetrics(
        failed=alarms.math(_SHARE, failed=metric(failed), requests=metric(requests)),
        latency=alarms.in_seconds(metric("Duration", statistic=_PERCENTILE)),
    )


def target_group_metrics(alarms: AlarmSet, group: elbv2.ApplicationTargetGroup) -> RequestMetrics:
    """The metrics of a target group: 5xx responses of the function, and errors that it raises.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """
    dimensions = {
        "LoadBalancer": group.first_load_balancer_full_name,
        "TargetGroup": group.target_group_full_name,
    }
    metric = partial(alarms.metric, "AWS/ApplicationELB", dimensions=dimensions)
    return RequestMetrics(
        failed=alarms.math(
            "100*(FILL(answered,0)+FILL(raised,0))/requests",
            answered=metric("HTTPCode_Target_5XX_Count"),
            raised=metric("LambdaUserError"),
            requests=metric("RequestCount"),
        ),
        latency=metric("TargetResponseTime", statistic=_PERCENTILE),
    )


def watch_requests(context: Context, metrics: RequestMetrics, latency: float) -> None:
    """Watch failing, slow and throttled requests.

    The latency is how many seconds of the slowest 1 % of requests fire the alarm.
    """
    alarms = context.alarms
    if alarms.options.has("failed_events"):
        alarms.add(
            "FailedEventsAlarm",
            metrics.failed,
            context.failed_events_percentage,
            "The share of failing requests is too large: read the logs of the function and of the endpoint",
            name=context.failed_events_name,
        )
    if alarms.options.has("latency"):
        alarms.add(
            "LatencyAlarm",
            metrics.latency,
            latency,
            "The slowest requests take too long and may exceed the timeout: read their traces",
            periods=defaults.LATENCY_PERIODS,
        )
    if alarms.options.has("throttles"):
        alarms.add(
            "ThrottlesAlarm",
            alarms.metric(LAMBDA, "Throttles", context.alias_dimensions),
            1,
            "Lambda throttles requests: raise the concurrency of the function or of the account",
        )
