"""Compares a value with a shape of a service's API model, as AWS does before the service sees a request.

AWS publishes these models for its SDKs, and botocore has them. Names are compared without their case, because
a template says `BatchSize` where some APIs say `batchSize`. Numbers may be text and tags a list, as in a
template. Names that the shape lacks are not judged. Two kinds of patterns are not compared: those with
classes of Unicode, such as the patterns of tags, and one that takes exponential time.

    https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
    https://smithy.io/2.0/spec/constraint-traits.html
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

Shape = Any
"""A shape of botocore, which has no static types."""
Value = Any
"""Any JSON."""


def violations(shape: Shape, value: object, where: str = "") -> Iterator[str]:
    """The errors of AWS for a value.

    Args:
        shape: what the value should be.
        value: as JSON has it; `None` if it is not given.
        where: its path, as AWS names it: `tags.1.member.key`.
    """
    judge = _JUDGES.get(shape.type_name)
    if judge is not None and value is not None:
        yield from judge(shape, value, where)


def of_members(shape: Shape, values: Mapping[str, object], where: str = "") -> Iterator[str]:
    """The errors of AWS for the members of a structure that are given."""
    given = {name.lower(): each for name, each in values.items()}
    for name, member in shape.members.items():
        yield from violations(member, given.get(name.lower()), path_of(where, name))


def missing(shape: Shape, values: Mapping[str, object], where: str = "") -> Iterator[str]:
    """The errors of AWS for required members that are not given; the SDK fills in tokens and the path."""
    given = {name.lower() for name, each in values.items() if each is not None}
    for name in shape.required_members:
        member = shape.members[name]
        filled_in = member.metadata.get("idempotencyToken") or member.serialization.get("location")
        if name.lower() not in given and not filled_in:
            yield failed(None, path_of(where, name), "Member must not be null")


def detected(found: Sequence[str]) -> str:
    """The message about violations."""
    plural = "s" if len(found) > 1 else ""
    return f"{len(found)} validation error{plural} detected: {'; '.join(found)}"


def outside(
    value: object, size: float, where: str, what: str, limits: tuple[float | None, float | None]
) -> Iterator[str]:
    """The error of AWS for a value whose size, which is its value or its length, is not within the limits."""
    low, high = limits
    if low is not None and size < low:
        yield failed(value, where, f"Member must have {what} greater than or equal to {low}")
    if high is not None and size > high:
        yield failed(value, where, f"Member must have {what} less than or equal to {high}")


def failed(value: object, where: str, constraint: str) -> str:
    """The error of AWS for a value that does not satisfy a constraint."""
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{where}' failed to satisfy constraint: {constraint}"


def path_of(where: str, name: str) -> str:
    """The path of a member, as AWS names it."""
    return f"{where}.{name[:1].lower()}{name[1:]}".lstrip(".")


def number(value: object) -> float | None:
    """A number, which a template may have as text."""
    try:
        return float(value)  # type: ignore[arg-type]  # other values than numbers raise an error
    except (TypeError, ValueError):
        return None


def _structure(shape: Shape, value: object, where: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from missing(shape, value, where)
        yield from of_members(shape, value, where)


def _list(shape: Shape, value: object, where: str) -> Iterator[str]:
    if isinstance(value, list):
        yield from _length(shape, value, where)
        for position, each in enumerate(value, start=1):
            yield from violations(shape.member, each, f"{where}.{position}.member")


def _map(shape: Shape, value: Value, where: str) -> Iterator[str]:
    match value:
        case [{"Key": _, "Value": _}, *_]:  # the tags of a template
            value = {tag["Key"]: tag["Value"] for tag in value}
    if isinstance(value, Mapping):
        yield from _length(shape, value, where)
        for name, each in value.items():
            yield from violations(shape.key, name, where)
            yield from violations(shape.value, each, f"{where}.{name}.member")


def _string(shape: Shape, value: object, where: str) -> Iterator[str]:
    if not isinstance(value, str):
        return
    yield from _length(shape, value, where)
    pattern = shape.metadata.get("pattern", "")
    if not _pattern(pattern).fullmatch(value):
        yield failed(value, where, f"Member must satisfy regular expression pattern: {pattern}")
    if shape.enum and value not in shape.enum:
        yield failed(value, where, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")


def _number(shape: Shape, value: object, where: str) -> Iterator[str]:
    if (size := number(value)) is not None:
        yield from outside(value, size, where, "value", _limits(shape))


def _length(shape: Shape, value: Value, where: str) -> Iterator[str]:
    yield from outside(value, len(value), where, "length", _limits(shape))


def _limits(shape: Shape) -> tuple[float | None, float | None]:
    return shape.metadata.get("min"), shape.metadata.get("max")


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of Java; one that matches everything instead of what Python cannot compare."""
    try:
        return _ANYTHING if not pattern or pattern in _SLOW else re.compile(pattern, re.ASCII)
    except re.error:
        return _ANYTHING


_ANYTHING: Final = re.compile(r"(?s:.*)")
_SLOW: Final = (r"^[ \t]*[\x20-\x7E]+([ \t]+[\x20-\x7E]+)*[ \t]*$",)
_JUDGES: Final[Mapping[str, Callable[[Shape, object, str], Iterator[str]]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    **dict.fromkeys(("integer", "long", "float", "double"), _number),
}
