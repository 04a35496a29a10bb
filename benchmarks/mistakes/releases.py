"""Mistakes with rollouts and provisioned concurrency."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource

from benchmarks.mistakes.mistake import alias, function, mistake, options, queue
from benchmarks.mistakes.queues import PARTIAL
from lambda_constructs import (
    Alarms,
    BusinessHours,
    Canary,
    ProductionFunction,
    ProvisionedConcurrency,
)

OTHER_MAPPINGS = "every trigger invokes the alias; the audit finds other mappings"


def errors_of(live: lambda_.Alias) -> cloudwatch.Metric:
    """The errors of the new version in a rollout."""
    name = live.lambda_.function_name
    dimensions = {"FunctionName": name, "Resource": f"{name}:live", "ExecutedVersion": live.version.version}
    period = cdk.Duration.minutes(1)
    return cloudwatch.Metric(
        namespace="AWS/Lambda",
        metric_name="Errors",
        dimensions_map=dimensions,
        statistic="Sum",
        period=period,
    )


def alarm(stack: cdk.Stack, metric: cloudwatch.IMetric, periods: int = 1) -> cloudwatch.Alarm:
    """An alarm at the first error."""
    return cloudwatch.Alarm(stack, "Errors", metric=metric, threshold=1, evaluation_periods=periods)


def canary(live: lambda_.Alias, *alarms: cloudwatch.IAlarm) -> None:
    """A canary of 10 % for 5 minutes."""
    codedeploy.LambdaDeploymentGroup(
        live,
        "Rollout",
        alias=live,
        alarms=list(alarms),
        deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
    )


def provisioned(minimum: int = 1, **more: Any) -> ProvisionedConcurrency:
    """Provisioned concurrency up to 10 environments."""
    return ProvisionedConcurrency(minimum=minimum, maximum=10, **more)


@mistake(
    "canary without an alarm",
    lambda stack: ProductionFunction(
        stack, "Orders", **options(rollout=Canary(), alarms=Alarms(errors=False))
    ),
)
def no_alarm(stack: cdk.Stack, *, wrong: bool) -> None:
    live = alias(function(stack))
    canary(live, *([] if wrong else [alarm(stack, errors_of(live))]))


@mistake(
    "canary's alarm watches `version.metric_errors()`, which gets no data",
    instead="the alarm has the dimensions that Lambda publishes behind a weighted alias",
)
def dimensions(stack: cdk.Stack, *, wrong: bool) -> None:
    live = alias(function(stack))
    metric = live.version.metric_errors(period=cdk.Duration.minutes(1)) if wrong else errors_of(live)
    canary(live, alarm(stack, metric))


@mistake(
    "canary's alarm takes longer than the canary",
    instead="the alarms have one-minute periods, and fire after the first",
)
def slow_alarm(stack: cdk.Stack, *, wrong: bool) -> None:
    live = alias(function(stack))
    canary(live, alarm(stack, errors_of(live), 15 if wrong else 2))


@mistake(
    "canary's alarm refers to the alias: a circular dependency",
    instead="the deployment group refers to such alarms by name",
)
def circle(stack: cdk.Stack, *, wrong: bool) -> None:
    live = alias(function(stack))
    metric = errors_of(live)
    if wrong:
        name = live.lambda_.function_name
        metric = metric.with_(dimensions_map={"FunctionName": name, "Resource": live.function_arn})
    canary(live, alarm(stack, metric))


@mistake(
    "canary that a mapping bypasses because it invokes the function instead of the alias",
    instead=OTHER_MAPPINGS,
)
def bypassed(stack: cdk.Stack, *, wrong: bool) -> None:
    worker = function(stack)
    live = alias(worker)
    canary(live, alarm(stack, errors_of(live)))
    (worker if wrong else live).add_event_source(SqsEventSource(queue(stack), **PARTIAL))


@mistake(
    "failure destination of the function, but callers invoke its alias",
    instead="the asynchronous settings belong to the alias",
)
def async_settings(stack: cdk.Stack, *, wrong: bool) -> None:
    failed = destinations.SqsDestination(sqs.Queue(stack, "Failed"))
    kept: dict[str, Any] = {"on_failure": failed}
    worker = function(stack, **(kept if wrong else {}))
    live = alias(worker, **({} if wrong else kept))
    rule = events.Rule(stack, "Rule", event_pattern=events.EventPattern(source=["shop"]))
    dead = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14))
    rule.add_target(targets.LambdaFunction(live, dead_letter_queue=dead))


@mistake(
    "canary with a dead-letter queue of the function, which must be the same for both versions",
    instead="the option does not exist; failures go to a destination of the alias",
)
def dead_letter_config(stack: cdk.Stack, *, wrong: bool) -> None:
    live = alias(function(stack, dead_letter_queue_enabled=wrong))
    canary(live, alarm(stack, errors_of(live)))


@mistake(
    "provisioned concurrency exceeds reserved concurrency",
    lambda stack: ProductionFunction(
        stack,
        "Orders",
        **options(reserved_concurrency=5, provisioned_concurrency=ProvisionedConcurrency.fixed(10)),
    ),
)
def above_reserved(stack: cdk.Stack, *, wrong: bool) -> None:
    worker = function(stack, reserved_concurrent_executions=5 if wrong else 50)
    alias(worker, provisioned_concurrent_executions=10)


@mistake(
    "provisioned concurrency scales beyond reserved concurrency",
    lambda stack: ProductionFunction(
        stack, "Orders", **options(reserved_concurrency=5, provisioned_concurrency=provisioned())
    ),
)
def scales_above_reserved(stack: cdk.Stack, *, wrong: bool) -> None:
    live = alias(function(stack, reserved_concurrent_executions=5 if wrong else 50))
    live.add_auto_scaling(min_capacity=1, max_capacity=10).scale_on_utilization(utilization_target=0.7)


@mistake(
    "provisioned concurrency scales down to 0: the next deployment fails",
    lambda stack: ProductionFunction(stack, "Orders", **options(provisioned_concurrency=provisioned(0))),
)
def scales_to_zero(stack: cdk.Stack, *, wrong: bool) -> None:
    scaling = alias(function(stack)).add_auto_scaling(min_capacity=0 if wrong else 1, max_capacity=10)
    scaling.scale_on_utilization(utilization_target=0.7)


@mistake(
    "schedule scales provisioned concurrency to 0",
    lambda stack: ProductionFunction(
        stack,
        "Orders",
        **options(
            provisioned_concurrency=provisioned(
                schedules=[BusinessHours(minimum=0, maximum=5, time_zone=cdk.TimeZone.EUROPE_PARIS)]
            )
        ),
    ),
)
def scheduled_zero(stack: cdk.Stack, *, wrong: bool) -> None:
    scaling = alias(function(stack)).add_auto_scaling(min_capacity=1, max_capacity=10)
    at = autoscaling.Schedule.cron(hour="20", minute="0")
    scaling.scale_on_schedule("Night", schedule=at, min_capacity=0 if wrong else 1, max_capacity=5)


@mistake(
    "provisioned concurrency of an alias of `$LATEST`",
    instead="the alias points to a published version",
)
def latest(stack: cdk.Stack, *, wrong: bool) -> None:
    worker = function(stack)
    version = worker.latest_version if wrong else worker.current_version
    live = lambda_.Alias(stack, "Live", alias_name="live", version=version)
    live.add_auto_scaling(min_capacity=1, max_capacity=10).scale_on_utilization(utilization_target=0.7)


@mistake(
    "SnapStart with provisioned concurrency",
    lambda stack: ProductionFunction(
        stack, "Orders", **options(snap_start=True, provisioned_concurrency=ProvisionedConcurrency.fixed(1))
    ),
)
def snap_start(stack: cdk.Stack, *, wrong: bool) -> None:
    worker = function(stack, snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS)
    alias(worker, provisioned_concurrent_executions=1 if wrong else None)


@mistake(
    "SnapStart with 1024 MB of /tmp",
    lambda stack: ProductionFunction(
        stack, "Orders", **options(snap_start=True, ephemeral_storage_size=1024)
    ),
)
def snap_start_storage(stack: cdk.Stack, *, wrong: bool) -> None:
    size = cdk.Size.mebibytes(1024 if wrong else 512)
    worker = function(
        stack, snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS, ephemeral_storage_size=size
    )
    alias(worker)
