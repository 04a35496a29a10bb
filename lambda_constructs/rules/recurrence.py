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

_MINUTES: Final = {"minute": 1, "hour": 60, "day": 1_440}
_WEEK: Final = 7 * _MINUTES["day"]
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON: Final = re.compile(r"cron\((.+)\)")
_ITEM: Final = re.compile(r"(?:(?P<any>[*?])|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>\d+))?")


@dataclass(frozen=True)
class Gaps:
    """Seconds between one start and the next.

    Attributes:
        shortest: The shortest of them.
        longest: The longest of them.
    """

    shortest: int
    longest: int


def gaps(expression: str) -> Gaps | None:
    """The gaps between the starts of a schedule; None if it starts once, or does not repeat every week."""
    if rate := _RATE.fullmatch(expression):
        seconds = int(rate[1]) * _MINUTES[rate[2]] * 60
        return Gaps(seconds, seconds)
    if cron := _CRON.fullmatch(expression):
        return _weekly(cron[1].split())
    return None


def _weekly(fields: Sequence[str]) -> Gaps | None:
    """The gaps of a cron expression whose starts repeat every week."""
    minute, hour, day, month, weekday, *year = fields
    if not {day, month, *year} <= {"*", "?"}:
        return None
    minutes, hours = _values(minute, 0, 59), _values(hour, 0, 23)
    weekdays = _values(weekday, 1, 7, _WEEKDAYS)
    starts = sorted(
        {
            each * _MINUTES["day"] + at * _MINUTES["hour"] + past
            for each in weekdays
            for at in hours
            for past in minutes
        }
    )
    if not starts:
        return None
    following = [*starts[1:], starts[0] + _WEEK]
    between = [60 * (after - before) for before, after in zip(starts, following, strict=True)]
    return Gaps(min(between), max(between))


def _values(field: str, first: int, last: int, names: Sequence[str] = ()) -> set[int]:
    """The numbers that a field matches; empty if one of its items is unknown."""
    found: set[int] = set()
    for text in field.split(","):
        values = _item(text, first, last, names)
        if not values:
            return set()
        found.update(values)
    return found


def _item(text: str, first: int, last: int, names: Sequence[str]) -> range:
    """The numbers of one item, such as `5`, `MON-FRI` or `0/15`."""
    item = _ITEM.fullmatch(text)
    if item is None:
        return range(0)
    low = high = first if item["any"] else _number(item["low"], names)
    if item["high"]:
        high = _number(item["high"], names)
    elif item["any"] or item["step"]:
        high = last
    step = int(item["step"] or 1)
    if not (step and first <= low <= high <= last):
        return range(0)
    return range(low, high + 1, step)


def _number(text: str, names: Sequence[str]) -> int:
    """A number or its name; -1, which is not in any field, for anything else."""
    if text in names:
        return names.index(text) + 1
    return int(text) if text.isdecimal() else -1
