"""The names that a template refers to: of resources, parameters and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from .intrinsics import Json, mapping
from .views import escaped

_VARIABLE: Final = re.compile(r"\$\{([^!}][^}]*)\}")


class Use(NamedTuple):
    """A name in a template."""

    location: str  # the property, or the part of the template
    name: str  # of a resource or a parameter, or of a condition
    how: str  # the intrinsic function or the attribute that names it


def names_in(definition: Mapping[str, Any]) -> Iterator[Use]:
    """The names in the definition of a resource or an output."""
    depends = definition.get("DependsOn")
    for each in depends if isinstance(depends, list) else [depends]:
        if isinstance(each, str):
            yield Use("DependsOn", each, "DependsOn")
    if isinstance(condition := definition.get("Condition"), str):
        yield Use("Condition", condition, "Condition")
    for section in ("Properties", "Value"):
        try:
            yield from _names(definition.get(section), section)
        except RecursionError:  # thousands of brackets
            return


def _names(value: Json, location: str) -> Iterator[Use]:
    if isinstance(value, list):
        for position, each in enumerate(value):
            yield from _names(each, f"{location}/{position}")
    elif isinstance(value, dict):
        if len(value) == 1:
            ((name, argument),) = value.items()
            yield from (Use(location, each, name) for each in _named(name, argument))
        for key, each in value.items():
            if isinstance(each, dict | list):
                within = location if str(key).startswith("Fn::") else f"{location}/{escaped(str(key))}"
                yield from _names(each, within)


def _named(function: str, argument: Json) -> Iterator[str]:
    """The names in an intrinsic function itself, without those in its argument's functions."""
    match function, argument:
        case ("Ref", str(name)) | ("Fn::If", [str(name), *_]):
            yield name
        case "Fn::GetAtt", str(name) | [str(name), *_]:
            yield name.partition(".")[0]
        case "Fn::Sub", str(text) | [str(text), *_]:
            own = mapping(argument[1]) if isinstance(argument, list) and len(argument) > 1 else {}
            names = map(str.strip, _VARIABLE.findall(text))
            yield from (each.partition(".")[0] for each in names if each not in own)
