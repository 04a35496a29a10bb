"""Rollouts: how traffic moves to a new version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from ..core.guard import Guard
from ..rules import defaults
from ..rules.ranges_events import rollout_percentage_range
from ..rules.rollout import rollout_interval_range
from ..rules.rollout_alarms import rollout_alarms_maximum, rollout_without_alarm
from ..rules.rollout_plan import RolloutPlan
from ..template.values import Unknown
from .hook import Hook


@dataclass(frozen=True, kw_only=True)
class Canary:
    """Shift a share of the traffic first, and the rest if no alarm stops the rollout in the meantime.

    Args:
        percentage: Share of the first step; percent, 1 to 99. Default: 10
        interval: Time until the rest follows; whole minutes, up to 48 hours. Default: 5 minutes, room for
            five one-minute alarm periods.
        alarms: Further alarms that stop the rollout and roll it back. Default: only those of the workload.
        before_traffic: Hook that runs before the traffic moves; if it fails, no traffic moves. Your own
            function must report to CodeDeploy (`PutLifecycleEventHookExecutionStatus`, which it is granted).
            Default: none
        after_traffic: Hook that runs after all traffic has moved; if it fails, CodeDeploy rolls back.
            Default: none
    """

    percentage: int | None = None
    interval: cdk.Duration | None = None
    alarms: Sequence[cloudwatch.Alarm | cloudwatch.IAlarm] | None = None
    before_traffic: Hook | None = None
    after_traffic: Hook | None = None


@dataclass(frozen=True, kw_only=True)
class Linear:
    """Shift the traffic in equal steps, as long as no alarm stops the rollout.

    Args:
        percentage: Share of each step; percent, 1 to 99. Default: 10
        interval: Time between two steps; whole minutes. Default: 1 minute, so ten steps take nine.
        alarms: Further alarms that stop the rollout and roll it back. Default: only those of the workload.
        before_traffic: Hook that runs before the traffic moves; if it fails, no traffic moves. Your own
            function must report to CodeDeploy (`PutLifecycleEventHookExecutionStatus`, which it is granted).
            Default: none
        after_traffic: Hook that runs after all traffic has moved; if it fails, CodeDeploy rolls back.
            Default: none
    """

    percentage: int | None = None
    interval: cdk.Duration | None = None
    alarms: Sequence[cloudwatch.Alarm | cloudwatch.IAlarm] | None = None
    before_traffic: Hook | None = None
    after_traffic: Hook | None = None


@dataclass(frozen=True, kw_only=True)
class AllAtOnce:
    """Shift all traffic at once: no alarm can stop the rollout.

    Args:
        before_traffic: Hook that runs before the traffic moves; if it fails, no traffic moves. Your own
            function must report to CodeDeploy (`PutLifecycleEventHookExecutionStatus`, which it is granted).
            Default: none
        after_traffic: Hook that runs after all traffic has moved; if it fails, CodeDeploy rolls back.
            Default: none
    """

    before_traffic: Hook | None = None
    after_traffic: Hook | None = None


Rollout: TypeAlias = Canary | Linear | AllAtOnce


def plan_rollout(guard: Guard, rollout: Rollout, own_alarms: int) -> RolloutPlan:
    """Check a rollout and convert it to numbers.

    `own_alarms` is how many alarms of the workload itself watch the rollout.
    """
    plan = _plan(guard, rollout)
    alarms = own_alarms + len(given_alarms(rollout))
    guard.check(rollout_without_alarm, plan.kind, alarms)
    guard.check(rollout_alarms_maximum, alarms)
    return plan


def given_alarms(rollout: Rollout) -> Sequence[cloudwatch.IAlarm]:
    """The alarms that the user passes to the rollout."""
    return () if isinstance(rollout, AllAtOnce) else rollout.alarms or ()


def _plan(guard: Guard, rollout: Rollout) -> RolloutPlan:
    if isinstance(rollout, AllAtOnce):
        return RolloutPlan("AllAtOnce")
    linear = isinstance(rollout, Linear)
    default = defaults.LINEAR_PERCENTAGE if linear else defaults.CANARY_PERCENTAGE
    percentage = guard.integer(default if rollout.percentage is None else rollout.percentage)
    minutes = defaults.LINEAR_INTERVAL_MINUTES if linear else defaults.CANARY_INTERVAL_MINUTES
    interval = minutes * 60
    # The name of a CodeDeploy configuration contains these numbers.
    if rollout.interval is not None:
        interval = guard.known_seconds("rollout.interval", rollout.interval)
    if isinstance(percentage, Unknown):
        guard.refuse_unknown("rollout.percentage", "a number that is known at synthesis")
    guard.check(rollout_percentage_range, percentage)
    guard.check(rollout_interval_range, interval, steps_percentage=percentage if linear else None)
    return RolloutPlan("Linear" if linear else "Canary", percentage, interval // 60)
