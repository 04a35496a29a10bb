"""What execution roles may do: not everything."""

from __future__ import annotations

from typing import Final

from ...rules.role import role_administrator, role_administrator_policy, role_service_wildcard
from ...template.policies import ROLE, role_of, statements_by_role
from ...template.targets import FUNCTION
from ...template.template import Resource
from ...template.values import Text
from ...template.views import places
from ..findings import Findings

_MANAGED: Final = ":iam::aws:policy/"


def check(findings: Findings) -> None:
    """Check every role of the template that a function has."""
    owners: dict[str, list[Resource]] = {}
    for function in findings.template.of_type(FUNCTION):
        role = role_of(findings.template, function)
        if role is not None:
            owners.setdefault(role.id, []).append(function)
    for role in findings.template.of_type(ROLE):
        if role.id in owners:
            _check_statements(findings, role, owners[role.id])
            _check_managed(findings, role, owners[role.id])


def _check_statements(findings: Findings, role: Resource, owners: list[Resource]) -> None:
    for statement in statements_by_role(findings.template)[role.id]:
        if statement.conditional:
            continue
        about = [role, *owners] if statement.policy is not role else owners
        for rule in (role_administrator, role_service_wildcard):
            findings.check(
                rule,
                statement.policy,
                statement.location,
                statement.actions,
                statement.resources,
                about=about,
            )


def _check_managed(findings: Findings, role: Resource, owners: list[Resource]) -> None:
    """Policies that AWS manages, by their ARNs: the partition may be a parameter."""
    for location, named in places(role, "ManagedPolicyArns", "*"):
        arn = named.parts[-1] if isinstance(named, Text) else named
        if isinstance(arn, str) and _MANAGED in arn:
            findings.check(role_administrator_policy, role, location, arn, about=owners)
