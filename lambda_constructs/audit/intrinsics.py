"""Intrinsic functions, as far as a template alone decides them; the rest is unknown, never guessed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias, cast

from .values import Reference, Unknown, Value, is_known, text_of

Json: TypeAlias = Any
"""What a template's author wrote: of any shape."""

_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_NO_VALUE: Final = Unknown("AWS::NoValue")
_LISTS: Final = ("CommaDelimitedList", "List<")


class Resolver:
    """Resolves the values of one template."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        """Resolve by this template's parameters (their defaults), mappings, conditions and resources."""
        self._parameters = _mapping(template.get("Parameters"))
        self._mappings = _mapping(template.get("Mappings"))
        self._conditions = _mapping(template.get("Conditions"))
        self._resources = _mapping(template.get("Resources"))
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
        }

    def resolve(self, value: Json) -> Value:
        """The value, as far as it can be known; what is `AWS::NoValue` is left out."""
        if isinstance(value, list):
            items = [self.resolve(item) for item in value]
            return [item for item in items if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return cast(Value, value)
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if function := self._functions.get(name):
                try:
                    return function(argument)
                except (TypeError, ValueError, KeyError, IndexError):
                    return Unknown(f"a malformed {name}")
            if isinstance(name, str) and name.startswith("Fn::"):
                return Unknown(name)
        entries = {str(key): self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in entries.items() if item is not _NO_VALUE}

    def decide(self, condition: str) -> bool | None:
        """Whether a condition holds; None if that is not known."""
        if condition not in self._decided:
            self._decided[condition] = None  # what a condition that asks for itself finds
            self._decided[condition] = self._decide(self._conditions.get(condition))
        return self._decided[condition]

    def _decide(self, condition: Json) -> bool | None:
        match condition:
            case {"Condition": str(name)}:
                return self.decide(name)
            case {"Fn::Equals": [one, other]}:
                pair = self.resolve(one), self.resolve(other)
                # CloudFormation compares texts: the number 1 equals the text "1".
                return text_of(pair[:1]) == text_of(pair[1:]) if all(map(is_known, pair)) else None
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

    def _ref(self, name: str) -> Value:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._resources:
            return Reference(name)
        parameter = self._parameters.get(name)
        if not isinstance(parameter, dict):
            return Unknown(name)
        kind, default = str(parameter.get("Type")), parameter.get("Default")
        if default is None or kind.startswith("AWS::SSM::"):
            return Unknown(f"parameter {name}")
        if kind.startswith(_LISTS):
            return cast(Value, str(default).split(","))
        return cast(Value, default)

    def _get_att(self, argument: Json) -> Value:
        resource, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        if resource not in self._resources or not isinstance(attribute, str):
            return Unknown("a malformed Fn::GetAtt")
        return Reference(resource, attribute)

    def _sub(self, argument: Json) -> Value:
        template, variables = (argument, {}) if isinstance(argument, str) else argument
        return text_of(list(self._parts(template, _mapping(variables))))

    def _parts(self, template: str, variables: Mapping[str, Any]) -> Iterator[Value]:
        """The texts of a `Fn::Sub` and what stands for its variables, in turn."""
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
        delimiter, items = argument[0], self.resolve(argument[1])
        if not isinstance(items, list):
            return Unknown("Fn::Join")
        joined: list[Value] = []
        for item in items:
            joined += [delimiter, item] if joined else [item]
        return text_of(joined)

    def _split(self, argument: Json) -> Value:
        delimiter, text = argument[0], self.resolve(argument[1])
        if isinstance(text, str):
            return cast(Value, text.split(delimiter))
        if isinstance(text, Reference) and delimiter == ":" and text.segment is None:
            # Enough for an ARN with a qualifier: nothing splits a name that has a colon.
            return [Reference(text.resource, text.attribute, segment) for segment in range(8)]
        return Unknown("Fn::Split")

    def _select(self, argument: Json) -> Value:
        index, items = self.resolve(argument[0]), self.resolve(argument[1])
        if isinstance(index, str | int) and isinstance(items, list):
            return items[int(index)]
        return Unknown("Fn::Select")

    def _if(self, argument: Json) -> Value:
        condition, then, otherwise = argument
        decided = self.decide(condition)
        if decided is not None:
            return self.resolve(then if decided else otherwise)
        branches = self.resolve(then), self.resolve(otherwise)
        return branches[0] if branches[0] == branches[1] else Unknown(f"condition {condition}")

    def _find_in_map(self, argument: Json) -> Value:
        keys = [self.resolve(key) for key in argument[:3]]
        if not all(isinstance(key, str | int) for key in keys):
            return Unknown("Fn::FindInMap")
        found: Any = self._mappings
        for key in keys:
            found = found[key] if key in found else found[str(key)]
        return self.resolve(found)


def _all(decided: list[bool | None]) -> bool | None:
    """Whether all hold: one that does not decides, whatever the unknown ones are."""
    if False in decided:
        return False
    return None if None in decided else True


def _mapping(value: Json) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
