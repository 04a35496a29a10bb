"""Schedule expressions as EventBridge and Application Auto Scaling accept them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html; the year may be left out
SCHEDULE_PATTERN: Final = (
    r"rate\([1-9]\d* (minute|hour|day)s?\)"
    r"|at\(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\)"
    r"|cron\(\S+( \S+){4,5}\)"
)
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LONGEST: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # days of a month, in any year
_ITEM: Final = re.compile(r"(?P<low>\*|\w+)(-(?P<high>\w+))?(/(?P<step>\d+))?")


@dataclass(frozen=True)
class _Field:
    """One field of a cron expression; `special` matches what only this field has."""

    name: str
    low: int
    high: int
    names: Sequence[str] = ()
    special: str = r"(?!)"

    def number(self, text: str) -> int | None:
        """A number or a name in the range of the field."""
        upper = text.upper()
        if upper in self.names:
            return self.names.index(upper) + 1
        return int(text) if text.isdecimal() and self.low <= int(text) <= self.high else None

    def accepts(self, item: str) -> bool:
        """Whether the field can have this item."""
        if re.fullmatch(self.special, item, re.IGNORECASE):
            return True
        found = _ITEM.fullmatch(item)
        if found is None or found["step"] == "0" or (found["low"] == "*" and found["high"]):
            return False
        ends = [each for each in (found["low"], found["high"]) if each not in (None, "*")]
        return all(self.number(each) is not None for each in ends)


_DAY: Final = _Field("day of the month", 1, 31, special=r"\?|L|LW|L-([1-9]|[12]\d|30)|([1-9]|[12]\d|3[01])W")
_MONTH: Final = _Field("month", 1, 12, _MONTHS)
_WEEKDAY: Final = _Field(
    "day of the week",
    1,
    7,
    _WEEKDAYS,
    special=rf"\?|L|([1-7]|{'|'.join(_WEEKDAYS)})(L|#[1-5])",
)
_FIELDS: Final = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _DAY,
    _MONTH,
    _WEEKDAY,
    _Field("year", 1970, 2199),
)


def cron_fault(fields: Sequence[str]) -> str | None:
    """What is wrong with the fields of a cron expression and what to do, or None; the year is optional."""
    for field, text in zip(_FIELDS, fields, strict=False):
        for item in text.split(","):
            if not field.accepts(item):
                return f"{item!r} for the {field.name}; correct the field"
    days, months, weekdays = fields[2:5]
    if "?" not in (days, weekdays):
        return "both the day of the month and the day of the week; replace one of them with ?"
    if days == weekdays:
        return "? for both the day of the month and the day of the week; replace one of them with *"
    if days.isdecimal() and all(_too_short(month, int(days)) for month in months.split(",")):
        return f"day {days} in months that do not have it; choose another day"
    return None


def _too_short(month: str, day: int) -> bool:
    """Whether a single month does not have a day."""
    number = _MONTH.number(month)
    return number is not None and _LONGEST[number - 1] < day
