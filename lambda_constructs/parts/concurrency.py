"""Provisioned concurrency: environments kept warm, scaled by their use and by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..guard import Guard
from ..rules import defaults
from ..rules.checks import concurrency as rules


@dataclass(frozen=True, kw_only=True)
class ScheduledConcurrency:
    """Bounds of provisioned concurrency from a point in time on, until another schedule changes them.

    Args:
        schedule: When: `Schedule.cron(...)`, `Schedule.rate(...)` or `Schedule.at(...)`.
        minimum: Environments kept warm at least; 1 or more.
        maximum: Environments kept warm at most; `minimum` or more. To have fewer at night, lower this:
            a lower minimum alone takes nothing away.
        time_zone: Time zone of the schedule. Default: UTC
    """

    schedule: autoscaling.Schedule
    minimum: int
    maximum: int
    time_zone: cdk.TimeZone | None = None


@dataclass(frozen=True, kw_only=True)
class ProvisionedConcurrency:
    """Environments that are initialized before they are needed.

    Args:
        minimum: Environments kept warm at least, also right after a deployment; 1 or more.
        maximum: Environments kept warm at most; `minimum` or more. The same as `minimum` without schedules
            means a fixed number: nothing is scaled.
        target_utilization: Share of the warm environments in use that scaling aims at; 0.1 to 0.9.
            Default: 0.7
        schedules: Changes of the bounds by the clock. Default: none
    """

    minimum: int
    maximum: int
    target_utilization: float = defaults.TARGET_UTILIZATION
    schedules: Sequence[ScheduledConcurrency] = ()


def check_provisioned(
    guard: Guard,
    provisioned: ProvisionedConcurrency | None,
    reserved_concurrency: int | None,
    rollout: str,
    *,
    tested: bool,
) -> None:
    """Check the bounds, also those of the schedules, against AWS's limits and the reservation.

    Args:
        guard: Guard of the workload.
        provisioned: The user's choice.
        reserved_concurrency: The reservation that it is taken from.
        rollout: Kind of the rollout.
        tested: Whether a hook starts a new version before it gets traffic.
    """
    if provisioned is None:
        return
    guard.instance(
        "provisioned_concurrency",
        provisioned,
        ProvisionedConcurrency,
        "ProvisionedConcurrency(minimum=..., maximum=...)",
    )
    guard.check(
        rules.target_utilization_range,
        guard.number("provisioned_concurrency.target_utilization", provisioned.target_utilization),
    )
    every: dict[str, ProvisionedConcurrency | ScheduledConcurrency] = {rules.OPTION: provisioned}
    for number, scheduled in enumerate(provisioned.schedules):
        every[f"{rules.OPTION}.schedules[{number}]"] = scheduled
    for option, bounds in every.items():
        minimum = guard.integer(f"{option}.minimum", bounds.minimum)
        maximum = guard.integer(f"{option}.maximum", bounds.maximum)
        guard.check(rules.provisioned_range, minimum, maximum, option=option)
        if reserved_concurrency is not None:
            reserved = guard.integer("reserved_concurrency", reserved_concurrency)
            guard.check(rules.provisioned_above_reserved, maximum, reserved, option=option)
            guard.check(rules.provisioned_equals_reserved, maximum, reserved, option=option)
    guard.check(rules.provisioned_with_canary, rollout, tested=tested)


def scale(
    scope: Construct,
    alias_name: str,
    alias: lambda_.Alias,
    provisioned: ProvisionedConcurrency | None,
) -> autoscaling.CfnScalableTarget | None:
    """Scale the alias, `<function>:<alias>`, by use and by schedule; nothing if the number is fixed.

    The target is an L1 resource: the L2 target needs a role or makes one, but Application Auto Scaling
    uses its service-linked role for Lambda in any case.
    """
    if provisioned is None:
        return None
    if provisioned.minimum == provisioned.maximum and not provisioned.schedules:
        return None
    target = autoscaling.CfnScalableTarget(
        scope,
        "Capacity",
        min_capacity=provisioned.minimum,
        max_capacity=provisioned.maximum,
        resource_id=f"function:{alias_name}",
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
            for number, scheduled in enumerate(provisioned.schedules, 1)
        ]
        or None,
    )
    target.node.add_dependency(alias)
    autoscaling.CfnScalingPolicy(
        scope,
        "Utilization",
        policy_name="Utilization",
        policy_type="TargetTrackingScaling",
        scaling_target_id=target.ref,
        target_tracking_scaling_policy_configuration=(
            autoscaling.CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty(
                target_value=provisioned.target_utilization,
                predefined_metric_specification=(
                    autoscaling.CfnScalingPolicy.PredefinedMetricSpecificationProperty(
                        predefined_metric_type="LambdaProvisionedConcurrencyUtilization"
                    )
                ),
            )
        ),
    )
    return target
