"""Results that several checks need from one template: calculated once, and kept as long as the template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from typing import TypeVar, cast

from .template import Resource, Template
from .values import Unknown, Value

T = TypeVar("T")


def view(find: Callable[[Template], T]) -> Callable[[Template], T]:
    """Remember the result of the decorated function for each template."""

    @wraps(find)
    def remembered(template: Template) -> T:
        if find not in template.found:
            template.found[find] = find(template)
        return cast(T, template.found[find])

    return remembered


def items_view(find: Callable[[Template], Iterable[T]]) -> Callable[[Template], Sequence[T]]:
    """Remember the items that the decorated function yields for each template."""
    return view(wraps(find)(lambda template: tuple(find(template))))


def places(resource: Resource, *path: str) -> Iterator[tuple[str, Value]]:
    """The locations and values at a path in a resource's properties; `*` is each item of a list or object.

    A location is a JSON Pointer (RFC 6901), because the keys of an OpenAPI definition contain slashes.
    """
    yield from _places("", resource.properties, path)


def next_to(resource: Resource, location: str, *names: str) -> Value:
    """A property next to the one at a location."""
    around = keys_of(location)[:-1]
    return resource.get(*(int(key) if key.isdecimal() else key for key in around), *names)


def together(one: Resource, other: Resource) -> bool:
    """Whether the two resources are always deployed together."""
    condition = one.definition.get("Condition")
    return one.certain or other.certain or condition == other.definition.get("Condition")


def if_together(one: Resource, other: Resource, value: Value) -> Value:
    """The value if the two resources are always deployed together; else unknown."""
    return (
        value if together(one, other) else Unknown(f"whether {one.id} and {other.id} are deployed together")
    )


def if_given(value: Value, *others: object) -> Value:
    """The value if each of the others is set or not for certain; else unknown."""
    optional = (each for each in others if isinstance(each, Unknown) and each.optional)
    return next(optional, value)


def _places(location: str, value: Value, path: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    if not path:
        if value is not None:
            yield location.removeprefix("/"), value
        return
    name, *rest = path
    items: dict[str, Value] = {}
    if isinstance(value, dict):
        items = value if name == "*" else {name: value.get(name)}
    elif isinstance(value, list) and name == "*":
        items = {str(position): item for position, item in enumerate(value)}
    for key, item in items.items():
        yield from _places(f"{location}/{escaped(key)}", item, tuple(rest))


def escaped(key: str) -> str:
    """A key as a part of a location."""
    return key.replace("~", "~0").replace("/", "~1")


def keys_of(location: str) -> list[str]:
    """The keys of a location."""
    return [key.replace("~1", "/").replace("~0", "~") for key in location.split("/")] if location else []
