"""Alarms: which ones, whom they tell, and the form they all share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from ..guard import Guard
from ..rules import defaults
from ..rules.checks import rollout as rules
from ..rules.rollout_plan import RolloutPlan
from ..shared import seconds


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """Which alarms a workload has, and what they set off; `Alarms.NONE` has none.

    Args:
        topic: Topic that every alarm publishes to; its policy must let CloudWatch publish. Default: none
        actions: Further actions of every alarm. Default: none
        errors: Alarm when the version that a rollout brings raises, times out or crashes. Default: True
        failed_events: Alarm when too large a share of the events of a mapping fails. Default: True
        dead_letters: Alarm when a message lies in the dead-letter queue. Default: True
        message_age: Alarm when messages wait longer than their retries take. Default: True
        spillover: Alarm when provisioned concurrency does not suffice for minutes. Default: True
        failed_events_percentage: Share of failing events that is too large; percent, above 0 and below
            100. Default: half of the share that the rollout's first step shifts, so 5 with
            `Canary()`; 5 with `AllAtOnce()`.
        message_age_threshold: Age of the oldest message that is too old. Default: what the deliveries up
            to the dead-letter queue and one more take, but at most half of the queue's retention.
    """

    NONE: ClassVar[Alarms]

    topic: sns.Topic | sns.ITopic | None = None
    actions: Sequence[cloudwatch.IAlarmAction] = ()
    errors: bool = True
    failed_events: bool = True
    dead_letters: bool = True
    message_age: bool = True
    spillover: bool = True
    failed_events_percentage: float | None = None
    message_age_threshold: cdk.Duration | None = None


Alarms.NONE = Alarms(
    errors=False, failed_events=False, dead_letters=False, message_age=False, spillover=False
)


def check_alarms(guard: Guard, alarms: Alarms, plan: RolloutPlan) -> None:
    """Check the thresholds that were given."""
    if alarms.failed_events_percentage is not None:
        threshold = guard.number("alarms.failed_events_percentage", alarms.failed_events_percentage)
        guard.check(rules.failed_events_percentage_range, threshold)
        guard.check(rules.failed_events_above_canary, threshold, plan.percentage)
    if alarms.message_age_threshold is not None:
        guard.seconds("alarms.message_age_threshold", alarms.message_age_threshold)


class AlarmSet:
    """Makes the alarms of one workload: one-minute periods, missing data is no breach.

    Attributes:
        alarms: What was made so far.
    """

    def __init__(self, scope: Construct, options: Alarms) -> None:
        """Prepare the period and the actions that all alarms share."""
        self.alarms: list[cloudwatch.Alarm] = []
        self._scope = scope
        self._period = seconds(defaults.ALARM_PERIOD)
        self._actions = [*options.actions]
        if options.topic is not None:
            self._actions.append(actions.SnsAction(options.topic))

    def metric(
        self, namespace: str, name: str, dimensions: dict[str, str], statistic: str = "Sum"
    ) -> cloudwatch.Metric:
        """A metric over one minute."""
        return cloudwatch.Metric(
            namespace=namespace,
            metric_name=name,
            dimensions_map=dimensions,
            statistic=statistic,
            period=self._period,
        )

    def share(self, part: cloudwatch.Metric, whole: cloudwatch.Metric) -> cloudwatch.MathExpression:
        """One metric in percent of another, over one minute."""
        return cloudwatch.MathExpression(
            expression="100*part/whole",
            using_metrics={"part": part, "whole": whole},
            period=self._period,
        )

    def add(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 1,
        name: str | None = None,
    ) -> cloudwatch.Alarm:
        """Create an alarm that fires at `threshold` and above, in `periods` minutes in a row."""
        alarm = cloudwatch.Alarm(
            self._scope,
            construct_id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=description,
            alarm_name=name,
        )
        if self._actions:
            alarm.add_alarm_action(*self._actions)
        self.alarms.append(alarm)
        return alarm

    def add_errors(self, alias: dict[str, str], version: str) -> cloudwatch.Alarm:
        """Watch the version that a rollout brings.

        Behind a weighted alias Lambda publishes by alias and executed version; the metric of the version
        itself has a dimension that gets no data there.
        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html

        Args:
            alias: The dimensions of the alias, `FunctionName` and `Resource`.
            version: The number of the version.
        """
        metric = self.metric("AWS/Lambda", "Errors", alias | {"ExecutedVersion": version})
        return self.add(
            "ErrorsAlarm", metric, defaults.ERRORS_THRESHOLD, "The new version raises or times out"
        )

    def add_spillover(self, alias: dict[str, str]) -> cloudwatch.Alarm:
        """Watch whether provisioned concurrency suffices for the alias with these dimensions."""
        return self.add(
            "SpilloverAlarm",
            self.metric("AWS/Lambda", "ProvisionedConcurrencySpilloverInvocations", alias),
            1,
            "Provisioned concurrency does not suffice: invocations start cold",
            periods=defaults.SPILLOVER_PERIODS,
        )
