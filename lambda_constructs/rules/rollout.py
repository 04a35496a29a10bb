"""Rules for shifting traffic to a new version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.template import Template
from . import defaults
from .rollout_aliases import rollout_aliases
from .rollout_plan import PREDEFINED, PREFIX, RolloutPlan
from .rule import Place, Words, at, rule, warning
from .urls import ALARM_API_URL, CODEDEPLOY_ALARMS_URL, CODEDEPLOY_QUOTAS_URL

TRAFFIC_MINUTES_MAXIMUM: Final = 2_880  # 48 hours between the first and the last shift: CODEDEPLOY_QUOTAS_URL


@rule(why="CodeDeploy counts whole minutes and allows 48 hours for a rollout.", source=CODEDEPLOY_QUOTAS_URL)
def rollout_interval_range(_: Words, seconds: int, *, steps_percentage: int | None) -> str | None:
    """Whole minutes, and no more than 48 hours from the first to the last shift."""
    if seconds < 60 or seconds % 60:
        return (
            f"rollout.interval is {seconds} seconds, but CodeDeploy counts whole minutes; pass a whole "
            "number of minutes, at least 1"
        )
    minutes = seconds // 60
    plan = RolloutPlan("Canary", minutes=minutes)
    if steps_percentage is not None:  # it is a linear rollout
        plan = RolloutPlan("Linear", steps_percentage, minutes)
    if plan.duration > TRAFFIC_MINUTES_MAXIMUM:
        return (
            f"the rollout takes {plan.duration} minutes, CodeDeploy allows {TRAFFIC_MINUTES_MAXIMUM}; "
            "shorten rollout.interval or raise rollout.percentage"
        )
    return None


@rule(
    why="CodeDeploy runs one function before and one after the traffic shifts.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html",
)
def hook_twice(_: Words, option: str, *, given: bool) -> str | None:
    """One hook for each moment."""
    if not given:
        return None
    return f"the rollout has the hook {option} already; let one function do both"


@warning(
    why="During the canary a version that fails every event fails only the canary's share of all events. An "
    "alarm at or above that share does not fire before CodeDeploy promotes the version.",
    source=CODEDEPLOY_ALARMS_URL,
    names={"threshold": ("alarms.failed_events_percentage", "Threshold")},
)
def failed_events_above_canary(_: Words, threshold: float, canary_percentage: int) -> str | None:
    """The alarm on failed events fires below the share of traffic that the first step shifts."""
    if threshold < canary_percentage:
        return None
    return (
        f"alarms.failed_events_percentage is {threshold}, but the first step shifts only {canary_percentage} "
        "% of the events, so the alarm cannot stop a version that fails all of them; choose less than "
        f"{canary_percentage}"
    )


@rule(
    why="An alarm on a share of 0 always fires, and one on 100 does not fire while any event succeeds.",
    source=ALARM_API_URL,
    names={"threshold": ("alarms.failed_events_percentage", "Threshold")},
)
def failed_events_percentage_range(_: Words, threshold: float) -> str | None:
    """Above 0 and below 100 percent."""
    if 0 < threshold < 100:
        return None
    return (
        f"alarms.failed_events_percentage is {threshold}, but it must be above 0 and below 100; choose a "
        f"value between them, or leave it out for half of the canary's share "
        f"({defaults.FAILED_EVENTS_PERCENTAGE} without a canary)"
    )


@warning(why="The release reaches all users at once, and no alarm can stop it.", source=CODEDEPLOY_ALARMS_URL)
def emergency_deployment(_: Words, key: str) -> str | None:
    """The context key that turns off rollouts and rollback alarms is set for one deployment only."""
    return (
        f"context key {key} is set, so this deployment shifts all traffic at once and no alarm can stop it; "
        "remove the key before the next deployment"
    )


@rule(
    why="CodeDeploy does not have the configuration, so CloudFormation cannot create the deployment group.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html",
)
def deployment_config_unknown(_: Words, name: str) -> str | None:
    """One of CodeDeploy's predefined configurations for Lambda, or one of the account's."""
    if name in PREDEFINED or not name.startswith(PREFIX):
        return None
    names = ", ".join(each.removeprefix(PREFIX) for each in PREDEFINED)
    return (
        f"deployment configuration {name} does not exist for Lambda; choose one of {names}, or create your "
        "own configuration"
    )


@deployment_config_unknown.in_template
def _(template: Template) -> Iterator[Place]:
    for shifted in rollout_aliases(template):
        if shifted.group is not None:
            name = shifted.group.get("DeploymentConfigName")
            if isinstance(name, str):
                yield at(shifted.group, "DeploymentConfigName", name)
