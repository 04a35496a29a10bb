"""The permissions of the execution roles in a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from .targets import FUNCTION, pieces
from .template import Resource, Template, value_at
from .values import Unknown, Value, flat
from .views import items_view, places, view

ROLE: Final = "AWS::IAM::Role"
MANAGED_POLICY: Final = "AWS::IAM::ManagedPolicy"
# Separate policies, and the property that names their roles.
POLICIES: Final = {
    "AWS::IAM::Policy": ("Roles", "*"),
    MANAGED_POLICY: ("Roles", "*"),
    "AWS::IAM::RolePolicy": ("RoleName",),
}
# The key in the metadata of a function that AWS SAM expanded without its Policies.
POLICIES_LEFT_OUT: Final = "lambda-constructs:policies-left-out"
_LAMBDA: Final = "lambda."  # of lambda.amazonaws.com, in any partition
_EXCLUDING: Final = ("NotAction", "NotResource")


@dataclass(frozen=True)
class Statement:
    """A statement that allows actions."""

    policy: Resource  # the policy or the role that contains it
    location: str  # the property that contains it
    written: tuple[str, ...]  # the actions
    arns: tuple[Value, ...]  # the resources
    excluded: str  # "NotAction" or "NotResource", if it allows everything else
    conditional: bool  # whether it has a condition
    certain: bool  # whether all of its actions are known

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions in lower case."""
        return tuple(action.lower() for action in self.written)

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources as patterns of ARNs; an unknown part is written as `<name>`."""
        return tuple(map(flat, self.arns))


def role_of(template: Template, function: Resource) -> Resource | None:
    """The execution role of a function, if the template has it."""
    parts = pieces(function.get("Role"))
    if len(parts) > 1 and not str(parts[-2]).endswith(":role/"):
        return None  # such as a role whose name only begins with that of the other
    role = template.referred(parts[-1]) if parts else None
    return role if role is not None and role.type == ROLE else None


@view
def execution_roles(template: Template) -> Mapping[str, tuple[Resource, list[Resource]]]:
    """The roles of the template that functions have, by logical id, each with its functions."""
    found: dict[str, tuple[Resource, list[Resource]]] = {}
    for function in template.of_type(FUNCTION):
        if (role := role_of(template, function)) is not None:
            found.setdefault(role.id, (role, []))[1].append(function)
    return found


@view
def roles_for_lambda(template: Template) -> Mapping[str, tuple[Resource, list[Resource]]]:
    """The execution roles, and the roles that trust Lambda and that functions of other templates may have."""
    found = dict(execution_roles(template))
    for role in template.of_type(ROLE):
        if role.id not in found and any(flat(each).startswith(_LAMBDA) for each in _services(role)):
            found[role.id] = (role, [])
    return found


def _services(role: Resource) -> Iterator[Value]:
    """The services that can assume a role."""
    for statement in listed(role.get("AssumeRolePolicyDocument", "Statement")):
        yield from listed(value_at(statement, "Principal", "Service"))


@view
def statements_by_role(template: Template) -> Mapping[str, Sequence[Statement]]:
    """The statements of each role, by the logical id of the role."""
    found: dict[str, list[Statement]] = {}
    for role in template.of_type(ROLE):
        found.setdefault(role.id, []).extend(_statements(role, "Policies", "*", "PolicyDocument"))
        for policy in _attached(template, role):
            found[role.id].extend(_statements(policy, "PolicyDocument"))
    for kind, path in POLICIES.items():
        for policy in template.of_type(kind):
            for _, named in places(policy, *path):
                if (owner := template.referred(named)) is not None:
                    found.setdefault(owner.id, []).extend(_statements(policy, "PolicyDocument"))
    return found


@items_view
def execution_statements(template: Template) -> Iterator[tuple[Statement, list[Resource]]]:
    """The statements of roles for Lambda, each with its functions, and with its role if a policy has it."""
    for role, functions in roles_for_lambda(template).values():
        for statement in statements_by_role(template)[role.id]:
            yield statement, functions if statement.policy is role else [role, *functions]


def _attached(template: Template, role: Resource) -> Iterator[Resource]:
    """The managed policies of the template that a role names itself."""
    for _, named in places(role, "ManagedPolicyArns", "*"):
        policy = template.referred(named)
        if policy is not None and policy.type == MANAGED_POLICY:
            yield policy


def _statements(policy: Resource, *path: str) -> Iterator[Statement]:
    """The statements of policy documents; a single statement need not be in a list."""
    for location, found in places(policy, *path, "Statement"):
        many = found if isinstance(found, list) else [found]
        for position, each in enumerate(many):
            if value_at(each, "Effect") == "Allow":
                where = f"{location}/{position}" if isinstance(found, list) else location
                actions = listed(value_at(each, "Action"))
                yield Statement(
                    policy,
                    where,
                    tuple(map(flat, actions)),
                    tuple(listed(value_at(each, "Resource"))),
                    next((name for name in _EXCLUDING if value_at(each, name) is not None), ""),
                    value_at(each, "Condition") is not None,
                    all(isinstance(action, str) for action in actions),
                )


def listed(value: Value) -> list[Value]:
    """The items of an element of a policy, which need not be in a list."""
    return [each for each in (value if isinstance(value, list) else [value]) if each is not None]


def principals(statement: Value) -> Iterator[tuple[str, Value]]:
    """The kind and the name of each principal of a statement; the kind of an unknown one is empty."""
    principal = value_at(statement, "Principal")
    if isinstance(principal, dict):
        for kind, names in principal.items():
            yield from ((kind, name) for name in listed(names))
    elif principal is not None:
        yield "AWS" if principal == "*" else "", principal


def lets(documents: Iterable[Value], service: str, action: str) -> bool | Unknown:
    """Whether one of these policies lets a service call an action, in lower case; unknown if one may.

    A statement with `NotAction` lets it, too.
    """
    unknown: Unknown | None = None
    for statement in (each for document in documents for each in listed(value_at(document, "Statement"))):
        effect = value_at(statement, "Effect")
        actions = [flat(each).lower() for each in listed(value_at(statement, "Action"))]
        if isinstance(effect, Unknown):
            unknown = effect
        elif effect == "Allow" and (
            not actions or any(each.startswith("<") or fnmatchcase(action, each) for each in actions)
        ):
            for kind, name in principals(statement):
                if name == "*" or (kind == "Service" and flat(name).startswith(f"{service}.")):
                    return True
                if isinstance(name, Unknown) or (kind in ("Service", "") and flat(name)[:1] == "<"):
                    unknown = Unknown("the principals of the policy")
    return unknown or False
