"""Alarms: which ones, whom they tell, and the form they all share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..rules import defaults
from ..rules.rollout import failed_events_above_canary, failed_events_percentage_range
from ..rules.rollout_plan import RolloutPlan
from .guard import Guard
from .stack_resources import seconds


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """Which alarms a workload has, and what they set off; `Alarms.NONE` has none.

    Args:
        topic: Topic that every alarm publishes to; its policy must let CloudWatch publish. Default: none
        actions: Further actions of every alarm. Default: none
        errors: Alarm when the version that a rollout brings raises, times out or crashes. Default: True
        failed_events: Alarm when too large a share of the events of a mapping fails; for Amazon MQ, of the
            invocations, and behind an endpoint, of the requests. Default: True
        dropped_events: Alarm when events are given up: by the age or the retries of asynchronous ones, and
            of a stream when not even its destination got them. Default: True
        delivery_failures: Alarm when Lambda cannot deliver an asynchronous event to its destination: it is
            lost then. Default: True
        dead_letters: Alarm when a message lies in the dead-letter queue, in the failure queue or in a
            broker's dead letters, or when records of a stream reach another destination. Default: True
        message_age: Alarm when messages of a queue wait longer than their retries take, or those of a broker
            are not worked off. Default: True
        event_age: Alarm when asynchronous events wait longer than their retries take. Default: True
        iterator_age: Alarm when a stream or a topic is read too late, or not at all. Default: True
        missed_run: Alarm when a scheduled job does not run. Default: True
        latency: Alarm when the slowest requests take most of the time that they have. Default: True
        throttles: Alarm when requests are refused because the function's concurrency does not suffice.
            Default: True
        spillover: Alarm when provisioned concurrency does not suffice for minutes. Default: True
        failed_events_percentage: Share of failing events that is too large; percent, above 0 and below
            100. Default: half of the share that the rollout's first step shifts, so 5 with
            `Canary()`; 5 with `AllAtOnce()`.
        message_age_threshold: Age of the oldest message that is too old. Default: what the deliveries up
            to the dead-letter queue and one more take, but at most half of the queue's retention.
        event_age_threshold: Age of an asynchronous event that is too old. Default: what its retries and
            the waits between them take, twice, but at most half of `max_event_age`.
        iterator_age_threshold: Age of the last record of a batch that is too old. Default: 15 minutes, but
            at most half of `max_record_age`.
        latency_threshold: Time that the slowest hundredth of the requests takes that is too long. Default:
            half of the function's timeout.
        missed_run_threshold: Time without a run of a scheduled job that is too long; up to 7 days. Default:
            the longest gap of its schedule, its timeout, and 5 minutes until a run is seen.
    """

    NONE: ClassVar[Alarms]

    topic: sns.Topic | sns.ITopic | None = None
    actions: Sequence[cloudwatch.IAlarmAction] = ()
    errors: bool = True
    failed_events: bool = True
    dropped_events: bool = True
    delivery_failures: bool = True
    dead_letters: bool = True
    message_age: bool = True
    event_age: bool = True
    iterator_age: bool = True
    missed_run: bool = True
    latency: bool = True
    throttles: bool = True
    spillover: bool = True
    failed_events_percentage: float | None = None
    message_age_threshold: cdk.Duration | None = None
    event_age_threshold: cdk.Duration | None = None
    iterator_age_threshold: cdk.Duration | None = None
    latency_threshold: cdk.Duration | None = None
    missed_run_threshold: cdk.Duration | None = None


Alarms.NONE = Alarms(
    errors=False,
    failed_events=False,
    dropped_events=False,
    delivery_failures=False,
    dead_letters=False,
    message_age=False,
    event_age=False,
    iterator_age=False,
    missed_run=False,
    latency=False,
    throttles=False,
    spillover=False,
)


def count_alarms(guard: Guard, alarms: Alarms, names: Collection[str]) -> int:
    """How many of these alarms there are to be."""
    guard.instance("alarms", alarms, Alarms, "Alarms(...) or Alarms.NONE")
    return sum(getattr(alarms, name) for name in names)


def check_alarms(guard: Guard, alarms: Alarms, plan: RolloutPlan) -> None:
    """Check the thresholds that were given."""
    if alarms.failed_events_percentage is not None:
        percentage = guard.number("alarms.failed_events_percentage", alarms.failed_events_percentage)
        guard.check(failed_events_percentage_range, percentage)
        guard.check(failed_events_above_canary, percentage, plan.percentage)
    for name in (
        "message_age_threshold",
        "event_age_threshold",
        "iterator_age_threshold",
        "latency_threshold",
        "missed_run_threshold",
    ):
        if (threshold := getattr(alarms, name)) is not None:
            guard.seconds(f"alarms.{name}", threshold)


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

    def queue_metric(self, queue: sqs.IQueue, name: str) -> cloudwatch.Metric:
        """The highest value of a queue's metric in one minute."""
        return self.metric("AWS/SQS", name, {"QueueName": queue.queue_name}, "Maximum")

    def in_seconds(self, milliseconds: cloudwatch.Metric) -> cloudwatch.MathExpression:
        """A metric in seconds: a threshold that is only known at deployment cannot be multiplied."""
        return cloudwatch.MathExpression(
            expression="milliseconds/1000",
            using_metrics={"milliseconds": milliseconds},
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
        expected: bool = False,
    ) -> cloudwatch.Alarm:
        """Create an alarm that fires at `threshold` and above, in `periods` minutes in a row.

        What is `expected` fires below the threshold, and when it is missing.
        """
        missing = cloudwatch.TreatMissingData
        alarm = cloudwatch.Alarm(
            self._scope,
            construct_id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD if expected else None,
            treat_missing_data=missing.BREACHING if expected else missing.NOT_BREACHING,
            alarm_description=description,
            alarm_name=name,
        )
        if self._actions:
            alarm.add_alarm_action(*self._actions)
        self.alarms.append(alarm)
        return alarm

    def add_asynchronous(
        self, options: Alarms, function_name: str, age: int, failure_queue: sqs.IQueue | None
    ) -> None:
        """Watch the events that Lambda queues for a function, for all versions: only the alias is invoked.

        Args:
            options: Which alarms there are to be.
            function_name: The function.
            age: Seconds of age at which an event is an alarm, if the options do not say it.
            failure_queue: The queue of what failed.
        """
        dimensions = {"FunctionName": function_name}
        if options.dropped_events:
            self.add(
                "DroppedEventsAlarm",
                self.metric("AWS/Lambda", "AsyncEventsDropped", dimensions),
                1,
                "Events were given up: they got too old, or every attempt failed",
            )
        if options.delivery_failures:
            self.add_delivery_failures(dimensions)
        if options.event_age:
            threshold = options.event_age_threshold
            self.add(
                "EventAgeAlarm",
                self.in_seconds(self.metric("AWS/Lambda", "AsyncEventAge", dimensions, "Maximum")),
                age if threshold is None else threshold.to_seconds(),
                "Events wait longer than their retries take: the function is throttled",
            )
        if options.dead_letters and failure_queue is not None:
            self.add_dead_letters(failure_queue)

    def add_delivery_failures(self, dimensions: dict[str, str]) -> cloudwatch.Alarm:
        """Watch that what failed reaches its destination."""
        return self.add(
            "DeliveryFailuresAlarm",
            self.metric("AWS/Lambda", "DestinationDeliveryFailures", dimensions),
            1,
            "Lambda could not deliver to a destination: what failed is lost",
        )

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

    def add_failed_events(self, mapping: str, percentage: float, name: str) -> cloudwatch.Alarm:
        """Watch the share of events that fail.

        With partial batch responses `Errors` stays 0 while events fail. The metric is one of the mapping,
        not of a version, hence a share below that of the canary. The mapping depends on the alias and the
        alias on its deployment group, so the group gets the alarm by its name.

        Args:
            mapping: The id of the mapping.
            percentage: The share that is too large.
            name: The name that the group knows.
        """
        dimensions = {"EventSourceMappingUUID": mapping}
        share = cloudwatch.MathExpression(
            expression="100*failed/invoked",
            using_metrics={
                "failed": self.metric("AWS/Lambda", "FailedInvokeEventCount", dimensions),
                "invoked": self.metric("AWS/Lambda", "InvokedEventCount", dimensions),
            },
            period=self._period,
        )
        return self.add(
            "FailedEventsAlarm", share, percentage, "Too large a share of the events fails", name=name
        )

    def add_dead_letters(self, queue: sqs.IQueue) -> cloudwatch.Alarm:
        """Watch a queue that only what failed ends in."""
        return self.add(
            "DeadLettersAlarm",
            self.queue_metric(queue, "ApproximateNumberOfMessagesVisible"),
            1,
            "Work failed for good: read the messages, mend the cause, send them again",
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
