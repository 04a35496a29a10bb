"""Rollouts of CodeDeploy: whether something would stop a bad version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...rules.alarm import alarm_after_rollout, alarm_slow_for_rollout
from ...rules.alias import dead_letter_config_with_rollout
from ...rules.releases import Release, releases
from ...rules.rollout import (
    deployment_config_unknown,
    rollout_alarms_disabled,
    rollout_alarms_maximum,
    rollout_alarms_unread,
    rollout_blind_to_partial_failures,
    rollout_without_alarm,
)
from ...template.targets import function_of
from ...template.template import Resource, Template
from ...template.triggers import MAPPING, triggers_by_function
from ...template.values import Unknown, Value
from ..findings import Findings
from .alarms import ALARM, metrics, period_of

_COMPOSITE: Final = "AWS::CloudWatch::CompositeAlarm"
_PARTIAL: Final = "ReportBatchItemFailures"


def check(findings: Findings) -> None:
    """Check every alias whose traffic CodeDeploy shifts."""
    for release in releases(findings.template):
        _check_function(findings, release)
        if release.group is not None:
            _check_group(findings, release, release.group)


def _check_function(findings: Findings, release: Release) -> None:
    if release.plan is None or release.plan.gradual:
        own = release.function.get("DeadLetterConfig", "TargetArn") is not None
        findings.check(
            dead_letter_config_with_rollout,
            release.function,
            "DeadLetterConfig",
            release.name,
            dead_letter_config=own,
            about=[release.alias],
        )


def _check_group(findings: Findings, release: Release, group: Resource) -> None:
    named = group.get("DeploymentConfigName")
    if isinstance(named, str):
        findings.check(deployment_config_unknown, group, "DeploymentConfigName", named)
    if release.plan is None or not release.plan.gradual:
        return
    watching = group.get("AlarmConfiguration", "Alarms")
    known: int | Unknown = watching if isinstance(watching, Unknown) else _length(watching)
    where, kind, about = "AlarmConfiguration", release.plan.kind, [release.alias]
    findings.check(rollout_without_alarm, group, where, kind, known, about=about)
    findings.check(rollout_alarms_maximum, group, where, known, about=about)
    if not known:
        return
    enabled = group.flag("AlarmConfiguration", "Enabled", default=True)
    findings.check(rollout_alarms_disabled, group, f"{where}/Enabled", kind, enabled=enabled, about=about)
    ignored = group.flag("AlarmConfiguration", "IgnorePollAlarmFailure")
    findings.check(
        rollout_alarms_unread, group, f"{where}/IgnorePollAlarmFailure", ignored=ignored, about=about
    )
    _check_alarms(findings, release, group)


def _check_alarms(findings: Findings, release: Release, group: Resource) -> None:
    watching = list(_alarms(findings.template, group))
    for position, alarm in enumerate(watching):
        if isinstance(alarm, Unknown) or alarm.type == ALARM:
            _check_time(findings, release, f"AlarmConfiguration/Alarms/{position}", alarm)
    if _reports_failures(findings.template, release.alias) and all(
        isinstance(alarm, Resource) and alarm.type == ALARM for alarm in watching
    ):
        errors = [alarm for alarm in watching if isinstance(alarm, Resource) and _only_errors(alarm)]
        findings.check(
            rollout_blind_to_partial_failures,
            group,
            "AlarmConfiguration",
            len(watching),
            len(errors),
            about=[release.alias],
        )


def _check_time(findings: Findings, release: Release, location: str, alarm: Resource | Unknown) -> None:
    group, seconds = release.group, release.seconds
    if group is None or seconds is None:
        return
    about = [release.alias]
    period: int | Unknown
    needed: int | Unknown
    if isinstance(alarm, Unknown):
        period = needed = alarm
    elif alarm.get("TreatMissingData") == "breaching":
        return  # what was before the new version counts as bad
    else:
        about.append(alarm)
        period = period_of(alarm)
        needed = alarm.integer(
            "DatapointsToAlarm" if alarm.get("DatapointsToAlarm") is not None else "EvaluationPeriods",
            default=1,
        )
    for rule in (alarm_after_rollout, alarm_slow_for_rollout):
        findings.check(rule, group, location, period, needed, seconds, about=about)


def _alarms(template: Template, group: Resource) -> Iterator[Resource | Unknown]:
    """The alarms that watch a group; unknown if they are not in the template."""
    for alarm in group.items("AlarmConfiguration", "Alarms"):
        named = alarm.get("Name") if isinstance(alarm, dict) else alarm
        yield _alarm(template, named)


def _alarm(template: Template, named: Value) -> Resource | Unknown:
    referred = template.referred(named)
    if referred is not None:
        return referred
    for alarm in template.of_type(ALARM, _COMPOSITE):
        if named is not None and not isinstance(named, Unknown) and alarm.get("AlarmName") == named:
            return alarm
    return named if isinstance(named, Unknown) else Unknown("an alarm outside the template")


def _reports_failures(template: Template, invoked: Resource) -> bool:
    """Whether a mapping invokes the alias and takes reports of failed messages for an answer."""
    owner = function_of(template, invoked.get("FunctionName"))
    return owner is not None and any(
        trigger.name == MAPPING
        and trigger.target.alias is invoked
        and _PARTIAL in trigger.resource.items("FunctionResponseTypes")
        for trigger in triggers_by_function(template).get(owner.function.id, ())
    )


def _only_errors(alarm: Resource) -> bool:
    found = list(metrics(alarm))
    return bool(found) and all(
        metric.get("Namespace") == "AWS/Lambda" and metric.get("MetricName") == "Errors"
        for _, metric in found
    )


def _length(value: Value) -> int:
    return len(value) if isinstance(value, list) else 0
