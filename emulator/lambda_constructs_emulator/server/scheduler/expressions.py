"""Judges schedule expressions as EventBridge and EventBridge Scheduler do.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

_RATE: Final = re.compile(r"rate\((?P<number>[1-9]\d*) (minute|hour|day)(?P<plural>s?)\)", re.ASCII)
_ONCE: Final = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", re.ASCII)
_CRON: Final = re.compile(r"cron\((\S+(?: \S+){4,5})\)")
_ITEM: Final = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/([1-9]\d*))?", re.ASCII)
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True)
class _Field:
    """A field of a cron expression; `special` matches what only this field has."""

    low: int
    high: int
    names: Sequence[str] = ()
    special: str = r"(?!)"

    def accepts(self, text: str) -> bool:
        return all(map(self._accepts_item, text.split(",")))

    def _accepts_item(self, item: str) -> bool:
        if re.fullmatch(self.special, item, re.IGNORECASE):
            return True
        found = _ITEM.fullmatch(item)
        if found is None or (found[1] == "*" and found[2]):
            return False
        return all(self._accepts_value(each) for each in found.groups()[:2] if each not in {None, "*"})

    def _accepts_value(self, text: str) -> bool:
        return text.upper() in self.names or (text.isdecimal() and self.low <= int(text) <= self.high)


_DAY: Final = _Field(1, 31, special=r"\?|L|LW|L-([1-9]|[12]\d|30)|([1-9]|[12]\d|3[01])W")
_WEEKDAY: Final = _Field(1, 7, _WEEKDAYS, special=rf"\?|L|([1-7]|{'|'.join(_WEEKDAYS)})(L|#[1-5])")
_FIELDS: Final = (_Field(0, 59), _Field(0, 23), _DAY, _Field(1, 12, _MONTHS), _WEEKDAY, _Field(1970, 2199))
_FIELDS_OF_RULE: Final = 6


def is_schedule(expression: str) -> bool:
    """Whether EventBridge Scheduler accepts an expression."""
    if once := _ONCE.fullmatch(expression):
        return _is_time(once[1])
    return _RATE.fullmatch(expression) is not None or _is_cron(expression)


def is_rule(expression: str) -> bool:
    """Whether a rule of EventBridge can have it: no single time, `1 minute` and `2 minutes`, and a year."""
    if rate := _RATE.fullmatch(expression):
        return (rate["number"] == "1") == (not rate["plural"])
    return _is_cron(expression) and len(expression.split(" ")) == _FIELDS_OF_RULE


def with_year(expression: str) -> str:
    """A cron expression with its year, which Scheduler lets it leave out."""
    found = _CRON.fullmatch(expression)
    return f"cron({found[1]} *)" if found and len(found[1].split(" ")) < _FIELDS_OF_RULE else expression


def is_time_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _is_cron(expression: str) -> bool:
    found = _CRON.fullmatch(expression)
    if found is None:
        return False
    fields = found[1].split(" ")
    # A day of the month or a day of the week, and not both.
    return (fields[2] == "?") != (fields[4] == "?") and all(
        field.accepts(text) for field, text in zip(_FIELDS, fields, strict=False)
    )


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).isoformat() == text  # Python 3.14 reads 24:00 as the next day
    except ValueError:
        return False
