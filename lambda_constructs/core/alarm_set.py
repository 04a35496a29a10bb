"""Creates the alarms of one workload, all in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk
import jsii
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..rules import defaults
from .alarms import Alarms
from .cdk_objects import make, seconds
from .location import is_late, location, own_location
from .texts import separated

LAMBDA: Final = "AWS/Lambda"
_PATH_MAXIMUM: Final = 700  # characters: those of a description are 1,024, botocore AlarmDescription
_RUNBOOKS: Final = "docs/how-to/runbooks.md"
# The commands of `lambda-constructs` that the runbooks of alarms start with; of the others, `ops status`.
_COMMANDS: Final = {
    "DeadLetters": "ops redrive",
    "Errors": "ops rollback",
    "FailedEvents": "ops logs --errors",
    "Latency": "ops logs",
}
# The options of alarms by their construct ids, where these differ.
_OPTIONS: Final = {"OffsetLag": "iterator_age", "PollingErrors": "iterator_age", "Stalled": "message_age"}


class AlarmSet:
    """Creates the alarms of one workload: their period is one minute, and missing data is not breaching.

    Attributes:
        alarms: The alarms created so far.
        options: Which alarms the workload has.
    """

    def __init__(self, scope: Construct, options: Alarms, path: str) -> None:
        """Create the alarms of the workload at this path in the app."""
        self.alarms: list[cloudwatch.Alarm] = []
        self.options = options
        self._scope, self._path = scope, path
        self._notifies = bool(options.topics() or options.actions or options.ok_actions)

    def metric(
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        statistic: str = "Sum",
        period: cdk.Duration | None = None,
    ) -> cloudwatch.Metric:
        """A metric over one minute, or over another period."""
        return make(
            cloudwatch.Metric,
            namespace=namespace,
            metric_name=name,
            dimensions_map=dict(dimensions),
            statistic=statistic,
            period=period or seconds(defaults.ALARM_PERIOD),
        )

    def math(self, expression: str, **metrics: cloudwatch.IMetric) -> cloudwatch.MathExpression:
        """A math expression over metrics of one minute."""
        return make(
            cloudwatch.MathExpression,
            expression=expression,
            using_metrics=metrics,
            period=seconds(defaults.ALARM_PERIOD),
        )

    def in_seconds(self, milliseconds: cloudwatch.Metric) -> cloudwatch.MathExpression:
        """A metric in seconds: a threshold that is known only at deployment cannot be multiplied."""
        return self.math("milliseconds/1000", milliseconds=milliseconds)

    def queue_metric(self, queue: sqs.IQueue, name: str) -> cloudwatch.Metric:
        """The highest value of a queue's metric in one minute."""
        if isinstance(queue, sqs.Queue):  # an imported queue could be in another region
            options = {"statistic": "Maximum", "period": seconds(defaults.ALARM_PERIOD)}
            metric: cloudwatch.Metric = jsii.invoke(queue, "metric", [name, options])
            return metric
        (_, account), (_, own) = location("IQueue", queue), own_location(self._scope)
        return make(
            cloudwatch.Metric,
            namespace="AWS/SQS",
            metric_name=name,
            dimensions_map={"QueueName": queue.queue_name},
            statistic="Maximum",
            period=seconds(defaults.ALARM_PERIOD),
            account=None if account in ("", own) or is_late(own) else account,
        )

    def mapping_metric(self, name: str, mapping: str, statistic: str = "Sum") -> cloudwatch.Metric:
        """A metric of an event source mapping, by its id."""
        return self.metric(LAMBDA, name, {"EventSourceMappingUUID": mapping}, statistic)

    def add(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 1,
        name: str | None = None,
        expected: bool = False,
        command: str | None = None,
    ) -> cloudwatch.Alarm:
        """Create an alarm that fires at `threshold` and above, for `periods` minutes in a row.

        A metric that is `expected` fires the alarm below the threshold, and when it is missing. The runbook
        starts with another `command` than that of its kind.
        """
        missing = cloudwatch.TreatMissingData
        kind = construct_id.removesuffix("Alarm")
        page = f"{_RUNBOOKS}#{separated(kind, '-')}"
        runbook = f"{command or _COMMANDS.get(kind, 'ops status')}, {page}"
        alarm = make(
            cloudwatch.Alarm,
            self._scope,
            construct_id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD if expected else None,
            treat_missing_data=missing.BREACHING if expected else missing.NOT_BREACHING,
            alarm_description=f"{self._path[-_PATH_MAXIMUM:]}: {description} ({runbook})",
            alarm_name=name,
        )
        if self._notifies:
            self._notify(alarm, kind)
        self.alarms.append(alarm)
        return alarm

    def _notify(self, alarm: cloudwatch.Alarm, kind: str) -> None:
        """Let an alarm notify its topic when it fires and when it is over, and run the other actions."""
        topic = self.options.topic_of(_OPTIONS.get(kind) or separated(kind, "_"))
        published: list[cloudwatch.IAlarmAction] = []
        if topic is not None:
            from aws_cdk import aws_cloudwatch_actions as actions  # noqa: PLC0415 - loads many services

            published = [actions.SnsAction(topic)]
        if when_it_fires := [*(self.options.actions or ()), *published]:
            alarm.add_alarm_action(*when_it_fires)
        if when_it_is_over := [*(self.options.ok_actions or ()), *published]:
            alarm.add_ok_action(*when_it_is_over)

    def add_errors(self, alias: Mapping[str, str], version: str) -> cloudwatch.Alarm:
        """Watch the version that a rollout shifts traffic to.

        Behind a weighted alias Lambda publishes metrics by alias and executed version; the metric of the
        version itself has a dimension that then receives no data.
        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html

        Args:
            alias: The dimensions of the alias, `FunctionName` and `Resource`.
            version: The number of the version.
        """
        metric = self.metric(LAMBDA, "Errors", {**alias, "ExecutedVersion": version})
        return self.add(
            "ErrorsAlarm",
            metric,
            defaults.ERRORS_THRESHOLD,
            "The new version raises errors or times out: read its log; CodeDeploy rolls a rollout back",
        )

    def add_dead_letters(self, queue: sqs.IQueue) -> cloudwatch.Alarm:
        """Watch a dead-letter queue or a failure queue."""
        return self.add(
            "DeadLettersAlarm",
            self.queue_metric(queue, "ApproximateNumberOfMessagesVisible"),
            1,
            "Messages are in the dead-letter queue: inspect them, fix the cause, redrive",
        )

    def add_spillover(self, alias: Mapping[str, str]) -> cloudwatch.Alarm:
        """Watch whether provisioned concurrency is enough for the alias with these dimensions."""
        return self.add(
            "SpilloverAlarm",
            self.metric(LAMBDA, "ProvisionedConcurrencySpilloverInvocations", alias),
            1,
            "Provisioned concurrency is not enough, so invocations have cold starts: raise its maximum",
            periods=defaults.SPILLOVER_PERIODS,
        )
