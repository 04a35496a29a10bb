"""JSON from elsewhere, whose every value has to be looked at before it is used."""

from __future__ import annotations

import json
from typing import TypeAlias, TypeGuard

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

_SHOWN_CHARACTERS = 60


def parse_json(text: str) -> Json:
    """What a text means as JSON.

    Raises:
        ValueError: It is no JSON, or nested deeper than any result is.
    """
    try:
        parsed: Json = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return parsed


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a number; True and False are none. It may be infinite or no number still."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(value: object) -> int | None:
    """A whole number, also one that a tool wrote as a string; None if it is none."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < _SHOWN_CHARACTERS:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def shown(value: object) -> str:
    """A value as a message shows it: on one line, and not at length."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            text = repr(value)
            return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
