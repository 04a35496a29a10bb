"""A template and its resources, with values resolved as far as they can be known."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from .intrinsics import Resolver
from .values import Reference, Text, Unknown, Value

_PATH: Final = "aws:cdk:path"


class Resource:
    """One resource of a template.

    Attributes:
        id: Its logical id.
        type: Its type, such as "AWS::Lambda::Function".
        definition: What the template says of it, not resolved.
    """

    def __init__(self, logical_id: str, definition: Mapping[str, Any], resolver: Resolver) -> None:
        """Read one definition."""
        self.id: Final = logical_id
        self.type: Final = str(definition.get("Type"))
        self.definition: Final = definition
        self._resolver = resolver

    @cached_property
    def properties(self) -> dict[str, Value]:
        """Its properties, resolved; none if they are not known as a whole."""
        resolved = self._resolver.resolve(self.definition.get("Properties") or {})
        return resolved if isinstance(resolved, dict) else {}

    @property
    def path(self) -> str:
        """Its path in the CDK app that made the template, or its logical id."""
        metadata = self.definition.get("Metadata")
        return str(metadata.get(_PATH) or self.id) if isinstance(metadata, dict) else self.id

    def get(self, *names: str | int) -> Value:
        """The property at a path; None if there is none, unknown if something on the way is."""
        return at(self.properties, *names)

    def number(self, *names: str | int) -> float | Unknown | None:
        """A property as a number; whole ones as `int`."""
        return number(self.get(*names))

    def integer(self, *names: str | int, default: int) -> int | Unknown:
        """A property as a whole number."""
        found = self.number(*names)
        if isinstance(found, float):
            return Unknown("a number that is not whole")
        return default if found is None else found

    def text(self, *names: str | int) -> str | Unknown | None:
        """A property as a text; a text that is known in parts is unknown."""
        found = self.get(*names)
        if isinstance(found, str | Unknown | None):
            return found
        if isinstance(found, Reference | Text):
            return Unknown("a reference")
        return str(found) if isinstance(found, int | float) else Unknown("a value that is no text")

    def items(self, *names: str | int) -> list[Value]:
        """A property as a list; none if there is none, or if it is not known."""
        found = self.get(*names)
        return found if isinstance(found, list) else []


class Template:
    """A template as the checks see it.

    Attributes:
        name: For the report: the name of its file or stack.
        resources: By logical id; without those whose condition does not hold.
    """

    def __init__(self, name: str, source: Mapping[str, Any]) -> None:
        """Read a template; what is malformed in it is unknown, and no error."""
        self.name: Final = name
        resolver = Resolver(source)
        definitions = source.get("Resources")
        self.resources: Final[Mapping[str, Resource]] = {
            str(logical_id): Resource(str(logical_id), definition, resolver)
            for logical_id, definition in (definitions.items() if isinstance(definitions, dict) else ())
            if isinstance(definition, dict) and resolver.decide(str(definition.get("Condition"))) is not False
        }

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources.values():
            found.setdefault(resource.type, []).append(resource)
        return found

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types, in the order of the template."""
        return [resource for kind in types for resource in self._by_type.get(kind, ())]

    def referred(self, value: Value) -> Resource | None:
        """The resource that a value names by a reference to it or to an attribute, such as its ARN."""
        return self.resources.get(value.resource) if isinstance(value, Reference) else None


def at(value: Value, *names: str | int) -> Value:
    """What stands at a path in a value; None if there is nothing, unknown if something on the way is."""
    for name in names:
        if isinstance(value, Unknown):
            return value
        if isinstance(value, dict) and isinstance(name, str):
            value = value.get(name)
        elif isinstance(value, list) and isinstance(name, int) and name < len(value):
            value = value[name]
        else:
            return None
    return value


def number(value: Value) -> float | Unknown | None:
    """A value as a number: CloudFormation takes texts of digits, too; whole ones as `int`."""
    match value:
        case None | Unknown():
            return value
        case bool() | list() | dict():
            return Unknown("a value that is no number")
        case Reference() | Text():
            return Unknown("a reference")
        case str():
            try:
                value = float(value)
            except ValueError:
                return Unknown("a text that is no number")
    return int(value) if value == value // 1 else value
