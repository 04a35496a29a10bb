"""Finds the resource that a name, an ARN or a URI of a trigger, mapping or alarm refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .template import Resource, Template
from .values import Reference, Text, Unknown, Value, flat
from .views import view

FUNCTION: Final = "AWS::Lambda::Function"
ALIAS: Final = "AWS::Lambda::Alias"
VERSION: Final = "AWS::Lambda::Version"
LATEST: Final = "$LATEST"
QUEUE: Final = "AWS::SQS::Queue"
TOPIC: Final = "AWS::SNS::Topic"
STREAM: Final = "AWS::Kinesis::Stream"
TABLE: Final = "AWS::DynamoDB::Table"

# The service in the ARN, and the property with the physical name.
_NAMES: Final = {
    QUEUE: ("sqs", "QueueName"),
    TOPIC: ("sns", "TopicName"),
    STREAM: ("kinesis", "Name"),
    TABLE: ("dynamodb", "TableName"),
    FUNCTION: ("lambda", "FunctionName"),
}
# Resources whose attributes may refer to any other resource.
_MADE_ELSEWHERE: Final = ("AWS::CloudFormation::", "Custom::")
# The result of `flat` for names that are not set.
_NO_NAMES: Final = ("", flat(None))
# Names of aliases and versions; others, such as "*" or "${stageVariables.alias}", may refer to any of them.
_QUALIFIER: Final = re.compile(r"[A-Za-z0-9_-]+|\$LATEST(\.PUBLISHED)?")

_SEPARATOR: Final = re.compile("[:/]")  # between the parts of an ARN
_SOME_VERSION: Final = Unknown("a version")  # the deployment numbers it
_SERVICE: Final = re.compile(r"arn:(?:<[^>]*>|[^:<>]+):([a-z0-9-]+):")


@dataclass(frozen=True)
class Target:
    """The function, alias or version that a trigger invokes."""

    function: Resource  # the function, in the same template
    qualifier: str | Unknown  # the alias or version by its name; `$LATEST` without one
    alias: Resource | None = None  # the alias, if the template has it

    @property
    def is_version(self) -> bool:
        """Whether it is a version that the template publishes."""
        return self.qualifier == _SOME_VERSION

    @property
    def invoked(self) -> str | Unknown:
        """The qualifier, or "a version" for one that the template publishes."""
        return "a version" if self.is_version else self.qualifier


def function_of(template: Template, value: Value) -> Target | None:
    """The target of a name, an ARN or a URI; None if it is not a function of this template."""
    found = pieces(value)
    for position, part in enumerate(found):
        resource = template.referred(part)
        if resource is None or not isinstance(part, Reference):
            continue
        rest = found[position + 1 :]
        if resource.type == FUNCTION:
            return _target(template, resource, rest)
        if resource.type in (ALIAS, VERSION):
            owner = _owner(template, resource.get("FunctionName"))
            if owner is None:
                return None
            if part.segment is None:
                return of_alias_or_version(owner, resource)
            # Only the name from the ARN: the part after it is the qualifier.
            return _target(template, owner, rest)
    return _by_name(template, value)


def aliases_of(template: Template, function: Resource) -> list[Resource]:
    """The aliases of a function."""
    return list(_aliases(template).get(function.id, ()))


@view
def _aliases(template: Template) -> Mapping[str, list[Resource]]:
    """The aliases, by the logical id of their function."""
    found: dict[str, list[Resource]] = {}
    for alias in template.of_type(ALIAS):
        if (owner := _owner(template, alias.get("FunctionName"))) is not None:
            found.setdefault(owner.id, []).append(alias)
    return found


def is_of(template: Template, resource: Resource, function: Resource) -> bool:
    """Whether an alias, a version or another resource with `FunctionName` belongs to the function."""
    return _owner(template, resource.get("FunctionName")) is function


def qualified(template: Template, function: Resource, qualifier: Value) -> Target:
    """A function with a qualifier from a separate property; without one it is `$LATEST`."""
    if qualifier is None:
        return Target(function, LATEST)
    if isinstance(qualifier, str):
        return _with_qualifier(template, function, qualifier)
    resource = template.referred(qualifier)
    if resource is not None and resource.type in (ALIAS, VERSION) and is_of(template, resource, function):
        return of_alias_or_version(function, resource)
    return Target(function, qualifier if isinstance(qualifier, Unknown) else Unknown("a reference"))


def of_alias_or_version(function: Resource, resource: Resource) -> Target:
    """The function of an alias or a version."""
    if resource.type == VERSION:
        return Target(function, _SOME_VERSION)
    name = resource.get("Name")
    return Target(function, name if isinstance(name, str) else Unknown("a name"), resource)


def resource_of(template: Template, value: Value, *types: str) -> Resource | None:
    """The resource of one of these types that an ARN or a name refers to."""
    for part in pieces(value):
        resource = template.referred(part)
        if resource is not None:
            return resource if resource.type in types else None
    text = flat(value)
    named = ((name, each) for name, each in _named_in(template, text) if each.type in types)
    return next((each for name, each in named if _is_named(each.type, name, text)), None)


def _named_in(template: Template, text: str) -> Iterator[tuple[str, Resource]]:
    """The resources whose names may be in a string, each with its name."""
    for part in dict.fromkeys(_SEPARATOR.split(text)):
        yield from _with_names(template).get(part, ())


@view
def _with_names(template: Template) -> Mapping[str, Sequence[tuple[str, Resource]]]:
    """The resources that the template names, each with its name, by the last part of the name."""
    found: dict[str, list[tuple[str, Resource]]] = {}
    for kind, (_, name) in _NAMES.items():
        for each in template.of_type(kind):
            if (text := flat(each.get(name))) not in _NO_NAMES:
                found.setdefault(_SEPARATOR.split(text)[-1], []).append((text, each))
    return found


def _is_named(kind: str, name: str, text: str) -> bool:
    """Whether a string is the name of a resource, or an ARN that contains it."""
    if not text.startswith("arn:"):
        return text == name
    if f":{_NAMES[kind][0]}:" not in text:
        return False
    return any(each in f"{text}/" for each in (f":{name}/", f"/{name}/"))


def service_of(arn: Value) -> str | None:
    """The service in an ARN, if the ARN contains it literally."""
    found = _SERVICE.match(flat(arn))
    return found and found[1]


def is_fifo(template: Template, value: Value) -> bool | Unknown:
    """Whether an ARN is that of a FIFO queue or topic."""
    resource = resource_of(template, value, QUEUE, TOPIC)
    if resource is not None:
        return _is_fifo(resource)
    if isinstance(value, Unknown):
        return value
    if (other := template.referred(value)) is not None and not other.type.startswith(_MADE_ELSEWHERE):
        return False
    end = next(reversed(pieces(value)), None)
    return end.endswith(".fifo") if isinstance(end, str) else Unknown("a reference")


def _is_fifo(resource: Resource) -> bool | Unknown:
    given = resource.flag("FifoQueue" if resource.type == QUEUE else "FifoTopic")
    name = flat(resource.get(_NAMES[resource.type][1]))
    return name.endswith(".fifo") or given


def pieces(value: Value) -> Sequence[str | Reference | Unknown]:
    """The parts of a string; empty for other values."""
    if isinstance(value, Text):
        return value.parts
    return [value] if isinstance(value, str | Reference | Unknown) else []


def _target(template: Template, function: Resource, rest: Sequence[Value]) -> Target | None:
    """A function with the part after its name or ARN: a qualifier, the rest of a URI, or nothing."""
    if not rest:
        return Target(function, LATEST)
    if not isinstance(text := rest[0], str):
        return Target(function, Unknown("a qualifier"))
    qualifier, slash, _ = text.partition("/")
    if not qualifier:
        return Target(function, LATEST)
    if not qualifier.startswith(":"):
        return None  # a longer name that starts with the function's name
    if not slash and len(rest) > 1:
        return Target(function, Unknown("a qualifier"))
    return _with_qualifier(template, function, qualifier[1:])


def _with_qualifier(template: Template, function: Resource, qualifier: str) -> Target:
    if qualifier == LATEST:
        return Target(function, LATEST)
    if not _QUALIFIER.fullmatch(qualifier):
        return Target(function, Unknown("a qualifier"))
    own = (alias for alias in aliases_of(template, function) if alias.get("Name") == qualifier)
    return Target(function, qualifier, next(own, None))


def _owner(template: Template, value: Value) -> Resource | None:
    """The function that an alias or a version belongs to."""
    for part in pieces(value):
        if (resource := template.referred(part)) is not None:
            return resource if resource.type == FUNCTION else None
    found = _named(template, value)
    return None if found is None else found[0]


def _by_name(template: Template, value: Value) -> Target | None:
    found = _named(template, value)
    if found is None:
        return None
    function, rest = found
    return _target(template, function, [rest] if rest else [])


def _named(template: Template, value: Value) -> tuple[Resource, str] | None:
    """The function whose name a string contains, alone or in an ARN, and the part after it."""
    text = flat(value)
    name_and_rest = text.rpartition(":function:")[2].removeprefix("function:")
    for name, resource in _named_in(template, name_and_rest):
        rest = name_and_rest.removeprefix(name)
        if resource.type == FUNCTION and name_and_rest.startswith(name) and (not rest or rest[0] in ":/"):
            return resource, rest
    return None
