"""Alarms on requests: those that fail, those that are slow, those that are throttled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from ..core.guard import Guard, Unknown
from ..core.stack_resources import seconds
from ..rules import defaults, derive
from ..rules.endpoint import latency_above_timeout

if TYPE_CHECKING:
    from ..core.alarms import Alarms, AlarmSet

_LAMBDA: Final = "AWS/Lambda"
_PERCENTILE: Final = "p99"
_SHARE: Final = "100*failed/requests"


@dataclass(frozen=True, kw_only=True)
class RequestMetrics:
    """What is known of requests.

    Attributes:
        failed: The share of them that fails, in percent.
        latency: How long the slowest hundredth takes, in seconds.
    """

    failed: cloudwatch.IMetric
    latency: cloudwatch.IMetric


def check_latency(guard: Guard, options: Alarms | None, timeout: int | Unknown, waits: int) -> float:
    """Check the time that was given; returns the seconds at which the slowest hundredth is an alarm."""
    # What is no `Alarms` at all is refused with the other options of the function.
    threshold: cdk.Duration | None = getattr(options, "latency_threshold", None)
    if threshold is not None:
        given = guard.seconds("alarms.latency_threshold", threshold)
        guard.check(latency_above_timeout, given, timeout)
        return threshold.to_seconds()
    return derive.latency(waits if isinstance(timeout, Unknown) else timeout)


def http_api_metrics(alarms: AlarmSet, api_id: str) -> RequestMetrics:
    """Those of an HTTP API.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    """
    return _api_metrics(alarms, "5xx", {"ApiId": api_id})


def rest_api_metrics(alarms: AlarmSet, name: str) -> RequestMetrics:
    """Those of a REST API.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    """
    return _api_metrics(alarms, "5XXError", {"ApiName": name, "Stage": defaults.API_STAGE})


def _api_metrics(alarms: AlarmSet, failed: str, dimensions: dict[str, str]) -> RequestMetrics:
    def metric(name: str, statistic: str) -> cloudwatch.Metric:
        return alarms.metric("AWS/ApiGateway", name, dimensions, statistic)

    return RequestMetrics(
        failed=_math(_SHARE, failed=metric(failed, "Sum"), requests=metric("Count", "SampleCount")),
        latency=alarms.in_seconds(metric("Latency", _PERCENTILE)),
    )


def function_url_metrics(alarms: AlarmSet, alias: dict[str, str]) -> RequestMetrics:
    """Those of a function URL of the alias with these dimensions; how long it takes is the function's.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
    """
    return _function_metrics(alarms, alias, failed="Url5xxCount", requests="UrlRequestCount")


def invocation_metrics(alarms: AlarmSet, alias: dict[str, str]) -> RequestMetrics:
    """Those of the invocations of the alias with these dimensions."""
    return _function_metrics(alarms, alias, failed="Errors", requests="Invocations")


def _function_metrics(
    alarms: AlarmSet, alias: dict[str, str], *, failed: str, requests: str
) -> RequestMetrics:
    def metric(name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        return alarms.metric(_LAMBDA, name, alias, statistic)

    return RequestMetrics(
        failed=_math(_SHARE, failed=metric(failed), requests=metric(requests)),
        latency=alarms.in_seconds(metric("Duration", _PERCENTILE)),
    )


def target_group_metrics(alarms: AlarmSet, group: elbv2.ApplicationTargetGroup) -> RequestMetrics:
    """Those of a target group: what the function answered, and what it raised on.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """
    dimensions = {
        "LoadBalancer": group.first_load_balancer_full_name,
        "TargetGroup": group.target_group_full_name,
    }

    def metric(name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        return alarms.metric("AWS/ApplicationELB", name, dimensions, statistic)

    return RequestMetrics(
        failed=_math(
            "100*(FILL(answered,0)+FILL(raised,0))/requests",
            answered=metric("HTTPCode_Target_5XX_Count"),
            raised=metric("LambdaUserError"),
            requests=metric("RequestCount"),
        ),
        latency=metric("TargetResponseTime", _PERCENTILE),
    )


def watch_requests(
    alarms: AlarmSet,
    options: Alarms,
    metrics: RequestMetrics,
    alias: dict[str, str],
    *,
    percentage: float,
    latency: float,
    name: str,
) -> None:
    """Watch what fails, what is slow, and what is throttled.

    Args:
        alarms: Where alarms are added.
        options: Which alarms there are to be.
        metrics: What is known of the requests.
        alias: The dimensions of the alias, `FunctionName` and `Resource`.
        percentage: The share of failing requests that is too large, if the options do not say it.
        latency: Seconds at which the slowest hundredth is an alarm.
        name: The name by which the deployment group knows the alarm on failing requests.
    """
    if options.failed_events:
        alarms.add(
            "FailedEventsAlarm",
            metrics.failed,
            options.failed_events_percentage or percentage,
            "Too large a share of the requests fails",
            name=name,
        )
    if options.latency:
        alarms.add(
            "LatencyAlarm",
            metrics.latency,
            latency,
            "The slowest requests take most of the time that they have: some will fail",
            periods=defaults.LATENCY_PERIODS,
        )
    if options.throttles:
        alarms.add(
            "ThrottlesAlarm",
            alarms.metric(_LAMBDA, "Throttles", alias),
            1,
            "Requests are refused: the function's concurrency does not suffice",
        )


def _math(expression: str, **metrics: cloudwatch.IMetric) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(
        expression=expression, using_metrics=metrics, period=seconds(defaults.ALARM_PERIOD)
    )
