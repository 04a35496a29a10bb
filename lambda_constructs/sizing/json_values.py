"""JSON from files of other tools: every value is checked before it is used."""

from __future__ import annotations

import json
from typing import Final, TypeAlias, TypeGuard

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

DECODER: Final = json.JSONDecoder()
_SHOWN_CHARACTERS = 60


def parse_json(text: str) -> Json:
    """The value in a text; what is not JSON, or is nested more deeply than any result, is a ValueError."""
    try:
        parsed: Json = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return parsed


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is an int or a float, but not a bool. It may be infinite or NaN."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(value: object) -> int | None:
    """The value as a whole number, also if a tool wrote it as a string; None if it is not a whole number."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < _SHOWN_CHARACTERS:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def shown(value: object) -> str:
    """A value for a message: on one line, and shortened."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            text = repr(value)
            return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
