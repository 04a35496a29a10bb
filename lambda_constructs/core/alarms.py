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

# The classes by name: pyright does not take CDK's own for the interface that they implement.
AlarmAction: TypeAlias = (
    "cloudwatch.IAlarmAction | actions.SnsAction | actions.LambdaAction | actions.Ec2Action | "
    "actions.ApplicationScalingAction | actions.AutoScalingAction | actions.SsmAction | "
    "actions.SsmIncidentAction"
)
"""What an alarm does, besides publishing to its topic."""

# What every workload has.
_COMMON: Final = ("topic", "actions", "errors", "spillover")


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """Which alarms a workload has, and what they notify; `Alarms.NONE` turns all of them off.

    Every alarm that the workload has is on unless it is False. An option for an alarm that the workload does
    not have is refused.

    Args:
        topic: SNS topic that every alarm publishes to; its policy must let CloudWatch publish. Default: none
        actions: Further actions of every alarm. Default: none
        errors: Alarm when the version that a rollout brings raises, times out or crashes. Default: on
        failed_events: Alarm when too large a share of the events of a mapping fails; for Amazon MQ, of the
            invocations, and for an endpoint, of the requests. Default: on
        dropped_events: Alarm when Lambda gives events up: asynchronous events by their age or retries, and
            records of a stream when not even the failure destination got them. Default: on
        delivery_failures: Alarm when Lambda cannot deliver an asynchronous event to its destination, so that
            it is lost. Default: on
        dead_letters: Alarm when a message is in the dead-letter queue, in the failure queue or in the dead
            letters of a broker, or when records of a stream reach another destination. Default: on
        message_age: Alarm when messages of a queue wait longer than their retries take, or when a consumer
            does not process those of a broker. Default: on
        event_age: Alarm when asynchronous events wait longer than their retries take. Default: on
        iterator_age: Alarm when a function reads a stream or a topic too late, or not at all. Default: on
        missed_run: Alarm when a scheduled job does not run. Default: on
        latency: Alarm when the slowest requests take most of the time that they have. Default: on
        throttles: Alarm when Lambda rejects requests because the function's concurrency does not suffice.
            Default: on
        spillover: Alarm when provisioned concurrency does not suffice for minutes. Default: on
        failed_events_percentage: Share of failing events that is too large; percent, above 0 and below
            100. Default: half of the share that the rollout's first step shifts, so 5 with
            `Canary()`; 5 with `AllAtOnce()`
        message_age_threshold: Age of the oldest message in SQS that is too old. Default: the time that the
            deliveries up to the dead-letter queue and one more take, but at most half of the queue's
            retention
        event_age_threshold: Age of an asynchronous event that is too old. Default: twice the time that its
            attempts and the waits between them take, but at most half of `max_event_age`
        iterator_age_threshold: Age of the last record in a batch of a stream that is too old. Default: 15
            minutes, but at most half of `max_record_age`
        latency_threshold: Duration of the slowest hundredth of the requests that is too long. Default:
            half of the function's timeout
        missed_run_threshold: Time without a run of a scheduled job that is too long; up to 7 days. Default:
            the longest gap of its schedule, its timeout, and 5 minutes until CloudWatch shows the run
    """

    NONE: ClassVar[Alarms]

    topic: sns.Topic | sns.ITopic | None = None
    actions: Sequence[AlarmAction] | None = None
    errors: bool | None = None
    failed_events: bool | None = None
    dropped_events: bool | None = None
    delivery_failures: bool | None = None
    dead_letters: bool | None = None
    message_age: bool | None = None
    event_age: bool | None = None
    iterator_age: bool | None = None
    missed_run: bool | None = None
    latency: bool | None = None
    throttles: bool | None = None
    spillover: bool | None = None
    failed_events_percentage: float | None = None
    message_age_threshold: cdk.Duration | None = None
    event_age_threshold: cdk.Duration | None = None
    iterator_age_threshold: cdk.Duration | None = None
    latency_threshold: cdk.Duration | None = None
    missed_run_threshold: cdk.Duration | None = None

    def has(self, name: str) -> bool:
        """Whether an alarm is on."""
        return getattr(self, name) is not False


Alarms.NONE = Alarms(
    **{field.name: False for field in fields(Alarms) if field.type == "bool | None"}  # type: ignore[arg-type]
)


def check_alarms(guard: Guard, alarms: Alarms, available: Collection[str] | None, workload: str) -> None:
    """Check the alarms that are configured.

    Args:
        guard: The guard of the workload.
        alarms: The alarms.
        available: The alarms that the workload has besides those of every function; None for alarms of a
            preset, which are ignored where the workload does not have them.
        workload: The class of the workload.
    """
    if alarms == Alarms.NONE:
        return
    for field in fields(alarms):
        value = getattr(alarms, field.name)
        if value is None:
            continue
        if available is not None and field.name not in _COMMON:
            guard.check(
                alarm_not_available, field.name, workload, available=_alarm_of(field.name) in available
            )
        if isinstance(value, cdk.Duration):
            guard.seconds(f"alarms.{field.name}", value)


def check_failed_events(guard: Guard, alarms: Alarms, plan: RolloutPlan) -> None:
    """Check the share of failing events, also against the rollout that it stops."""
    if alarms.failed_events_percentage is not None:
        percentage = guard.number(alarms.failed_events_percentage)
        guard.check(failed_events_percentage_range, percentage)
        guard.check(failed_events_above_canary, percentage, plan.percentage)


def _alarm_of(option: str) -> str:
    """The alarm that an option is for: `latency_threshold` is for `latency`."""
    return option.removesuffix("_threshold").removesuffix("_percentage")
