"""Provisioned concurrency: initialized environments, scaled by utilization and by schedules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling

from ..core.cdk_objects import ask, call, make
from ..core.context import Context
from ..core.guard import Guard
from ..rules import defaults
from ..rules.provisioned_concurrency import (
    OPTION,
    business_hours_range,
    provisioned_above_reserved,
    provisioned_equals_reserved,
    provisioned_range,
    provisioned_schedule,
    provisioned_with_canary,
    target_utilization_range,
)
from ..rules.schedule import time_zone_known
from ..sizing.advice import Advice
from ..sizing.margins import SPILL
from ..sizing.provisioned import check_levels, plan_for_traffic
from ..template.values import Unknown


@dataclass(frozen=True, kw_only=True)
class ScheduledConcurrency:
    """Bounds of provisioned concurrency from a scheduled time on, until another schedule changes them.

    Args:
        schedule: When: `Schedule.cron(...)`, `Schedule.rate(...)` or `Schedule.at(...)`.
        minimum: Minimum number of environments; 1 or more.
        maximum: Maximum number of environments; `minimum` or more. To have fewer at night, lower this: a
            lower minimum alone does not remove environments.
        time_zone: Time zone of the schedule. Default: UTC
    """

    schedule: autoscaling.Schedule
    minimum: int
    maximum: int
    time_zone: cdk.TimeZone | None = None


@dataclass(frozen=True, kw_only=True)
class BusinessHours:
    """Bounds of provisioned concurrency during business hours; at other times the usual bounds apply.

    Args:
        minimum: Minimum number of environments; 1 or more.
        maximum: Maximum number of environments; `minimum` or more.
        time_zone: Time zone of the hours.
        opens: Hour at which they begin; 0 to 22. Default: 8 (an hour before most offices open, because
            environments need minutes to start)
        closes: Hour at which they end, on the same day; up to 23. Default: 18
        week_days: Days of the week, as in cron expressions. Default: MON-FRI
    """

    minimum: int
    maximum: int
    time_zone: cdk.TimeZone
    opens: int | None = None
    closes: int | None = None
    week_days: str | None = None

    @property
    def hours(self) -> tuple[int, int]:
        """The hours at which they begin and end."""
        opens = defaults.BUSINESS_OPENS if self.opens is None else self.opens
        return opens, defaults.BUSINESS_CLOSES if self.closes is None else self.closes


@dataclass(frozen=True, kw_only=True)
class ProvisionedConcurrency:
    """Environments that are initialized before they are needed.

    Args:
        minimum: Minimum number of environments, also right after a deployment; 1 or more.
        maximum: Maximum number of environments; `minimum` or more. With the value of `minimum` and without
            schedules, the number is fixed.
        target_utilization: Utilization of the environments that scaling keeps, as a share; 0.1 to 0.9.
            Default: 0.7
        schedules: Scheduled changes of the bounds. Default: none
        advice: Warnings about planned bounds. Default: ()
    """

    minimum: int
    maximum: int
    target_utilization: float | None = None
    schedules: Sequence[ScheduledConcurrency | BusinessHours] | None = None
    advice: Sequence[Advice] | None = None

    @property
    def target(self) -> float:
        """The utilization that scaling keeps, as a share."""
        return defaults.TARGET_UTILIZATION if self.target_utilization is None else self.target_utilization

    @classmethod
    def for_traffic(
        cls, *, rps_low: float, rps_peak: float, duration_ms: float, spill: float = SPILL
    ) -> ProvisionedConcurrency:
        """Calculate bounds and target from traffic, with Erlang's loss formula.

        Args:
            rps_low: Requests per second at the quietest time; 0 or more.
            rps_peak: Requests per second at the peak, `rps_low` or more.
            duration_ms: Mean duration of an invocation; ms.
            spill: Share of the requests that may find no provisioned environment free; 0.0001 to 0.5.
                Default: 0.01

        Raises:
            ConfigurationError: An argument is out of range, or the utilization would never reach any target.
        """
        plan = plan_for_traffic(rps_low=rps_low, rps_peak=rps_peak, duration_ms=duration_ms, spill=spill)
        return cls(
            minimum=plan.minimum,
            maximum=plan.maximum,
            target_utilization=plan.target_utilization,
            advice=plan.advice,
        )

    @classmethod
    def fixed(cls, environments: int, /) -> ProvisionedConcurrency:
        """A fixed number of environments; 1 or more."""
        return cls(minimum=environments, maximum=environments)

    @classmethod
    def scheduled(cls, levels: Mapping[str, int], /, *, time_zone: str = "UTC") -> ProvisionedConcurrency:
        """Numbers of environments that follow schedules.

        Args:
            levels: A number for each expression: `{"cron(55 8 ? * MON-FRI *)": 10, ...}`.
            time_zone: Time zone of the expressions, such as `Europe/Paris`. Default: UTC

        Raises:
            ConfigurationError: An expression is not valid, or a number is below 1.
        """
        check_levels(levels)
        zone = cdk.TimeZone.of(time_zone)
        return cls(
            minimum=min(levels.values()),
            maximum=max(levels.values()),
            schedules=[
                ScheduledConcurrency(
                    schedule=autoscaling.Schedule.expression(expression),
                    minimum=environments,
                    maximum=environments,
                    time_zone=zone,
                )
                for expression, environments in levels.items()
            ],
        )


def check_provisioned(
    guard: Guard,
    provisioned: ProvisionedConcurrency | None,
    reserved_concurrency: int | None,
    rollout: str,
    *,
    tested: bool,
) -> None:
    """Check the bounds, those of the schedules included, against AWS's limits and the reserved concurrency.

    `tested` is whether a hook starts a new version before it gets traffic.
    """
    if provisioned is None:
        return
    guard.check(target_utilization_range, guard.number(provisioned.target))
    every: dict[str, ProvisionedConcurrency | ScheduledConcurrency | BusinessHours]
    every = {OPTION: provisioned}
    for number, scheduled in enumerate(provisioned.schedules or ()):
        option = f"{OPTION}.schedules[{number}]"
        every[option] = scheduled
        if isinstance(scheduled, BusinessHours):
            # The hours are part of cron expressions, so they must be known at synthesis.
            if any(isinstance(guard.integer(hour), Unknown) for hour in scheduled.hours):
                guard.refuse_unknown(option, "hours that are known at synthesis")
            guard.check(business_hours_range, *scheduled.hours, option=option)
    for scheduled in _changes(provisioned):
        guard.check(provisioned_schedule, guard.text(ask(scheduled.schedule, "expression_string")))
        if scheduled.time_zone is not None:
            guard.check(time_zone_known, guard.text(ask(scheduled.time_zone, "timezone_name")))
    for option, bounds in every.items():
        minimum, maximum = guard.integer(bounds.minimum), guard.integer(bounds.maximum)
        guard.check(provisioned_range, minimum, maximum, option=option)
        if reserved_concurrency is not None:
            reserved = guard.integer(reserved_concurrency)
            guard.check(provisioned_above_reserved, maximum, reserved, option=option)
            guard.check(provisioned_equals_reserved, maximum, reserved, option=option)
    guard.check(provisioned_with_canary, rollout, tested=tested)
    guard.note(*(provisioned.advice or ()))


def scale(
    context: Context, provisioned: ProvisionedConcurrency | None
) -> autoscaling.CfnScalableTarget | None:
    """Scale the alias by utilization and by schedule; returns None if the number is fixed.

    The target is an L1 resource: the L2 target needs a role or makes one, but Application Auto Scaling
    uses its service-linked role for Lambda in any case.
    """
    if provisioned is None:
        return None
    if provisioned.minimum == provisioned.maximum and not provisioned.schedules:
        return None
    target = make(
        autoscaling.CfnScalableTarget,
        context.scope,
        "Capacity",
        min_capacity=provisioned.minimum,
        max_capacity=provisioned.maximum,
        resource_id=f"function:{context.alias_dimensions['Resource']}",
        scalable_dimension="lambda:function:ProvisionedConcurrency",
        service_namespace="lambda",
        scheduled_actions=[
            autoscaling.CfnScalableTarget.ScheduledActionProperty(
                schedule=scheduled.schedule.expression_string,
                scheduled_action_name=f"Schedule{number}",
                timezone=None if scheduled.time_zone is None else scheduled.time_zone.timezone_name,
                scalable_target_action=autoscaling.CfnScalableTarget.ScalableTargetActionProperty(
                    min_capacity=scheduled.minimum, max_capacity=scheduled.maximum
                ),
            )
            for number, scheduled in enumerate(_changes(provisioned), 1)
        ]
        or None,
    )
    call(target.node, "addDependency", context.alias)
    make(
        autoscaling.CfnScalingPolicy,
        context.scope,
        "Utilization",
        policy_name="Utilization",
        policy_type="TargetTrackingScaling",
        scaling_target_id=target.ref,
        target_tracking_scaling_policy_configuration={
            "targetValue": provisioned.target,
            "predefinedMetricSpecification": {
                "predefinedMetricType": "LambdaProvisionedConcurrencyUtilization"
            },
        },
    )
    return target


def _changes(provisioned: ProvisionedConcurrency) -> Iterator[ScheduledConcurrency]:
    """Every change of the bounds: business hours have two, at their start and at their end."""
    for scheduled in provisioned.schedules or ():
        if isinstance(scheduled, ScheduledConcurrency):
            yield scheduled
            continue
        days = scheduled.week_days or defaults.BUSINESS_WEEK_DAYS
        opens, closes = scheduled.hours
        for hour, bounds in ((opens, scheduled), (closes, provisioned)):
            yield ScheduledConcurrency(
                schedule=autoscaling.Schedule.cron(minute="0", hour=str(hour), week_day=days),
                minimum=bounds.minimum,
                maximum=bounds.maximum,
                time_zone=scheduled.time_zone,
            )
