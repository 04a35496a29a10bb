"""Rules for the trust policy of an execution role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from ..template.policies import execution_roles, listed, roles_for_lambda
from ..template.template import Resource, Template
from ..template.template import at as value_at
from ..template.values import Unknown, Value, flat
from .rule import Place, Words, at, rule

_ROLE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
_PRINCIPAL_URL: Final = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
)
_DOCUMENT: Final = "AssumeRolePolicyDocument"
_ASSUME: Final = "sts:assumerole"
_ANYONE: Final = {"AWS": ("*",), "Federated": ("*", "cognito-identity.amazonaws.com")}


@rule(
    "role-trust-public",
    why="Anyone with an AWS account can assume the role, and do what the function can do.",
    source=_PRINCIPAL_URL,
    construction=False,
)
def role_trust_public(_: Words, principal: str, *, limited: bool) -> str | None:
    """An execution role does not trust everyone without a condition."""
    kind, _separator, name = principal.partition(" ")
    if limited or name not in _ANYONE.get(kind, ()):
        return None
    return (
        f"the function's role trusts the {kind} principal '{name}' without a condition; "
        "trust lambda.amazonaws.com only"
    )


@role_trust_public.in_template
def _(template: Template) -> Iterator[Place]:
    for role, functions in roles_for_lambda(template).values():
        for location, statement in _statements(role):
            for kind, name in _principals(statement):
                limited = value_at(statement, "Condition") is not None
                yield at(role, location, f"{kind} {flat(name)}", limited=limited, about=functions)


@rule(
    "role-trust-lambda",
    why="Lambda refuses the function: it cannot assume the role.",
    source=_ROLE_URL,
    construction=False,
)
def role_trust_lambda(_: Words, *, trusted: bool) -> str | None:
    """An execution role trusts Lambda."""
    if trusted:
        return None
    return (
        "the function's role does not trust lambda.amazonaws.com; allow that service to call sts:AssumeRole"
    )


@role_trust_lambda.in_template
def _(template: Template) -> Iterator[Place]:
    for role, functions in execution_roles(template).values():
        if isinstance(role.get(_DOCUMENT), dict):
            yield at(role, _DOCUMENT, trusted=_trusts_lambda(role), about=functions)


def _trusts_lambda(role: Resource) -> bool | Unknown:
    unknown: Unknown | None = None
    for _, statement in _statements(role):
        if isinstance(statement, Unknown):
            unknown = statement
            continue
        actions = [flat(each).lower() for each in listed(value_at(statement, "Action"))]
        if not any(fnmatchcase(_ASSUME, each) or each.startswith("<") for each in actions):
            continue
        for kind, name in _principals(statement):
            text = flat(name)
            if name == "*" or (kind == "Service" and text.startswith("lambda.")):
                return True
            if kind in ("Service", "") and text.startswith("<"):
                unknown = Unknown("the principals of the role")
    return unknown or False


def _statements(role: Resource) -> Iterator[tuple[str, Value]]:
    """The statements of a trust policy that allow, and those that are unknown."""
    location = f"{_DOCUMENT}/Statement"
    found = role.get(*location.split("/"))
    for position, each in enumerate(listed(found)):
        effect = value_at(each, "Effect")
        if isinstance(effect, Unknown) or effect == "Allow":
            where = f"{location}/{position}" if isinstance(found, list) else location
            yield where, effect if isinstance(effect, Unknown) else each


def _principals(statement: Value) -> Iterator[tuple[str, Value]]:
    """The kind and the name of each principal of a statement; the kind of an unknown one is empty."""
    principal = value_at(statement, "Principal")
    if isinstance(principal, Mapping):
        for kind, names in principal.items():
            yield from ((kind, name) for name in listed(names))
    elif principal == "*":
        yield "AWS", principal
    elif principal is not None:
        yield "", principal
