"""Computes when a schedule starts, on the emulator's clock.

Each schedule has its own clock. It is set when the emulator first sees the schedule, or sees that its
expression or time zone changed, and from then on runs faster than this machine's by the time scale. So the
wait for each start is shortened, and the time that a start is scheduled for is the one that AWS would give.

`rate(...)` counts from that moment. `cron(...)` follows the wall clock of its time zone: a local time that
the change to summer time skips is skipped, one that comes twice in autumn counts once. `at(...)` starts once,
and never if its time is past already; that is chosen, AWS's documentation does not say.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..core import clock, hooks
from . import expressions

_events = hooks.module("services.eventbridge")
_rate: Callable[[str], int | None] = hooks.attribute(_events, "_parse_rate_seconds")
_cron: Callable[[str], Any] = hooks.attribute(_events, "_parse_cron_fields")
_next_of_cron: Callable[[Any, datetime], datetime | None] = hooks.attribute(_events, "_cron_next_fire")

_ONCE: Final = re.compile(r"at\((.+)\)")


@dataclass(frozen=True)
class Timing:
    """The properties that determine the starts of a schedule; a change resets its clock."""

    created: float
    expression: str
    time_zone: str

    @property
    def once(self) -> bool:
        """Whether it starts once only."""
        return _ONCE.fullmatch(self.expression) is not None

    def next_start(self, after: datetime) -> datetime | None:
        """The first start after a moment; None if there is none."""
        zone = ZoneInfo(self.time_zone)
        if once := _ONCE.fullmatch(self.expression):
            start = datetime.fromisoformat(once[1]).replace(tzinfo=zone).astimezone(UTC)
            return start if start > after else None
        if seconds := _rate(self.expression):
            return after + timedelta(seconds=seconds)
        fields = _cron(expressions.with_year(self.expression))
        return None if fields is None else _next_wall_time(fields, zone, after)


def _next_wall_time(fields: Any, zone: ZoneInfo, after: datetime) -> datetime | None:  # noqa: ANN401 - ministack's own
    # ministack calculates in UTC, so it gets the local time as if it were UTC.
    local: datetime | None = after.astimezone(zone).replace(tzinfo=UTC)
    while local is not None and (local := _next_of_cron(fields, local)) is not None:
        start = local.replace(tzinfo=zone).astimezone(UTC)
        exists = start.astimezone(zone).replace(tzinfo=UTC) == local
        if exists and start > after:
            return start
    return None


class ScheduleClock:
    """The clock of one schedule, and how far its starts have come."""

    def __init__(self, timing: Timing) -> None:
        self.timing = timing
        self._set = self._reached = datetime.now(UTC)

    def due(self) -> datetime | None:
        """The next start if its time has come, and only once; else None."""
        start = self.timing.next_start(self._reached)
        now = self._set + (datetime.now(UTC) - self._set) / clock.scale()
        if start is None or start > now:
            return None
        self._reached = start
        return start
