"""Rules for the trust policy of an execution role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.policies import execution_roles, lets, listed, principals, roles_for_lambda
from ..template.template import Resource, Template, value_at
from ..template.values import Unknown, Value, flat
from .rule import Place, Words, at, rule
from .urls import ROLE_URL

_DOCUMENT: Final = "AssumeRolePolicyDocument"
_ASSUME: Final = "sts:assumerole"
_ANYONE: Final = {"AWS": ("*",), "Federated": ("*", "cognito-identity.amazonaws.com")}


@rule(
    why="Anyone with an AWS account can assume the role, and do what the function can do.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
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
            for kind, name in principals(statement):
                limited = value_at(statement, "Condition") is not None
                yield at(role, location, f"{kind} {flat(name)}", limited=limited, about=functions)


@rule(why="Lambda refuses the function: it cannot assume the role.", source=ROLE_URL)
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
            yield at(role, _DOCUMENT, trusted=lets([role.get(_DOCUMENT)], "lambda", _ASSUME), about=functions)


def _statements(role: Resource) -> Iterator[tuple[str, Value]]:
    """The statements of a trust policy that allow, and those that are unknown."""
    location = f"{_DOCUMENT}/Statement"
    found = role.get(*location.split("/"))
    for position, each in enumerate(listed(found)):
        effect = value_at(each, "Effect")
        if isinstance(effect, Unknown) or effect == "Allow":
            where = f"{location}/{position}" if isinstance(found, list) else location
            yield where, effect if isinstance(effect, Unknown) else each
