"""How traffic moves to a new version: the choices, checked and reduced to numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from ..core.guard import Guard, Unknown
from ..rules import defaults
from ..rules.ranges_events import rollout_percentage_range
from ..rules.rollout import rollout_interval_range
from ..rules.rollout_alarms import rollout_alarms_maximum, rollout_without_alarm
from ..rules.rollout_plan import RolloutPlan

if TYPE_CHECKING:
    from .smoke_test import Hook


@dataclass(frozen=True, kw_only=True)
class Canary:
    """Shift a share of the traffic first, and the rest if no alarm stopped it in the meantime.

    Args:
        percentage: Share of the first step; percent, 1 to 99. Default: 10
        interval: Time until the rest follows; whole minutes, up to 48 hours. Default: 5 minutes, room for
            five one-minute alarm periods.
        alarms: Further alarms that stop the rollout and roll it back. Default: only those of the workload.
        before_traffic: Run before any traffic moves; if it fails, none does. A function of yours must report
            to CodeDeploy (`PutLifecycleEventHookExecutionStatus`, which it is granted). Default: none
        after_traffic: Run when all traffic has moved; if it fails, the alias goes back. Default: none
    """

    percentage: int = defaults.CANARY_PERCENTAGE
    interval: cdk.Duration | None = None
    alarms: Sequence[cloudwatch.IAlarm] = ()
    before_traffic: Hook | None = None
    after_traffic: Hook | None = None


@dataclass(frozen=True, kw_only=True)
class Linear:
    """Shift the traffic in equal steps, as long as no alarm stops it.

    Args:
        percentage: Share of each step; percent, 1 to 99. Default: 10
        interval: Time between two steps; whole minutes. Default: 1 minute, so ten steps take nine.
        alarms: Further alarms that stop the rollout and roll it back. Default: only those of the workload.
        before_traffic: Run before any traffic moves; if it fails, none does. A function of yours must report
            to CodeDeploy (`PutLifecycleEventHookExecutionStatus`, which it is granted). Default: none
        after_traffic: Run when all traffic has moved; if it fails, the alias goes back. Default: none
    """

    percentage: int = defaults.LINEAR_PERCENTAGE
    interval: cdk.Duration | None = None
    alarms: Sequence[cloudwatch.IAlarm] = ()
    before_traffic: Hook | None = None
    after_traffic: Hook | None = None


@dataclass(frozen=True, kw_only=True)
class AllAtOnce:
    """Shift all of the traffic at once: no alarm stops it.

    Args:
        before_traffic: Run before any traffic moves; if it fails, none does. A function of yours must report
            to CodeDeploy (`PutLifecycleEventHookExecutionStatus`, which it is granted). Default: none
        after_traffic: Run when all traffic has moved; if it fails, the alias goes back. Default: none
    """

    before_traffic: Hook | None = None
    after_traffic: Hook | None = None


Rollout: TypeAlias = Canary | Linear | AllAtOnce


def plan_rollout(guard: Guard, rollout: Rollout | None, bundled_alarms: int) -> RolloutPlan:
    """Check a rollout and reduce it to numbers.

    Args:
        guard: Guard of the workload.
        rollout: The user's choice; None means `Canary()`.
        bundled_alarms: How many alarms of the bundle itself would watch the rollout.
    """
    match rollout:
        case None:
            plan = RolloutPlan("Canary", defaults.CANARY_PERCENTAGE, defaults.CANARY_INTERVAL_MINUTES)
        case Canary():
            plan = _plan(guard, rollout, defaults.CANARY_INTERVAL_MINUTES)
        case Linear():
            plan = _plan(guard, rollout, defaults.LINEAR_INTERVAL_MINUTES)
        case AllAtOnce():
            plan = RolloutPlan("AllAtOnce")
        case _:
            guard.refuse_type("rollout", rollout, "Canary(), Linear() or AllAtOnce()")
    alarms = bundled_alarms + len(own_alarms(rollout))
    guard.check(rollout_without_alarm, plan.kind, alarms)
    guard.check(rollout_alarms_maximum, alarms)
    return plan


def own_alarms(rollout: Rollout | None) -> Sequence[cloudwatch.IAlarm]:
    """The alarms that the user gave to the rollout."""
    return rollout.alarms if isinstance(rollout, Canary | Linear) else ()


def _plan(guard: Guard, rollout: Canary | Linear, default_minutes: int) -> RolloutPlan:
    percentage = guard.integer("rollout.percentage", rollout.percentage)
    interval: int | Unknown = default_minutes * 60
    if rollout.interval is not None:
        interval = guard.seconds("rollout.interval", rollout.interval)
    if isinstance(percentage, Unknown) or isinstance(interval, Unknown):
        # CodeDeploy's configurations are chosen by these numbers, and their names hold them.
        guard.refuse_type("rollout", rollout, "numbers that are known at synthesis")
    guard.check(rollout_percentage_range, percentage)
    linear = isinstance(rollout, Linear)
    steps = percentage if linear else None
    guard.check(rollout_interval_range, interval, steps_percentage=steps)
    return RolloutPlan("Linear" if linear else "Canary", percentage, interval // 60)
