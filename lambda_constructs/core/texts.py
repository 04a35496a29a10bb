"""Strings of every kind that Python has, as CDK takes them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar, cast

T = TypeVar("T")


def is_text(value: object) -> bool:
    """Whether a value is a string that UTF-8 can encode."""
    if not isinstance(value, str):
        return False
    try:
        return value.isascii() or bool(value.encode())
    except UnicodeEncodeError:
        return False


def separated(name: str, separator: str) -> str:
    """The words of the name of a class, such as `dead-letters` of DeadLetters."""
    return re.sub(r"\B(?=[A-Z])", separator, name).lower()


def plain_texts(value: T) -> T:
    """A value with strings instead of members of an enum of strings: in an f-string they are their names."""
    return cast(T, _plain(value)) if _has_member(value) else value


def _has_member(value: object) -> bool:
    if isinstance(value, str):
        return isinstance(value, Enum)
    if isinstance(value, Mapping):
        return any(map(_has_member, value)) or any(map(_has_member, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_member, value))
    is_options = dataclasses.is_dataclass(value) and not isinstance(value, type)
    return is_options and any(map(_has_member, vars(value).values()))


def _plain(value: Any) -> Any:  # noqa: ANN401 - any option
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [*map(_plain, value)]
    if not _has_member(value):
        return value
    given = {each.name: getattr(value, each.name) for each in dataclasses.fields(value) if each.init}
    return dataclasses.replace(value, **_plain(given))
