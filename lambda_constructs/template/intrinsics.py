"""Intrinsic functions, resolved from the template alone; any other value is unknown, never guessed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias, cast

from .values import LOOKED_UP_LATER, Reference, Unknown, Value, is_known, text_of

Json: TypeAlias = Any  # a value as the template's author wrote it, of any shape

_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html
_DYNAMIC: Final = re.compile(r"(\{\{resolve:ssm:[^{}]*\}\})")
_NO_VALUE: Final = Unknown("AWS::NoValue")
OTHER: Final = "\0other"
"""In an assignment: any value but those that the template compares the parameter with."""
_LISTS: Final = ("CommaDelimitedList", "List<")


class Resolver:
    """Resolves the values of one template."""

    def __init__(self, template: Json, assignment: Mapping[str, str] | None = None) -> None:
        """Resolve values of a template; the parameters without an assigned value have their defaults."""
        sections = mapping(template)
        self._assigned = assignment or {}
        self._parameters = mapping(sections.get("Parameters"))
        self._mappings = mapping(sections.get("Mappings"))
        self._conditions = mapping(sections.get("Conditions"))
        self._resources = mapping(sections.get("Resources"))
        self._decided: dict[str, bool | None] = {}
        self._functions: dict[str, Callable[[Any], Value]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Length": self._length,
            "Fn::ToJsonString": self._json,
        }

    def resolve(self, value: Json) -> Value:
        """The value, as far as it can be known, without properties that are `AWS::NoValue`."""
        if isinstance(value, str):
            return _looked_up(value)
        if isinstance(value, list):
            return [item for each in value if (item := self.resolve(each)) is not _NO_VALUE]
        return self._resolve_object(value) if isinstance(value, dict) else cast(Value, value)

    def _resolve_object(self, value: Mapping[str, Any]) -> Value:
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if function := self._functions.get(name):
                try:
                    return _looked_up(function(argument))
                except (TypeError, ValueError, KeyError, IndexError):
                    return Unknown(f"a malformed {name}", repr(argument))
            if isinstance(name, str) and name.startswith("Fn::"):
                return Unknown(name, repr(argument))
        return {
            str(key): item for key, each in value.items() if (item := self.resolve(each)) is not _NO_VALUE
        }

    def decide(self, condition: str) -> bool | None:
        """Whether a condition is true; None if that is not known."""
        if condition not in self._decided:
            self._decided[condition] = None  # a condition that refers to itself finds this
            with suppress(RecursionError):
                self._decided[condition] = self._decide(self._conditions.get(condition))
        return self._decided[condition]

    def _decide(self, condition: Json) -> bool | None:
        match condition:
            case {"Condition": str(name)}:
                return self.decide(name)
            case {"Fn::Equals": [one, other]}:
                return _equal(text_of([self.resolve(one)]), text_of([self.resolve(other)]))
            case {"Fn::Not": [each]}:
                decided = self._decide(each)
                return None if decided is None else not decided
            case {"Fn::And": [*each]}:
                return _all([self._decide(one) for one in each])
            case {"Fn::Or": [*each]}:
                none = _all([None if (one := self._decide(every)) is None else not one for every in each])
                return None if none is None else not none
            case _:
                return None

    def _ref(self, name: Json) -> Value:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._resources:
            return Reference(name)
        parameter = self._parameters.get(name)
        if isinstance(name, str) and name in self._assigned:
            return _assigned(name, str(mapping(parameter).get("Type")), self._assigned[name])
        return _default(name, parameter) if isinstance(parameter, dict) else Unknown(str(name))

    def _get_att(self, argument: Json) -> Value:
        resource, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        if resource not in self._resources or not isinstance(attribute, str):
            return Unknown("a malformed Fn::GetAtt", repr(argument))
        return Reference(resource, attribute)

    def _sub(self, argument: Json) -> Value:
        template, variables = (argument, {}) if isinstance(argument, str) else argument
        return text_of(list(self._parts(template, mapping(variables))))

    def _parts(self, template: str, variables: Mapping[str, Any]) -> Iterator[Value]:
        """The strings of a `Fn::Sub` and the values of its variables, in order."""
        for position, piece in enumerate(_VARIABLE.split(template)):
            name = piece.strip()
            if position % 2 == 0:
                yield piece
            elif piece.startswith("!"):
                yield f"${{{piece[1:]}}}"
            elif name in variables:
                yield self.resolve(variables[name])
            else:
                yield self._get_att(name) if "." in name else self._ref(name)

    def _join(self, argument: Json) -> Value:
        delimiter, given = argument
        items = self.resolve(given)
        if not isinstance(items, list):
            return Unknown("Fn::Join", repr(argument))
        joined: list[Value] = []
        for item in items:
            joined += [delimiter, item] if joined else [item]
        return text_of(joined)

    def _split(self, argument: Json) -> Value:
        delimiter, given = argument
        text = self.resolve(given)
        if isinstance(text, str):
            return cast(Value, text.split(delimiter))
        if isinstance(text, Reference) and delimiter == ":" and text.segment is None:
            # Enough for an ARN with a qualifier: a name with a colon is never split.
            return [Reference(text.resource, text.attribute, segment) for segment in range(8)]
        return Unknown("Fn::Split", repr(argument))

    def _select(self, argument: Json) -> Value:
        index, items = map(self.resolve, argument)
        if isinstance(index, str | int) and isinstance(items, list) and int(index) >= 0:
            return items[int(index)]
        return Unknown("Fn::Select", repr(argument))

    def _if(self, argument: Json) -> Value:
        condition, then, otherwise = argument
        decided = self.decide(condition)
        if decided is not None:
            return self.resolve(then if decided else otherwise)
        branches = self.resolve(then), self.resolve(otherwise)
        if branches[0] == branches[1]:
            return branches[0]
        return Unknown(f"condition {condition}", repr(argument), optional=any(map(_is_optional, branches)))

    def _find_in_map(self, argument: Json) -> Value:
        keys = [self.resolve(key) for key in argument[:3]]
        if not all(isinstance(key, str | int) for key in keys):
            return Unknown("Fn::FindInMap", repr(argument))
        found: Any = self._mappings
        for key in map(str, keys):
            if key not in mapping(found):
                return self._map_default(argument)
            found = found[key]
        # Mappings do not contain intrinsic functions, so there is nothing to resolve.
        return Unknown("a malformed mapping", repr(argument)) if isinstance(found, dict) else found

    def _length(self, argument: Json) -> Value:
        items = self.resolve(argument)
        return len(items) if isinstance(items, list) else Unknown("Fn::Length", repr(argument))

    def _json(self, argument: Json) -> Value:
        value = self.resolve(argument)
        return json.dumps(value) if is_known(value) else Unknown("Fn::ToJsonString", repr(argument))

    def _map_default(self, argument: Json) -> Value:
        """The default value that the transform AWS::LanguageExtensions allows for a missing key."""
        match argument:
            case [_, _, _, {"DefaultValue": default}]:
                return self.resolve(default)
            case _:
                return Unknown("a missing key of Fn::FindInMap", repr(argument))


def _default(name: str, parameter: Mapping[str, Any]) -> Value:
    """The default of a parameter, which a deployment can replace, but rarely does."""
    kind, default = str(parameter.get("Type")), parameter.get("Default")
    if parameter.get("NoEcho") in (True, "true", "True"):
        return Unknown(f"parameter {name}", secret=True)  # deployments replace this default
    # AWS Amplify always passes the parameters whose default is their name.
    if default in (None, name) or kind.startswith("AWS::SSM::Parameter::Value"):
        return Unknown(f"parameter {name}")
    if kind.startswith(_LISTS):
        return [item.strip() for item in str(default).split(",")]
    return cast(Value, default)


def _looked_up(value: Value) -> Value:
    """A value in which those are unknown that CDK or CloudFormation looks up later, but for secrets."""
    if not isinstance(value, str):
        return value
    if LOOKED_UP_LATER in value:
        return Unknown("a value that CDK looks up", value)
    if "{{resolve:" not in value:
        return value
    pieces = _DYNAMIC.split(value)
    return text_of([Unknown(each, each) if index % 2 else each for index, each in enumerate(pieces)])


def _assigned(name: str, kind: str, value: str) -> Value:
    """The value of a parameter in an assignment."""
    if value == OTHER:
        return Unknown(f"parameter {name}", other=True)
    return [item.strip() for item in value.split(",")] if kind.startswith(_LISTS) else value


def _equal(one: Value, other: Value) -> bool | None:
    """Whether two texts are equal: CloudFormation compares strings, so the number 1 equals the string "1"."""
    match one, other:
        case (str(), str()):
            return one == other
        case (str(), Unknown(other=True)) | (Unknown(other=True), str()):
            return False
        case _:
            return None


def _all(decided: list[bool | None]) -> bool | None:
    """Whether all are true: a single false one decides, even if others are unknown."""
    if False in decided:
        return False
    return None if None in decided else True


def _is_optional(value: Value) -> bool:
    return value is _NO_VALUE or (isinstance(value, Unknown) and value.optional)


def mapping(value: Json) -> Mapping[str, Any]:
    """The value if it is an object, else an empty object."""
    return value if isinstance(value, dict) else {}


def objects(value: Json) -> Iterator[Mapping[str, Any]]:
    """The objects in a value, at any depth, in the order in which they are written."""
    rest = [value]
    while rest:
        each = rest.pop()
        if isinstance(each, dict):
            yield each
            rest += reversed(each.values())
        elif isinstance(each, list):
            rest += reversed(each)
