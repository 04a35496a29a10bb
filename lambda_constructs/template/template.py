"""A template and its resources, with all values resolved that can be known."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from .intrinsics import Json, Resolver, mapping
from .values import Reference, Text, Unknown, Value

PATH: Final = "aws:cdk:path"
"""The key in the metadata of a resource: its path in the CDK app that generated the template."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


class Resource:
    """One resource of a template."""

    def __init__(self, logical_id: str, definition: Mapping[str, Any], resolver: Resolver) -> None:
        self.id: Final = logical_id
        self.type: Final = str(definition.get("Type"))
        self.definition: Final = definition  # as the template has it, not resolved
        self._resolver = resolver

    @cached_property
    def properties(self) -> dict[str, Value]:
        """Its properties, resolved; empty if they are not known as a whole."""
        return self.section("Properties")

    def section(self, name: str) -> dict[str, Value]:
        """A part of its definition, resolved; empty if it is not known as a whole."""
        try:
            resolved = self._resolver.resolve(self.definition.get(name))
        except RecursionError:  # thousands of brackets
            return {}
        return resolved if isinstance(resolved, dict) else {}

    @property
    def certain(self) -> bool:
        """Whether it is always deployed: it has no condition, or a condition that is true."""
        condition = self.definition.get("Condition")
        return not isinstance(condition, str) or self._resolver.decide(condition) is True

    @property
    def path(self) -> str:
        """Its path in the CDK app that generated the template, or its logical id."""
        metadata = self.definition.get("Metadata")
        return str(metadata.get(PATH) or self.id) if isinstance(metadata, dict) else self.id

    def get(self, *names: str | int) -> Value:
        """The property at a path; None if it is not set, unknown if a part of the path is unknown."""
        return value_at(self.properties, *names)

    def number(self, *names: str | int) -> float | Unknown | None:
        """A property as a number; whole numbers as `int`."""
        return number(self.get(*names))

    def integer(self, *names: str | int, default: int) -> int | Unknown:
        """A property as a whole number."""
        found = self.number(*names)
        if isinstance(found, float):
            return Unknown("a number that is not whole")
        return default if found is None else found

    def text(self, *names: str | int) -> str | Unknown | None:
        """A property as a string; unknown if only parts of it are known."""
        found = self.get(*names)
        if found is None or isinstance(found, (str, Unknown)):
            return found
        if isinstance(found, Reference | Text):
            return Unknown("a reference")
        return str(found) if isinstance(found, int | float) else Unknown("a value that is not a string")

    def flag(self, *names: str | int, default: bool = False) -> bool | Unknown:
        """A property as a boolean: CloudFormation also accepts strings."""
        match self.get(*names):
            case None:
                return default
            case bool() as found:
                return found
            case "true" | "True":
                return True
            case "false" | "False":
                return False
            case Unknown() as unknown:
                return unknown
            case _:
                return Unknown("a value that is not a boolean")

    def given(self, *names: str | int) -> bool | Unknown:
        """Whether a property is set."""
        found = self.get(*names)
        return found if isinstance(found, Unknown) and found.optional else found is not None

    def count(self, *names: str | int) -> int | Unknown:
        """How many items a list has; 0 if it is not set."""
        match self.get(*names):
            case list() as items:
                optional = (item for item in items if isinstance(item, Unknown) and item.optional)
                return next(optional, len(items))
            case Unknown() as unknown:
                return unknown
            case _:
                return 0

    def items(self, *names: str | int) -> list[Value]:
        """A property as a list; empty if it is not set, or not known."""
        found = self.get(*names)
        return found if isinstance(found, list) else []


class Template:
    """A template as the checks see it."""

    def __init__(
        self,
        name: str,
        source: Json,
        folder: Path | None = None,
        assignment: Mapping[str, str] | None = None,
        elsewhere: Iterable[str] = (),
    ) -> None:
        """Read a template, with these values of parameters; malformed parts are unknown, not errors.

        Resources that a macro took out can be referred to, too: they are `elsewhere`.
        """
        self.name: Final = name  # of its file or stack, for the report
        self.folder: Final = folder  # with the files that it deploys; None if that is not known
        self.parameters: Final = mapping(mapping(source).get("Parameters"))
        self.conditions: Final = mapping(mapping(source).get("Conditions"))
        self.outputs: Final = mapping(mapping(source).get("Outputs"))
        self.found: Final[dict[object, Any]] = {}  # the results that views remember, by the view
        resolver = Resolver(source, assignment)
        written = mapping(mapping(source).get("Resources"))
        # The logical ids of all, whatever their condition
        self.ids: Final = frozenset(map(str, (*written, *elsewhere)))
        # By logical id; also those whose condition is false
        self.every: Final[Mapping[str, Resource]] = {
            str(logical_id): Resource(str(logical_id), definition, resolver)
            for logical_id, definition in written.items()
            if isinstance(definition, dict)
        }
        # By logical id; without those whose condition is false
        self.resources: Final[Mapping[str, Resource]] = {
            logical_id: each
            for logical_id, each in self.every.items()
            if not _left_out(each.definition, resolver)
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
        """The resource that a value refers to, directly or by an attribute such as its ARN."""
        return self.resources.get(value.resource) if isinstance(value, Reference) else None


def _left_out(definition: Mapping[str, Any], resolver: Resolver) -> bool:
    condition = definition.get("Condition")
    return isinstance(condition, str) and resolver.decide(condition) is False


def value_at(value: Value, *names: str | int) -> Value:
    """The part of a value at a path; None if it does not exist, unknown if a part of the path is unknown."""
    for name in names:
        if isinstance(value, dict) and isinstance(name, str):
            value = value.get(name)
        elif isinstance(value, list) and isinstance(name, int) and name < len(value):
            value = value[name]
        elif isinstance(value, Unknown):
            return replace(value, optional=True)  # it may not have the rest of the path
        else:
            return None
    return value


def number(value: Value) -> float | Unknown | None:
    """A value as a number, whole numbers as `int`: CloudFormation also accepts strings of digits."""
    match value:
        case None | Unknown():
            return value
        case Reference() | Text():
            return Unknown("a reference")
        case str() if _NUMBER.fullmatch(value):
            value = float(value)
        case str():
            return Unknown("a string that is not a number")
        case bool() | list() | dict():
            return Unknown("a value that is not a number")
    if isinstance(value, float) and not math.isfinite(value):
        return Unknown("a number that is not finite")
    return int(value) if value == value // 1 else value
