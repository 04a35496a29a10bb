"""Events that Lambda queues itself: their settings, and where they go that fail."""

from __future__ import annotations

from collections.abc import Sequence

from ...rules.asynchronous import (
    async_settings_on_latest,
    async_settings_twice,
    async_without_failure_path,
    event_age_range,
    retry_attempts_range,
)
from ...rules.releases import managed_aliases, name_of
from ...template.asynchronous import configs
from ...template.targets import Target
from ...template.template import Resource, Template
from ...template.triggers import Trigger, triggers_by_function
from ...template.values import Unknown
from ...template.views import if_together
from ..findings import Findings


def check(findings: Findings) -> None:
    """Check the settings, and every function that is invoked asynchronously."""
    for config, target in configs(findings.template):
        _check_ranges(findings, config)
        _check_latest(findings, config, target)
    _check_twice(findings)
    for invoked in triggers_by_function(findings.template).values():
        queued = [trigger for trigger in invoked if trigger.kind.asynchronous]
        for qualifier in dict.fromkeys(trigger.target.qualifier for trigger in queued):
            alike = [trigger for trigger in queued if trigger.target.qualifier == qualifier]
            _check_failure_path(findings, alike)


def _check_ranges(findings: Findings, config: Resource) -> None:
    retries = config.number("MaximumRetryAttempts")
    if retries is not None:
        findings.check(retry_attempts_range, config, "MaximumRetryAttempts", retries)
    age = config.number("MaximumEventAgeInSeconds")
    if age is not None:
        findings.check(event_age_range, config, "MaximumEventAgeInSeconds", age)


def _check_latest(findings: Findings, config: Resource, target: Target) -> None:
    """Settings of `$LATEST`, while events come in by an alias that has none."""
    template, function = findings.template, target.function
    settled = [each.alias for _, each in configs(template) if each.function is function]
    invoked = [
        trigger.target.alias
        for trigger in triggers_by_function(template).get(function.id, ())
        if trigger.kind.asynchronous
    ]
    for alias in managed_aliases(template).get(function.id, ()):
        if alias in invoked and alias not in settled:
            qualifier = if_together(config, alias, target.qualifier)
            findings.check(
                async_settings_on_latest,
                config,
                "Qualifier",
                qualifier,
                name_of(alias),
                about=[function, alias],
            )


def _check_twice(findings: Findings) -> None:
    first: dict[tuple[str, str], Resource] = {}
    for config, target in configs(findings.template):
        if not isinstance(target.qualifier, str):
            continue
        other = first.setdefault((target.function.id, target.qualifier), config)
        if other is not config:
            qualifier = if_together(other, config, target.qualifier)
            about = [target.function, other]
            findings.check(async_settings_twice, config, "Qualifier", qualifier, 2, about=about)


def _check_failure_path(findings: Findings, alike: Sequence[Trigger]) -> None:
    """Triggers that invoke the same function by the same qualifier."""
    first = alike[0]
    target = first.target
    if target.function.get("DeadLetterConfig", "TargetArn") is not None:
        return
    findings.check(
        async_without_failure_path,
        first.resource,
        first.location,
        first.name,
        kept=_has_failure_path(findings.template, target),
        about=[target.alias or target.function, *(trigger.resource for trigger in alike[1:])],
    )


def _has_failure_path(template: Template, target: Target) -> bool | Unknown:
    if isinstance(target.qualifier, Unknown):
        return target.qualifier
    others: list[Unknown] = []
    for config, settled in configs(template):
        if settled.function is not target.function:
            continue
        if isinstance(settled.qualifier, Unknown):
            others.append(settled.qualifier)
        elif settled.qualifier == target.qualifier:
            return config.get("DestinationConfig", "OnFailure", "Destination") is not None
    return others[0] if others else False
