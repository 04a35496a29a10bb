"""The permissions of the execution roles in a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .template import Resource, Template, at
from .values import Value, flat
from .views import places, view

ROLE: Final = "AWS::IAM::Role"
# Separate policies, and the property that names their roles.
_POLICIES: Final = {
    "AWS::IAM::Policy": ("Roles", "*"),
    "AWS::IAM::ManagedPolicy": ("Roles", "*"),
    "AWS::IAM::RolePolicy": ("RoleName",),
}


@dataclass(frozen=True)
class Statement:
    """A statement that allows actions.

    Attributes:
        policy: The policy or the role that contains it.
        location: The property that contains it.
        actions: In lower case.
        resources: Patterns of ARNs; an unknown part is written as `<name>`.
        conditional: Whether it has a condition.
    """

    policy: Resource
    location: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditional: bool


def role_of(template: Template, function: Resource) -> Resource | None:
    """The execution role of a function, if the template has it."""
    role = template.referred(function.get("Role"))
    return role if role is not None and role.type == ROLE else None


@view
def statements_by_role(template: Template) -> Mapping[str, Sequence[Statement]]:
    """The statements of each role, by the logical id of the role."""
    found: dict[str, list[Statement]] = {}
    for role in template.of_type(ROLE):
        found.setdefault(role.id, []).extend(_statements(role, "Policies", "*", "PolicyDocument"))
        for policy in _attached(template, role):
            found[role.id].extend(_statements(policy, "PolicyDocument"))
    for kind, path in _POLICIES.items():
        for policy in template.of_type(kind):
            for _, named in places(policy, *path):
                if (owner := template.referred(named)) is not None:
                    found.setdefault(owner.id, []).extend(_statements(policy, "PolicyDocument"))
    return found


def _attached(template: Template, role: Resource) -> Iterator[Resource]:
    """The managed policies of the template that a role names itself."""
    for _, named in places(role, "ManagedPolicyArns", "*"):
        policy = template.referred(named)
        if policy is not None and policy.type == "AWS::IAM::ManagedPolicy":
            yield policy


def _statements(policy: Resource, *path: str) -> Iterator[Statement]:
    """The statements of policy documents; a single statement need not be in a list."""
    for location, found in places(policy, *path, "Statement"):
        many = found if isinstance(found, list) else [found]
        for position, each in enumerate(many):
            if at(each, "Effect") == "Allow":
                where = f"{location}/{position}" if isinstance(found, list) else location
                actions = tuple(action.lower() for action in _texts(at(each, "Action")))
                resources = tuple(_texts(at(each, "Resource")))
                yield Statement(policy, where, actions, resources, at(each, "Condition") is not None)


def _texts(value: Value) -> Iterable[str]:
    values = value if isinstance(value, list) else [value]
    return [flat(each) for each in values if each is not None]
