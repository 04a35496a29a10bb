"""Rules for functions that other functions invoke, by a name in their environment."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import Final

from ..template.policies import role_of
from ..template.rights import Rights, rights_of
from ..template.targets import LATEST, Target, function_of
from ..template.template import Template
from ..template.values import Unknown
from .environment import variables
from .names import first_of
from .rule import Place, Words, at, warning

_INVOKE: Final = "lambda:invokefunction"


@warning(
    why="A permission for an alias does not include its function, and one for the function does not include "
    "its aliases: the call fails with AccessDeniedException.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html",
)
def invoked_without_permission(
    words: Words, key: str, invoked: str, function: str, permitted: Collection[str]
) -> str | None:
    """The alias or function that a variable names is the one that the role may invoke."""
    if not permitted or invoked in permitted:
        return None
    fix = words(
        "pass alias.function_name of the workload, and permit the call with its grant_invoke(...)",
        "use the alias in both the variable and the policy",
    )
    allowed = first_of(_named(function, each) for each in sorted(permitted))
    named = _named(function, invoked)
    return f"environment {key!r} names {named}, but the role may invoke only {allowed}; {fix}"


@invoked_without_permission.in_template
def _(template: Template) -> Iterator[Place]:
    for function, location, key, value in variables(template):
        target, role = function_of(template, value), role_of(template, function)
        rights = None if role is None else rights_of(template, role)
        if target is not None and rights is not None and isinstance(target.qualifier, str):
            permitted, other = _permitted(template, rights, target), target.function
            yield at(function, location, key, target.qualifier, other.id, permitted, about=[other])


def _permitted(template: Template, rights: Rights, target: Target) -> Collection[str]:
    """The qualifiers of a function that a role may invoke; empty if there are none, or not known."""
    if any(fnmatchcase(_INVOKE, pattern) for pattern in rights.managed):
        return ()
    found: set[str] = set()
    for statement in rights.statements:
        if statement.excluded:
            return ()
        if any(fnmatchcase(_INVOKE, pattern) for pattern in statement.actions):
            for arn in statement.arns:
                permitted = function_of(template, arn)
                if permitted is None:
                    if not isinstance(arn, str) or set("*?") & set(arn):
                        return ()
                elif permitted.function is target.function:
                    if isinstance(permitted.qualifier, Unknown):
                        return ()
                    found.add(permitted.qualifier)
    return found


def _named(function: str, qualifier: str) -> str:
    return function if qualifier == LATEST else f"{function}:{qualifier}"
