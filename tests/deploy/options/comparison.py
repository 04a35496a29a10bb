"""Compares the properties of a template with what a service's API says of the resource."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Attribute:
    """An attribute of a resource, or text with one: the ARN of what `Ref` names, or any value.

    Attributes:
        end: How it ends; empty for an attribute that is not part of the result of `Ref`.
    """

    end: str

    def __str__(self) -> str:
        return self.end


@dataclass(frozen=True)
class References:
    """The references of a deployed template.

    Attributes:
        refs: The results of `Ref`, of resources and pseudo parameters.
    """

    refs: Mapping[str, str]

    def resolved(self, value: Any) -> Any:
        """The value without references."""
        match value:
            case {"Ref": str(name)}:
                found: Any = self.refs[name]
            case {"Fn::GetAtt": [str(name), "Arn"]}:
                found = Attribute(last(self.refs[name]))
            case {"Fn::GetAtt": _} | {"Fn::Select": _}:
                found = Attribute("")
            case {"Fn::Join": [str(separator), list(parts)]}:
                found = self._joined(separator, [self.resolved(each) for each in parts])
            case {"Fn::If": [_, _, otherwise]}:
                found = self.resolved(otherwise)
            case dict():
                found = {name: self.resolved(each) for name, each in value.items()}
            case list():
                found = [self.resolved(each) for each in value]
            case _:
                found = value
        return found

    @staticmethod
    def _joined(separator: str, parts: list[Any]) -> str | Attribute:
        if all(isinstance(each, str) for each in parts):
            return separator.join(parts)
        return Attribute(last(str(parts[-1])))


def last(text: str) -> str:
    """The name at the end of an ARN, a URL or an id."""
    return re.split(r"[/:|]", text)[-1]


def missing(expected: Any, found: Any, where: str) -> Iterator[str]:
    """What is expected and not found."""
    if isinstance(expected, dict | list) and isinstance(found, str) and found[:1] in ("{", "["):
        found = json.loads(found)
    if isinstance(found, list) and not isinstance(expected, list):
        yield from min(([*missing(expected, each, where)] for each in found), key=len, default=[where])
    elif isinstance(expected, dict):
        members = {name.lower(): each for name, each in found.items()} if isinstance(found, dict) else {}
        for name, each in expected.items():
            yield from missing(each, members.get(name.lower()), f"{where}.{name}")
    elif isinstance(expected, list):
        those = found if isinstance(found, list) else [found]
        for each in expected:
            yield from missing(each, those, f"{where}[]")
        if len(those) > len(expected):
            yield f"{where}: expected {expected!r}, found {those!r}"
    elif not same(expected, found):
        yield f"{where}: expected {expected!r}, found {found!r}"


def same(expected: Any, found: Any) -> bool:
    """Whether two values are the same, of which one may be text, a name for an ARN, or left out for empty."""
    if isinstance(expected, Attribute):
        return bool(found) and str(found).removesuffix(":*").endswith(expected.end.removesuffix("*"))
    if expected == "" and found is None:
        return True
    if isinstance(expected, str) and isinstance(found, str):
        return expected == found or last(expected) == last(found) != ""
    try:
        return float(expected) == float(found)
    except (TypeError, ValueError):
        return str(expected).lower() == str(found).lower()
