"""Which function a value means, and which version of it: the ARNs and names that triggers invoke by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .template import Resource, Template
from .values import Reference, Text, Unknown, Value

FUNCTION: Final = "AWS::Lambda::Function"
ALIAS: Final = "AWS::Lambda::Alias"
VERSION: Final = "AWS::Lambda::Version"
LATEST: Final = "$LATEST"


@dataclass(frozen=True)
class Target:
    """What a trigger invokes.

    Attributes:
        function: The function, in the same template.
        qualifier: The alias or version by its name; `$LATEST` without one.
        alias: The alias, if the template has it.
    """

    function: Resource
    qualifier: str | Unknown
    alias: Resource | None = None


def function_of(template: Template, value: Value) -> Target | None:
    """What a name, an ARN or a URI invokes; None if it is no function of this template."""
    parts: Sequence[Value] = value.parts if isinstance(value, Text) else [value]
    for position, part in enumerate(parts):
        if isinstance(part, Reference) and (resource := template.referred(part)) is not None:
            rest = parts[position + 1] if position + 1 < len(parts) else ""
            if (found := _referred(template, resource, part, rest)) is not None:
                return found
    return _named(template, value) if isinstance(value, str) else None


def aliases_of(template: Template, function: Resource) -> list[Resource]:
    """The aliases of a function."""
    owners = ((alias, function_of(template, alias.get("FunctionName"))) for alias in template.of_type(ALIAS))
    return [alias for alias, owner in owners if owner is not None and owner.function is function]


def qualified(template: Template, function: Resource, qualifier: Value) -> Target:
    """A function with a qualifier that stands in a property of its own; none is `$LATEST`."""
    if qualifier is None:
        return Target(function, LATEST)
    if isinstance(qualifier, str):
        return _with_qualifier(template, function, qualifier)
    if (resource := template.referred(qualifier)) is not None and resource.type in (ALIAS, VERSION):
        return _of_alias_or_version(template, resource) or Target(function, Unknown("a reference"))
    return Target(function, qualifier if isinstance(qualifier, Unknown) else Unknown("a reference"))


def _referred(template: Template, resource: Resource, part: Reference, rest: Value) -> Target | None:
    """By a reference to a function, an alias or a version, and the text after it."""
    suffix = rest.split("/", 1)[0].removeprefix(":") if isinstance(rest, str) else ""
    if resource.type == FUNCTION:
        if isinstance(rest, Reference | Unknown):
            return Target(resource, Unknown("a reference"))
        return _with_qualifier(template, resource, suffix or LATEST)
    if resource.type not in (ALIAS, VERSION):
        return None
    found = _of_alias_or_version(template, resource)
    if found is None or part.segment is None:
        return found
    # Only the name out of the ARN: what follows it is the qualifier.
    return _with_qualifier(template, found.function, suffix or LATEST)


def _of_alias_or_version(template: Template, resource: Resource) -> Target | None:
    owner = function_of(template, resource.get("FunctionName"))
    if owner is None:
        return None
    if resource.type == VERSION:
        return Target(owner.function, Unknown("a version"))
    name = resource.get("Name")
    return Target(owner.function, name if isinstance(name, str) else Unknown("a name"), resource)


def _with_qualifier(template: Template, function: Resource, qualifier: str) -> Target:
    if qualifier == LATEST:
        return Target(function, LATEST)
    # Names only: whether an alias is the function's own is asked of those that have the name.
    named = (alias for alias in template.of_type(ALIAS) if alias.get("Name") == qualifier)
    own = (alias for alias in named if _is_of(template, alias, function))
    return Target(function, qualifier, next(own, None))


def _is_of(template: Template, alias: Resource, function: Resource) -> bool:
    owner = alias.get("FunctionName")
    if isinstance(owner, str):
        return _plain(owner) in _names(function)
    return template.referred(owner) is function


def _named(template: Template, value: str) -> Target | None:
    """By a literal name or ARN."""
    name = _plain(value)
    found = next((each for each in template.of_type(FUNCTION) if name in _names(each)), None)
    if found is None:
        return None
    return _with_qualifier(template, found, value.partition(f"{name}:")[2] or LATEST)


def _plain(value: str) -> str:
    """The name of a function out of its ARN or its name with a qualifier."""
    return value.rpartition(":function:")[2].partition(":")[0]


def _names(function: Resource) -> Iterator[str]:
    name = function.get("FunctionName")
    if isinstance(name, str):
        yield name
