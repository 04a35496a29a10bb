"""Rules for the alarms that can stop a rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..template.alarms import ALARM, COMPOSITE_ALARM, datapoints_of, metrics, period_of
from ..template.targets import function_of
from ..template.template import Resource, Template, value_at
from ..template.trigger_kinds import MAPPING
from ..template.triggers import triggers_by_function
from ..template.values import Unknown, Value, flat, is_known
from ..template.views import if_given, view
from .defaults import FAILED_EVENTS
from .rollout_aliases import rollout_aliases
from .rollout_plan import RolloutPlan
from .rule import Place, Words, at, rule, warning
from .urls import CODEDEPLOY_ALARMS_URL, SQS_ERRORS_URL

_WINDOW_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html"
)
ALARMS_PER_DEPLOYMENT_GROUP_MAXIMUM: Final = 10  # botocore, codedeploy AlarmConfiguration.alarms
_CONFIGURATION: Final = "AlarmConfiguration"


@rule(
    accepted=True,
    why="Without an alarm a canary is only a slow deployment: CodeDeploy promotes a failing version too.",
    source=CODEDEPLOY_ALARMS_URL,
)
def rollout_without_alarm(words: Words, rollout: str, alarms: int) -> str | None:
    """An alarm can stop a gradual rollout."""
    if rollout == "AllAtOnce" or alarms:
        return None
    fix = words(
        "keep the alarm on the errors of the new version or pass your own, or use AllAtOnce()",
        "add an alarm on the errors of the new version, or shift all traffic at once",
    )
    return f"the rollout is {rollout}, but no alarm can stop it; {fix}"


@rule(why="CodeDeploy refuses the deployment group.", source=CODEDEPLOY_ALARMS_URL)
def rollout_alarms_maximum(_: Words, alarms: int) -> str | None:
    """At most ten alarms for one deployment group."""
    maximum = ALARMS_PER_DEPLOYMENT_GROUP_MAXIMUM
    if alarms <= maximum:
        return None
    return (
        f"{alarms} alarms would watch the rollout, CodeDeploy allows {maximum}; combine some of them in a "
        "composite alarm"
    )


@rule(
    why="All traffic shifts in one step, so the alarm cannot stop the rollout.", source=CODEDEPLOY_ALARMS_URL
)
def alarm_without_steps(_: Words, rollout: str) -> str | None:
    """Alarms watch rollouts in steps."""
    if rollout != "AllAtOnce":
        return None
    return "the rollout is AllAtOnce, which an alarm cannot stop; pass rollout=Canary() or leave it out"


@rule(why="CodeDeploy ignores the alarms and promotes a failing version.", source=CODEDEPLOY_ALARMS_URL)
def rollout_alarms_disabled(_: Words, rollout: str, *, enabled: bool) -> str | None:
    """The alarms of a gradual rollout are enabled."""
    if rollout == "AllAtOnce" or enabled:
        return None
    return f"the rollout is {rollout}, but its alarms are disabled; set Enabled to true"


@warning(
    why="CodeDeploy promotes the version when its role may not read the alarms, or when CloudWatch fails.",
    source=CODEDEPLOY_ALARMS_URL,
)
def rollout_alarms_unread(_: Words, *, ignored: bool) -> str | None:
    """A rollout stops when CodeDeploy cannot read its alarms."""
    if not ignored:
        return None
    return "the rollout continues when CodeDeploy cannot read its alarms; leave IgnorePollAlarmFailure out"


@rule(why="CodeDeploy cannot read the alarm, and stops the deployment.", source=CODEDEPLOY_ALARMS_URL)
def rollout_alarm_missing(_: Words, name: str, *, found: bool) -> str | None:
    """An alarm on failing events has the name by which its deployment group watches it."""
    if found:
        return None
    return (
        f"the rollout watches the alarm {name}, which the template does not have; let the alarm keep its name"
    )


@warning(
    why="A function that reports failed messages returns normally, so its Errors stay at 0 and CodeDeploy "
    "promotes a version that fails every message.",
    source=SQS_ERRORS_URL,
)
def rollout_blind_to_partial_failures(_: Words, alarms: int, errors: int) -> str | None:
    """An alarm on another metric than Errors watches the rollout, if the function reports failed messages."""
    if errors < alarms or not alarms:
        return None
    return (
        "only alarms on Errors watch the rollout, and Errors stay at 0 while the function reports failed "
        "messages; add an alarm on FailedInvokeEventCount, or on a metric that the function publishes"
    )


@rule(
    accepted=True,
    why="The alarm needs so many bad periods that CodeDeploy promotes the version before it can fire.",
    source=_WINDOW_URL,
)
def alarm_after_rollout(_: Words, period: int, datapoints: int, shifts: int) -> str | None:
    """The rollout is longer than all but the first of the periods that the alarm needs."""
    if (datapoints - 1) * period < shifts:  # CloudWatch's window slides, so the first one may begin earlier
        return None
    return (
        f"the alarm fires after {datapoints} bad periods of {period} seconds, but the rollout ends after "
        f"{shifts} seconds; use shorter or fewer periods, or a longer rollout"
    )


@warning(
    why="Most of the data that the alarm evaluates is older than the new version, so it fires late or never.",
    source=_WINDOW_URL,
)
def alarm_slow_for_rollout(_: Words, period: int, datapoints: int, shifts: int) -> str | None:
    """The rollout is at least as long as all the periods that the alarm needs."""
    if datapoints * period <= shifts or (datapoints - 1) * period >= shifts:
        return None
    return (
        f"the alarm evaluates {datapoints * period} seconds, but the rollout takes only {shifts} "
        "seconds; use shorter or fewer periods, or a longer rollout"
    )


@rollout_without_alarm.in_template
def _(template: Template) -> Iterator[Place]:
    for group, alias, plan in _gradual(template):
        yield at(group, _CONFIGURATION, plan.kind, _count(group), about=[alias])


@rollout_alarms_maximum.in_template
def _(template: Template) -> Iterator[Place]:
    for group, alias, _ in _gradual(template):
        yield at(group, _CONFIGURATION, _count(group), about=[alias])


@rollout_alarms_disabled.in_template
def _(template: Template) -> Iterator[Place]:
    for group, alias, plan in _watched(template):
        enabled = group.flag(_CONFIGURATION, "Enabled", default=True)
        known = if_given(enabled, group.get(_CONFIGURATION, "Alarms"))
        yield at(group, f"{_CONFIGURATION}/Enabled", plan.kind, enabled=known, about=[alias])


@rollout_alarms_unread.in_template
def _(template: Template) -> Iterator[Place]:
    for group, alias, _ in _watched(template):
        ignored = group.flag(_CONFIGURATION, "IgnorePollAlarmFailure")
        yield at(group, f"{_CONFIGURATION}/IgnorePollAlarmFailure", ignored=ignored, about=[alias])


@rollout_alarm_missing.in_template
def _(template: Template) -> Iterator[Place]:
    names = [each.get("AlarmName") for each in template.of_type(ALARM, COMPOSITE_ALARM)]
    unknown = next((each for each in names if not is_known(each)), None)
    for group, alias, _ in _watched(template):
        for position, each in enumerate(group.items(_CONFIGURATION, "Alarms")):
            name = value_at(each, "Name")
            if (text := flat(name)).endswith(f"/{FAILED_EVENTS}"):
                found = isinstance(_alarm(template, name), Resource) or unknown or False
                yield at(group, f"{_CONFIGURATION}/Alarms/{position}", text, found=found, about=[alias])


@rollout_blind_to_partial_failures.in_template
def _(template: Template) -> Iterator[Place]:
    for group, alias, _ in _watched(template):
        found = _alarms(template, group)
        alarms = [each for each in found if isinstance(each, Resource) and each.type == ALARM]
        if len(alarms) == len(found) and _reports_failures(template, alias):
            errors = sum(map(_only_errors, alarms))
            yield at(group, _CONFIGURATION, len(alarms), errors, about=[alias])


@alarm_after_rollout.in_template
@alarm_slow_for_rollout.in_template
def _(template: Template) -> Iterator[Place]:
    for group, alias, plan in _watched(template):
        for position, alarm in enumerate(_alarms(template, group)):
            location = f"{_CONFIGURATION}/Alarms/{position}"
            shifts = 60 * plan.duration
            if isinstance(alarm, Unknown):
                yield at(group, location, alarm, alarm, shifts, about=[alias])
            # Missing data counts as bad there, so what was before the new version does too.
            elif alarm.type == ALARM and alarm.get("TreatMissingData") != "breaching":
                values = period_of(alarm), datapoints_of(alarm), shifts
                yield at(group, location, *values, about=[alias, alarm])


def _gradual(template: Template) -> Iterator[tuple[Resource, Resource, RolloutPlan]]:
    """The deployment groups of gradual rollouts, each with its alias and its plan."""
    for each in rollout_aliases(template):
        if each.group is not None and each.plan is not None and each.plan.gradual:
            yield each.group, each.alias, each.plan


def _watched(template: Template) -> Iterator[tuple[Resource, Resource, RolloutPlan]]:
    """Those that have alarms."""
    return (each for each in _gradual(template) if _count(each[0]))


def _count(group: Resource) -> int | Unknown:
    return group.count(_CONFIGURATION, "Alarms")


def _alarms(template: Template, group: Resource) -> list[Resource | Unknown]:
    """The alarms that watch a group; unknown if they are not in the template."""
    given = group.items(_CONFIGURATION, "Alarms")
    return [_alarm(template, value_at(each, "Name")) for each in given]


def _alarm(template: Template, named: Value) -> Resource | Unknown:
    referred = template.referred(named)
    if referred is not None:
        return referred
    if isinstance(named, Unknown):
        return named
    return _by_name(template).get(flat(named)) or Unknown("an alarm outside the template")


@view
def _by_name(template: Template) -> Mapping[str, Resource]:
    """The alarms that have a name."""
    alarms = reversed(template.of_type(ALARM, COMPOSITE_ALARM))
    return {flat(name): each for each in alarms if (name := each.get("AlarmName")) is not None}


def _reports_failures(template: Template, alias: Resource) -> bool:
    """Whether an event source mapping invokes the alias and accepts reports of failed messages."""
    owner = function_of(template, alias.get("FunctionName"))
    return owner is not None and any(
        trigger.name == MAPPING
        and trigger.target.alias is alias
        and "ReportBatchItemFailures" in trigger.resource.items("FunctionResponseTypes")
        for trigger in triggers_by_function(template).get(owner.function.id, ())
    )


def _only_errors(alarm: Resource) -> bool:
    found = [(metric.get("Namespace"), metric.get("MetricName")) for _, metric in metrics(alarm)]
    return bool(found) and all(each == ("AWS/Lambda", "Errors") for each in found)
