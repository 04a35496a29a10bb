"""What invokes a function past its alias."""

from __future__ import annotations

from ...rules.alias import alias_bypassed, permission_beside_alias, trigger_on_version
from ...rules.releases import managed_aliases, name_of
from ...template.targets import Target
from ...template.template import Resource
from ...template.triggers import Trigger, is_version, permissions, triggers, triggers_by_function
from ...template.values import Unknown
from ...template.views import if_together
from ..findings import Findings


def check(findings: Findings) -> None:
    """Check everything that invokes a function, or may."""
    for trigger in triggers(findings.template):
        _check_trigger(findings, trigger)
    for permission, target in permissions(findings.template):
        if target.alias is None:
            _check_permission(findings, permission, target)


def _check_trigger(findings: Findings, trigger: Trigger) -> None:
    target = trigger.target
    aliases = managed_aliases(findings.template).get(target.function.id, ())
    if target.alias is not None:
        return
    if not aliases:
        if isinstance(target.qualifier, str):
            findings.check(
                trigger_on_version, trigger.resource, trigger.location, trigger.name, target.qualifier
            )
        return
    findings.check(
        alias_bypassed,
        trigger.resource,
        trigger.location,
        trigger.name,
        if_together(trigger.resource, aliases[0], trigger.invoked),
        name_of(aliases[0]),
        about=[target.function, aliases[0]],
    )


def _check_permission(findings: Findings, permission: Resource, target: Target) -> None:
    template = findings.template
    aliases = managed_aliases(template).get(target.function.id)
    principal = permission.text("Principal")
    if not aliases or not isinstance(principal, str) or _is_bypassed(findings, target.function):
        return  # what invokes the function is the finding, and not that it may
    version = is_version(template, permission.get("FunctionName"))
    invoked: str | Unknown = "a version" if version else target.qualifier
    values = if_together(permission, aliases[0], invoked), name_of(aliases[0])
    about = [target.function, aliases[0]]
    if principal.endswith(".amazonaws.com") and principal not in _principals(findings, target.function):
        subject = f"permission for {principal}"
        findings.check(alias_bypassed, permission, "FunctionName", subject, *values, about=about)
    else:
        findings.check(permission_beside_alias, permission, "FunctionName", principal, *values, about=about)


def _is_bypassed(findings: Findings, function: Resource) -> bool:
    """Whether a trigger in the template invokes the function itself."""
    invoked = triggers_by_function(findings.template).get(function.id, ())
    return any(trigger.target.alias is None for trigger in invoked)


def _principals(findings: Findings, function: Resource) -> set[object]:
    """Who may invoke the function by an alias."""
    return {
        permission.text("Principal")
        for permission, target in permissions(findings.template)
        if target.function is function and target.alias is not None
    }
