"""Who may invoke functions: permissions, and the addresses of functions."""

from __future__ import annotations

from typing import Final

from ...rules.permission import (
    function_policy_nearly_full,
    function_policy_size,
    function_url_permission,
    function_url_public,
    permission_public,
    permission_without_account,
    permission_without_source,
)
from ...rules.policy_size import statement_size
from ...template.targets import Target
from ...template.template import Resource
from ...template.triggers import URL, permissions, triggers
from ...template.values import Unknown, flat
from ..findings import Findings

# Each of them limits who may invoke by something else than the principal.
_LIMITS: Final = ("SourceArn", "SourceAccount", "PrincipalOrgID", "EventSourceToken")
_INVOKE: Final = "lambda:InvokeFunction"
_INVOKE_URL: Final = "lambda:InvokeFunctionUrl"


def check(findings: Findings) -> None:
    """Check every permission, and every function URL."""
    for permission, target in permissions(findings.template):
        _check_principal(findings, permission, target)
    _check_pairs(findings)
    _check_size(findings)
    for trigger in triggers(findings.template):
        if trigger.name == URL:
            kind = trigger.resource.text("AuthType")
            about = [trigger.target.alias or trigger.target.function]
            findings.check(function_url_public, trigger.resource, "AuthType", kind or "", about=about)


def _check_principal(findings: Findings, permission: Resource, target: Target) -> None:
    principal = permission.text("Principal")
    if not isinstance(principal, str):
        return
    about = [target.function]
    limited = any(permission.get(name) is not None for name in _LIMITS)
    findings.check(
        permission_without_source, permission, "Principal", principal, limited=limited, about=about
    )
    if limited:
        account = permission.get("SourceAccount") is not None
        findings.check(
            permission_without_account, permission, "SourceArn", principal, account=account, about=about
        )
    auth_type = permission.text("FunctionUrlAuthType")
    public_url = auth_type == "NONE" or permission.flag("InvokedViaFunctionUrl") is True
    unknown = auth_type if isinstance(auth_type, Unknown) else None
    findings.check(
        permission_public,
        permission,
        "Principal",
        principal,
        limited=limited or public_url or unknown or False,
        about=about,
    )


def _check_pairs(findings: Findings) -> None:
    """Permissions for an address without the one to invoke; of principals whom no other policy can allow."""
    invoking = {
        _subject(permission, target)
        for permission, target in permissions(findings.template)
        if _allows(permission, _INVOKE)
    }
    for permission, target in permissions(findings.template):
        principal = permission.text("Principal")
        if not _allows(permission, _INVOKE_URL) or not isinstance(principal, str):
            continue
        if principal == "*" or principal.endswith(".amazonaws.com"):
            findings.check(
                function_url_permission,
                permission,
                "Action",
                principal,
                paired=_subject(permission, target) in invoking,
                about=[target.function],
            )


def _allows(permission: Resource, action: str) -> bool:
    """Whether it allows an action, or may."""
    found = permission.text("Action")
    return isinstance(found, Unknown) or found in (action, "lambda:*")


def _subject(permission: Resource, target: Target) -> tuple[str, str, str]:
    """Who may invoke what."""
    qualifier = target.qualifier
    name = qualifier if isinstance(qualifier, str) else qualifier.name
    return target.function.id, name, flat(permission.get("Principal"))


def _check_size(findings: Findings) -> None:
    """The policy of a function, and that of each of its aliases and versions."""
    sizes: dict[tuple[str, str], list[int]] = {}
    for permission, target in permissions(findings.template):
        logical_id, qualifier, _ = _subject(permission, target)
        if permission.certain:
            sizes.setdefault((logical_id, qualifier), []).append(_size(permission))
    for (logical_id, _), each in sizes.items():
        function = findings.template.resources[logical_id]
        for rule in (function_policy_size, function_policy_nearly_full):
            findings.check(rule, function, "", sum(each), len(each))


def _size(permission: Resource) -> int:
    names = ("Principal", "Action", "SourceArn", "SourceAccount", "PrincipalOrgID")
    conditions = {name: flat(permission.get(name)) for name in names if permission.get(name) is not None}
    return statement_size(permission.id, **conditions)
