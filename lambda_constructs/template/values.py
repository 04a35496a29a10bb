"""Values of a template before it is deployed: known, or unknown for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

# CDK uses these placeholders until its command line has looked up the value; an error would prevent that.
LOOKED_UP_LATER: Final = "dummy-value-for-"


@dataclass(frozen=True)
class Unknown:
    """A value that is only known at deployment."""

    name: str  # its origin, such as "parameter Size"
    key: str = ""  # distinguishes values of the same name; within a template one name and key is one value
    optional: bool = False  # whether it may be absent
    secret: bool = False  # whether the template hides it: a parameter with NoEcho
    other: bool = False  # whether it differs from all texts that the template compares it with


@dataclass(frozen=True)
class Reference:
    """A reference to a resource of the same template, by `Ref` or `Fn::GetAtt`."""

    resource: str  # its logical id
    attribute: str = ""  # the attribute of `Fn::GetAtt`; empty for `Ref`
    # Only this part of the value between colons, counted from 0; None is the whole value
    segment: int | None = None


@dataclass(frozen=True)
class Text:
    """A string that is known in parts."""

    # In order; without empty strings, and without two strings in a row
    parts: tuple[str | Reference | Unknown, ...]


Known: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Value: TypeAlias = "Known | Reference | Text | Unknown"


def text_of(parts: Sequence[Value]) -> Value:
    """The parts as one string; a plain `str` if all of them are known."""
    merged: list[str | Reference | Unknown] = []
    for part in parts:
        for each in part.parts if isinstance(part, Text) else (part,):
            if isinstance(each, Reference | Unknown):
                merged.append(each)
            elif isinstance(each, list | dict | None):
                return Unknown("a part that is not a string")
            elif each == "":
                continue
            elif merged and isinstance(last := merged[-1], str):
                merged[-1] = last + _written(each)
            else:
                merged.append(_written(each))
    if not merged:
        return ""
    if len(merged) == 1:
        return merged[0]
    return Text(tuple(merged))


def flat(value: Value) -> str:
    """A string with unknown parts written as `<name>`, to compare it and to match patterns."""
    match value:
        case Unknown(name, key):
            return f"<{name} {key}>" if key else f"<{name}>"
        case Reference(resource, attribute, segment):
            part = "" if segment is None else f"[{segment}]"
            return f"<{resource}{f'.{attribute}' if attribute else ''}{part}>"
        case Text(parts):
            return "".join(map(flat, parts))
        case str() | int() | float():
            return _written(value)
        case _:
            return "<?>"


def is_known(value: Value) -> bool:
    """Whether the whole value is known before the deployment."""
    match value:
        case Unknown() | Reference() | Text():
            return False
        case list():
            return all(map(is_known, value))
        case dict():
            return all(map(is_known, value.values()))
        case _:
            return True


def _written(value: str | float) -> str:
    """A scalar as CloudFormation writes it into a string."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
