"""Days in files, as YYYY-MM-DD. No function reads a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from .json_values import Json

_DAY_CHARACTERS: Final = 10
# A number that is greater is in milliseconds: as seconds, it would be in the year 5138.
_SECONDS_MAXIMUM: Final = 1e11


def day_of(moment: Json) -> str | None:
    """The day of a moment in ISO 8601, or in seconds or milliseconds since 1970; None if it is neither."""
    text = str(moment)
    try:
        return date.fromisoformat(text[:_DAY_CHARACTERS]).isoformat() if "-" in text else _since_1970(text)
    except (ValueError, OverflowError, OSError):
        return None


def _since_1970(text: str) -> str:
    number = float(text)
    seconds = number / 1000 if number > _SECONDS_MAXIMUM else number
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def days_between(one: str, other: str) -> int:
    """How many days another day is after one."""
    return (date.fromisoformat(other) - date.fromisoformat(one)).days
