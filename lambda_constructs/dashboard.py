"""Dashboard: what the workloads of an app do, one row each, and queries over their logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from .core.cdk_objects import ask
from .core.construction import checked
from .event_sources.kafka_consumer import KafkaConsumer
from .event_sources.stream_consumer import StreamConsumer
from .events.event_handler import EventHandler
from .events.scheduled_job import ScheduledJob
from .function.production_function import ProductionFunction

_WIDTH: Final = 6  # of 24 columns
_IN_LINE: Final = 4
_HEIGHT: Final = 6
_MINUTE: Final = 60  # seconds
# Two versions share the alias during a rollout. CodeDeploy has no metric of its deployments.
_BY_VERSION: Final = (
    'SEARCH(\'{{AWS/Lambda,ExecutedVersion,FunctionName,Resource}} MetricName="{metric}" '
    'FunctionName="{function}" Resource="{function}:{alias}"\', \'Sum\', 60)'
)
_VERSION_LABEL: Final = "version ${PROP('Dim.ExecutedVersion')}"
QUERIES: Final = {
    "Errors by version": 'filter level in ["ERROR", "CRITICAL", "FATAL"] or ispresent(errorType) '
    'or record.status in ["error", "failure", "timeout"]\n'
    '| parse @logStream "[*]" as version\n| stats count(*) as errors by @log, version',
    "Slowest": 'filter type = "platform.report"\n| sort record.metrics.durationMs desc\n'
    "| display @log, @timestamp, record.requestId, record.metrics.durationMs\n| limit 50",
    "Cold starts": 'filter type = "platform.report" and ispresent(record.metrics.initDurationMs)\n'
    "| stats count(*) as starts, avg(record.metrics.initDurationMs) as average, "
    "max(record.metrics.initDurationMs) as longest by @log, bin(1h)",
    "Reports": 'filter type = "platform.report"\n'
    "| display @log, @timestamp, record.metrics.durationMs, record.metrics.billedDurationMs, "
    "record.metrics.maxMemoryUsedMB, record.metrics.memorySizeMB",
}
"""The saved queries of CloudWatch Logs Insights, by name."""


class Dashboard(Construct):
    """A CloudWatch dashboard with up to eight widgets for each workload, and saved queries over their logs.

    They show traffic and throttles, the invocations and the errors of each version, duration, concurrency,
    waiting and failed work, cost drivers, and the alarms. CloudWatch charges for each dashboard, and for the
    data that a saved query scans.

    Args:
        workloads: The workloads, in the order of their rows; they may be in other stacks.
        dashboard_name: The name. Default: one that CloudFormation generates

    Attributes:
        dashboard: The dashboard.

    Raises:
        ConfigurationError: An option has the wrong type.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        workloads: Sequence[ProductionFunction],
        dashboard_name: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=dashboard_name,
            widgets=[line for workload in workloads for line in _lines(workload)],
        )
        groups = [ask(workload.log_group, "log_group_name") for workload in workloads]
        for name, query in QUERIES.items() if groups else ():
            logs.CfnQueryDefinition(
                self,
                name.title().replace(" ", ""),
                name=f"{self.node.path}/{name}",
                query_string=query,
                log_group_names=groups,
            )


def _lines(workload: ProductionFunction) -> list[list[cloudwatch.IWidget]]:
    """A title and two lines of widgets."""
    function, alias = workload.function, workload.alias
    counts, ages = _waiting(workload)
    title = f"## {workload.node.path} ({type(workload).__name__})"
    widgets = [
        _graph(
            "Traffic",
            *(
                alias.metric(each, statistic="Sum", label=each.lower())
                for each in ("Invocations", "Throttles")
            ),
        ),
        _graph("Traffic by version", _by_version(workload, "Invocations"), stacked=True),
        _graph("Errors by version", _by_version(workload, "Errors")),
        _graph(
            "Duration",
            *(alias.metric("Duration", statistic=each, label=f"{each}, ms") for each in ("p50", "p99")),
        ),
        _graph(
            "Concurrency",
            function.metric("ConcurrentExecutions", statistic="Maximum", label="concurrent executions"),
            right=[
                alias.metric(
                    "ProvisionedConcurrencyUtilization", statistic="Maximum", label="use of provisioned"
                ),
                alias.metric(
                    "ProvisionedConcurrencySpilloverInvocations", statistic="Sum", label="spillover"
                ),
            ],
        ),
        # CloudWatch refuses a dashboard with an empty widget.
        *([_graph("Waiting and failed", *counts, right=ages)] if counts or ages else ()),
        _graph(
            "Cost drivers",
            alias.metric("Duration", statistic="Sum", label="duration that Lambda bills, ms"),
            right=[_log_bytes(workload)],
        ),
    ]
    if alarms := list(workload.alarms):
        widgets.append(
            cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=_WIDTH, height=_HEIGHT)
        )
    heading = cloudwatch.TextWidget(markdown=title, width=_IN_LINE * _WIDTH, height=1)
    return [[heading], widgets[:_IN_LINE], widgets[_IN_LINE:]]


def _graph(
    title: str, *left: cloudwatch.IMetric, right: Sequence[cloudwatch.IMetric] = (), stacked: bool = False
) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=title,
        left=list(left),
        right=list(right),
        stacked=stacked,
        period=cdk.Duration.seconds(_MINUTE),
        width=_WIDTH,
        height=_HEIGHT,
    )


def _by_version(workload: ProductionFunction, metric: str) -> cloudwatch.IMetric:
    """A metric of each version that the alias invokes."""
    function, alias = workload.function.function_name, workload.alias.alias_name
    expression = _BY_VERSION.format(metric=metric, function=function, alias=alias)
    return cloudwatch.MathExpression(expression=expression, using_metrics={}, label=_VERSION_LABEL)


def _log_bytes(workload: ProductionFunction) -> cloudwatch.IMetric:
    """The bytes of logs, which CloudWatch bills."""
    return cloudwatch.Metric(
        namespace="AWS/Logs",
        metric_name="IncomingBytes",
        dimensions_map={"LogGroupName": ask(workload.log_group, "log_group_name")},
        statistic="Sum",
        label="bytes of logs",
    )


def _waiting(
    workload: ProductionFunction,
) -> tuple[list[cloudwatch.IMetric], list[cloudwatch.IMetric]]:
    """The work that waits or failed, and how old it is."""
    function = workload.function
    counts: list[cloudwatch.IMetric] = []
    ages: list[cloudwatch.IMetric] = []
    for name in ("queue", "dead_letter_queue", "failure_queue"):
        queue = getattr(workload, name, None)
        if isinstance(queue, sqs.Queue):
            label = name.replace("_", " ")
            counts.append(queue.metric_approximate_number_of_messages_visible(label=label))
            ages.append(queue.metric_approximate_age_of_oldest_message(label=f"age, {label}, s"))
    if isinstance(workload, KafkaConsumer):
        counts.append(function.metric("OffsetLag", statistic="Maximum", label="offset lag"))
    elif isinstance(workload, StreamConsumer):
        ages.append(function.metric("IteratorAge", statistic="Maximum", label="iterator age, ms"))
    elif isinstance(workload, EventHandler | ScheduledJob):
        counts.append(function.metric("AsyncEventsDropped", statistic="Sum", label="dropped events"))
        ages.append(function.metric("AsyncEventAge", statistic="Maximum", label="event age, ms"))
    return counts, ages
