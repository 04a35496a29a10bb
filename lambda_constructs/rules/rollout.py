"""Rules for shifting traffic to a new version."""

from __future__ import annotations

from . import defaults, limits
from .derive import linear_minutes
from .rollout_plan import PREDEFINED, PREFIX
from .rule import Words, rule
from .urls import SQS_ERRORS_URL


@rule(
    "rollout-percentage-range",
    why="CodeDeploy refuses the deployment configuration.",
    source=limits.CODEDEPLOY_QUOTAS_URL,
)
def rollout_percentage_range(_: Words, percentage: int) -> str | None:
    """1 to 99 percent."""
    low, high = limits.TRAFFIC_PERCENTAGE_MINIMUM, limits.TRAFFIC_PERCENTAGE_MAXIMUM
    if low <= percentage <= high:
        return None
    return (
        f"rollout.percentage is {percentage}, CodeDeploy allows {low} to {high}; "
        "for all of the traffic in one step use AllAtOnce()"
    )


@rule(
    "rollout-interval-range",
    why="CodeDeploy counts whole minutes and ends a rollout within 48 hours.",
    source=limits.CODEDEPLOY_QUOTAS_URL,
)
def rollout_interval_range(_: Words, seconds: int, *, steps_percentage: int | None) -> str | None:
    """Whole minutes, and no more than 48 hours from the first to the last shift.

    Args:
        seconds: The interval between two shifts.
        steps_percentage: Share of each step of a linear rollout; None for a canary.
    """
    if seconds < 60 or seconds % 60:
        return f"rollout.interval is {seconds} seconds, CodeDeploy counts whole minutes; pass 1 or more"
    minutes = seconds // 60
    total = minutes if steps_percentage is None else linear_minutes(steps_percentage, minutes)
    if total > limits.TRAFFIC_MINUTES_MAXIMUM:
        return (
            f"rollout takes {total} minutes, CodeDeploy allows {limits.TRAFFIC_MINUTES_MAXIMUM}; "
            "shorten interval or raise percentage"
        )
    return None


@rule(
    "rollout-without-alarm",
    why="Without an alarm a canary is only a slow deployment: a failing version is promoted all the same.",
    source=limits.CODEDEPLOY_ALARMS_URL,
)
def rollout_without_alarm(_: Words, rollout: str, alarms: int) -> str | None:
    """A gradual rollout has an alarm that can stop it."""
    if rollout == "AllAtOnce" or alarms:
        return None
    return (
        f"rollout is {rollout} without an alarm that could stop it; keep or add one on the new version's "
        "errors, or shift all traffic at once"
    )


@rule(
    "rollout-alarms-maximum",
    why="CodeDeploy refuses the deployment group.",
    source=limits.CODEDEPLOY_ALARMS_URL,
)
def rollout_alarms_maximum(_: Words, alarms: int) -> str | None:
    """At most ten alarms watch one deployment group."""
    maximum = limits.ALARMS_PER_DEPLOYMENT_GROUP_MAXIMUM
    if alarms <= maximum:
        return None
    return (
        f"{alarms} alarms would watch the rollout, CodeDeploy allows {maximum}; "
        "join some of them in a composite alarm"
    )


@rule(
    "failed-events-above-canary",
    severity="warning",
    why="During the canary a version that fails every event fails only the canary's share of all events: "
    "an alarm at or above it does not fire before everything is promoted.",
    source=limits.CODEDEPLOY_ALARMS_URL,
)
def failed_events_above_canary(_: Words, threshold: float, canary_percentage: int) -> str | None:
    """The failed-events alarm fires below the share of traffic that the first step shifts."""
    if threshold < canary_percentage:
        return None
    return (
        f"alarms.failed_events_percentage is {threshold}, but the first step shifts only "
        f"{canary_percentage} % of the events: a broken version would be promoted; "
        f"choose less than {canary_percentage}"
    )


@rule(
    "failed-events-percentage-range",
    why="A share below zero always alarms, one of 100 or more never does.",
    source=limits.ALARM_NAME_URL,
)
def failed_events_percentage_range(_: Words, threshold: float) -> str | None:
    """Above 0 and below 100 percent."""
    if 0 < threshold < 100:
        return None
    return (
        f"alarms.failed_events_percentage is {threshold}; pass a share above 0 and below 100, "
        f"or leave it out for half of the canary's share ({defaults.FAILED_EVENTS_PERCENTAGE} "
        "without one)"
    )


@rule(
    "emergency-deployment",
    severity="warning",
    why="The release goes to everybody at once and no alarm can stop it.",
    source=limits.CODEDEPLOY_ALARMS_URL,
)
def emergency_deployment(_: Words, key: str) -> str | None:
    """The context key that lifts rollouts and alarms for one deployment is set."""
    return (
        f"context key {key} is set: this deployment shifts all traffic at once and no alarm stops "
        "it; leave the key out of the next one"
    )


@rule(
    "rollout-alarms-disabled",
    why="CodeDeploy looks at none of them: a failing version is promoted all the same.",
    source=limits.CODEDEPLOY_ALARMS_URL,
)
def rollout_alarms_disabled(_: Words, rollout: str, *, enabled: bool) -> str | None:
    """The alarms of a gradual rollout are watched."""
    if rollout == "AllAtOnce" or enabled:
        return None
    return f"rollout is {rollout} and its alarms are not watched; set AlarmConfiguration.Enabled to true"


@rule(
    "rollout-alarms-unread",
    severity="warning",
    why="A role that may not read the alarms, or a fault of CloudWatch, is then taken for a good version.",
    source=limits.CODEDEPLOY_ALARMS_URL,
)
def rollout_alarms_unread(_: Words, *, ignored: bool) -> str | None:
    """A rollout whose alarms cannot be read stops."""
    if not ignored:
        return None
    return "the rollout goes on when its alarms cannot be read; leave IgnorePollAlarmFailure out"


@rule(
    "rollout-blind-to-partial-failures",
    severity="warning",
    why="A function that reports failed messages returns normally, so its Errors stay at 0 and a version "
    "that fails every message is promoted.",
    source=SQS_ERRORS_URL,
)
def rollout_blind_to_partial_failures(_: Words, alarms: int, errors: int) -> str | None:
    """Beside alarms on Errors another one watches the rollout of a function that reports failed messages.

    Args:
        alarms: Alarms that watch the rollout.
        errors: Those of them on the metric Errors.
    """
    if errors < alarms or not alarms:
        return None
    return (
        "only alarms on Errors watch the rollout, which stay at 0 while the function reports failed "
        "messages; add one on FailedInvokeEventCount, or on a metric of the function's own"
    )


@rule(
    "deployment-config-unknown",
    why="CodeDeploy has no such configuration: the deployment group cannot be created.",
    source=limits.DEPLOYMENT_CONFIG_URL,
)
def deployment_config_unknown(_: Words, name: str) -> str | None:
    """One of CodeDeploy's own configurations for Lambda, or one of the account's."""
    if name in PREDEFINED or not name.startswith(PREFIX):
        return None
    names = ", ".join(each.removeprefix(PREFIX) for each in PREDEFINED)
    return (
        f"deployment configuration {name} does not exist for Lambda; choose one of {names}, or make your own"
    )
