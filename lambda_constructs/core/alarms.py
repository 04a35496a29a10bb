"""Alarms: which ones a workload has, and what they notify."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns

from ..rules.alarm import alarm_not_available
from ..rules.rollout import failed_events_above_canary, failed_events_percentage_range
from ..rules.rollout_plan import RolloutPlan
from .guard import Guard

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch_actions as actions

# Each class by name: pyright does not accept CDK's classes as the interface that they implement. It reads an
# annotation only if it is one string.
AlarmAction: TypeAlias = """(
    cloudwatch.IAlarmAction | actions.SnsAction | actions.LambdaAction | actions.Ec2Action |
    actions.ApplicationScalingAction | actions.AutoScalingAction | actions.SsmAction |
    actions.SsmIncidentAction
)"""
"""An action of an alarm, in addition to the notification of its topic."""

OneAlarm: TypeAlias = bool | sns.Topic | sns.ITopic
"""Whether a workload has an alarm, or the topic that this alarm notifies."""

# Every workload has these.
_COMMON: Final = ("topic", "actions", "ok_actions", "errors", "spillover")


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """Which alarms a workload has, and what they notify; `Alarms.NONE` turns all of them off.

    Every alarm that the workload has is on unless it is False. A topic as the value of an alarm is notified
    instead of `topic`. An option for an alarm that the workload does not have is refused.

    Args:
        topic: SNS topic that every alarm publishes to when it fires, and when it is over. The construct lets
            CloudWatch publish to it and use its key; an imported topic or key must do so. Default: none
        actions: More actions of every alarm when it fires; at most 5 with the topic. Default: none
        ok_actions: More actions of every alarm when it is over; at most 5 with the topic. Default: none
        errors: Alarm when the new version of a rollout raises an error, times out or crashes. Default: on
        failed_events: Alarm when too many events of an event source mapping fail; for Amazon MQ, too many
            invocations, and for an endpoint, too many requests. Default: on
        dropped_events: Alarm when Lambda discards asynchronous events because of their age or retries, or
            records of a stream that it could not deliver to the failure destination. Default: on
        delivery_failures: Alarm when Lambda cannot deliver an asynchronous event to its destination, and the
            event is lost. Default: on
        dead_letters: Alarm when a message is in the dead-letter queue or the failure queue of the workload or
            in the dead-letter queue of a broker, or when Lambda sends records of a stream to another
            destination. Default: on
        message_age: Alarm when messages of a queue wait longer than their retries take, or when the consumer
            of a broker does not process messages. Default: on
        event_age: Alarm when asynchronous events wait longer than their retries take. Default: on
        iterator_age: Alarm when a function falls behind on a stream or a topic, or does not read it. Default:
            on
        missed_run: Alarm when a scheduled job does not run. Default: on
        latency: Alarm when the slowest requests take a large part of the time that they may take. Default: on
        throttles: Alarm when Lambda rejects requests because the function has too little concurrency.
            Default: on
        spillover: Alarm when provisioned concurrency is not enough for several minutes. Default: on
        failed_events_percentage: Share of failing events at which the alarm fires; percent, above 0 and below
            100. Default: half of the share that the rollout's first step shifts, so 5 with `Canary()`; 5 with
            `AllAtOnce()`
        message_age_threshold: Age of the oldest message in SQS at which the alarm fires. Default: the time
            that the deliveries up to the dead-letter queue and one more take, but at most half of the queue's
            retention
        event_age_threshold: Age of an asynchronous event at which the alarm fires. Default: twice the time
            that its attempts and the waits between them take, but at most half of `max_event_age`
        iterator_age_threshold: Age of the last record in a batch of a stream at which the alarm fires.
            Default: 15 minutes, but at most half of `max_record_age`
        latency_threshold: Duration of the slowest 1 % of requests at which the alarm fires. Default: half of
            the function's timeout
        missed_run_threshold: Time without a run of a scheduled job after which the alarm fires; up to 7 days.
            Default: the longest gap of its schedule, its timeout, and 5 minutes until CloudWatch shows the
            run
    """

    NONE: ClassVar[Alarms]

    topic: sns.Topic | sns.ITopic | None = None
    actions: Sequence[AlarmAction] | None = None
    ok_actions: Sequence[AlarmAction] | None = None
    errors: OneAlarm | None = None
    failed_events: OneAlarm | None = None
    dropped_events: OneAlarm | None = None
    delivery_failures: OneAlarm | None = None
    dead_letters: OneAlarm | None = None
    message_age: OneAlarm | None = None
    event_age: OneAlarm | None = None
    iterator_age: OneAlarm | None = None
    missed_run: OneAlarm | None = None
    latency: OneAlarm | None = None
    throttles: OneAlarm | None = None
    spillover: OneAlarm | None = None
    failed_events_percentage: float | None = None
    message_age_threshold: cdk.Duration | None = None
    event_age_threshold: cdk.Duration | None = None
    iterator_age_threshold: cdk.Duration | None = None
    latency_threshold: cdk.Duration | None = None
    missed_run_threshold: cdk.Duration | None = None

    def has(self, name: str) -> bool:
        """Whether an alarm is on."""
        return getattr(self, name) is not False

    def topic_of(self, name: str) -> sns.ITopic | None:
        """The topic that an alarm notifies."""
        own: OneAlarm | None = getattr(self, name)
        return self.topic if own is None or isinstance(own, bool) else own

    def topics(self) -> dict[str, sns.ITopic]:
        """The topics by the option that is one."""
        given = {
            name: value for name, value in vars(self).items() if value is not None and value is not False
        }
        return {
            f"alarms.{name}": value
            for name, value in given.items()
            if name in ("topic", *_ALARMS) and value is not True
        }


# The names of all alarms.
_ALARMS: Final = tuple(field.name for field in fields(Alarms) if field.type == "OneAlarm | None")
Alarms.NONE = Alarms(**dict.fromkeys(_ALARMS, False))  # type: ignore[arg-type]


def check_alarms(guard: Guard, alarms: Alarms, available: Collection[str] | None, workload: str) -> None:
    """Check the alarms that are configured, and the time that thresholds have.

    An `Alarms` that turns every alarm on or off, such as `Alarms.NONE`, may turn off alarms that the workload
    does not have. `available` has the alarms of the workload in addition to those of every function; it is
    None for alarms of a preset, which are ignored where the workload does not have them.
    """
    complete = None not in [vars(alarms)[name] for name in _ALARMS]
    for field in fields(alarms):
        value = getattr(alarms, field.name)
        if value is None or (complete and value is False):
            continue
        if available is not None and field.name not in _COMMON:
            guard.check(
                alarm_not_available, field.name, workload, available=_alarm_of(field.name) in available
            )
        if isinstance(value, cdk.Duration):
            guard.seconds(f"alarms.{field.name}", value)


def check_failed_events(guard: Guard, alarms: Alarms, plan: RolloutPlan) -> None:
    """Check the share of failing events, and compare it with the rollout that the alarm can stop."""
    if alarms.failed_events_percentage is not None:
        percentage = guard.number(alarms.failed_events_percentage)
        guard.check(failed_events_percentage_range, percentage)
        guard.check(failed_events_above_canary, percentage, plan.percentage)


def _alarm_of(option: str) -> str:
    """The alarm that an option is for: `latency_threshold` is for `latency`."""
    return option.removesuffix("_threshold").removesuffix("_percentage")
