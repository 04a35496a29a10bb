"""How often a schedule starts, if its expression tells.

A rate does. A cron expression does if it restricts only minutes, hours and days of the week: its starts then
repeat every week. They do not if it restricts days of the month, months or years.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .cron import HOUR, MINUTE, UNITS, WEEKDAY, Field

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON: Final = re.compile(r"cron\((.+)\)")
_HOUR, _DAY = UNITS["hour"], UNITS["day"]


@dataclass(frozen=True)
class Gaps:
    """Seconds between one start and the next."""

    shortest: int  # the shortest of them
    longest: int  # the longest of them


def gaps(expression: str) -> Gaps | None:
    """The gaps between the starts of a schedule; None if it starts once, or does not repeat every week."""
    if rate := _RATE.fullmatch(expression):
        seconds = int(rate[1]) * UNITS[rate[2]] * 60
        return Gaps(seconds, seconds)
    if cron := _CRON.fullmatch(expression):
        return _weekly(cron[1].split())
    return None


def _weekly(fields: Sequence[str]) -> Gaps | None:
    """The gaps of a cron expression whose starts repeat every week."""
    minute, hour, day, month, weekday, *year = fields
    if not {day, month, *year} <= {"*", "?"}:
        return None
    starts = sorted(
        each * _DAY + at * _HOUR + past
        for each in _values(WEEKDAY, weekday)
        for at in _values(HOUR, hour)
        for past in _values(MINUTE, minute)
    )
    if not starts:
        return None
    following = [*starts[1:], starts[0] + 7 * _DAY]
    between = [60 * (after - before) for before, after in zip(starts, following, strict=True)]
    return Gaps(min(between), max(between))


def _values(field: Field, text: str) -> set[int]:
    """The numbers that a field matches; empty if one of its items is unknown."""
    items = [field.values(item) for item in text.split(",")]
    return set().union(*items) if all(items) else set()
