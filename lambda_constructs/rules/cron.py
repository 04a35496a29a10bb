"""Schedule expressions as EventBridge and Application Auto Scaling accept them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html; the year may be left out
SCHEDULE_PATTERN: Final = (
    r"rate\(0*[1-9][0-9]* (minute|hour|day)s?\)"
    r"|at\([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\)"
    r"|cron\(\S+( \S+){4,5}\)"
)
_FEBRUARY: Final = 2
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LONGEST: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # days of a month, in any year
_ITEM: Final = re.compile(r"(?P<low>\*|\w+)(-(?P<high>\w+))?(/(?P<step>\d+))?", re.ASCII)
_DATE: Final = re.compile(r"(?P<any>\*)|(?P<low>\d+)(W|-\d+)?(/\d+)?")
YEARS: Final = (
    1970,
    2199,
)  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
_MINUTES_OF_YEARS: Final = (YEARS[1] - YEARS[0]) * 365 * 24 * 60
UNITS: Final = {"minute": 1, "hour": 60, "day": 24 * 60}


@dataclass(frozen=True)
class Field:
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
        return (
            int(text) if text.isascii() and text.isdecimal() and self.low <= int(text) <= self.high else None
        )

    def accepts(self, item: str) -> bool:
        """Whether the field can have this item."""
        if re.fullmatch(self.special, item, re.IGNORECASE):
            return True
        found = _ITEM.fullmatch(item)
        if found is None or (found["low"] == "*" and found["high"]):
            return False
        if found["step"] and not 1 <= int(found["step"]) <= self.high - self.low + 1:
            return False
        ends = [each for each in (found["low"], found["high"]) if each not in (None, "*")]
        return all(self.number(each) is not None for each in ends)

    def values(self, item: str) -> range:
        """The numbers that an item matches, such as `5`, `MON-FRI` or `0/15`; empty if they are not known."""
        found = _ITEM.fullmatch(item.replace("?", "*"))
        if found is None:
            return range(0)
        every, step = found["low"] == "*", int(found["step"] or 1)
        low = self.low if every else self.number(found["low"])
        high = self.number(found["high"]) if found["high"] else self.high if every or found["step"] else low
        return range(0) if low is None or high is None or not step else range(low, high + 1, step)


_DAY: Final = Field("day of the month", 1, 31, special=r"\?|L|LW|L-([1-9]|[12]\d|30)|([1-9]|[12]\d|3[01])W")
_MONTH: Final = Field("month", 1, 12, _MONTHS)
WEEKDAY: Final = Field(
    "day of the week", 1, 7, _WEEKDAYS, special=rf"\?|L|([1-7]|{'|'.join(_WEEKDAYS)})(L|#[1-5])"
)
MINUTE: Final = Field("minutes", 0, 59)
HOUR: Final = Field("hours", 0, 23)
_FIELDS: Final = (MINUTE, HOUR, _DAY, _MONTH, WEEKDAY, Field("year", *YEARS))


def refusal(name: str, schedule: str, pattern: str, otherwise: str) -> str | None:
    """What is wrong with a schedule that messages call by this name, or None; `otherwise` without a match."""
    if re.fullmatch(pattern, schedule) is None:
        return f"{name} is {schedule!r}, {otherwise}"
    fault = schedule_fault(schedule)
    return fault and f"{name} is {schedule!r}, with {fault}"


def schedule_fault(schedule: str) -> str | None:
    """What is wrong with a rate, a point in time or a cron expression and what to do, or None."""
    kind, _, rest = schedule.removesuffix(")").partition("(")
    if kind == "cron":
        return cron_fault(rest.split())
    if kind == "at":
        return None if _is_time(rest) else "a day or a time that does not exist; correct it"
    number, _, unit = rest.partition(" ")
    if int(number) * UNITS[unit.removesuffix("s")] <= _MINUTES_OF_YEARS:
        return None
    return f"a second start after {YEARS[1]}, the last year that schedules have; choose a shorter rate"


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).isoformat() == text  # Python 3.14 reads 24:00 as the next day
    except ValueError:
        return False


def cron_fault(fields: Sequence[str]) -> str | None:
    """What is wrong with the fields of a cron expression and what to do, or None; the year is optional."""
    for field, text in zip(_FIELDS, fields, strict=False):
        items = text.split(",")
        for item in items:
            # "If you use a # character, you can define only one expression": the page on rules above
            alone = item == "?" or "#" in item
            if not field.accepts(item) or (alone and len(items) > 1):
                return f"{item!r} for the {field.name}; correct the field"
    days, months, weekdays, *years = fields[2:]
    if "?" not in (days, weekdays):
        return "both the day of the month and the day of the week; replace one of them with ?"
    if days == weekdays:
        return "? for both the day of the month and the day of the week; replace one of them with *"
    first = min(map(_first_day, days.split(",")))
    if all(_too_short(month, first, years) for month in months.split(",")):
        return f"day {first} in months that do not have it; choose another day"
    return None


def _first_day(item: str) -> int:
    """The first day of the month that an item matches; 1 if it is in every month."""
    found = _DATE.fullmatch(item)
    return int(found["low"]) if found and found["low"] else 1


def _too_short(month: str, day: int, years: Sequence[str]) -> bool:
    """Whether a single month does not have a day, in any of the years."""
    number = _MONTH.number(month)
    if number is None:
        return False
    named = years[0].split(",") if years else ["*"]
    leap = any(not each.isdecimal() or isleap(int(each)) for each in named)
    return _LONGEST[number - 1] - (number == _FEBRUARY and not leap) < day
