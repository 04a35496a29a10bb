"""Activities and their points, without AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

POINTS_PER_MINUTE = {"ride": 4, "run": 10, "swim": 12}
_DAY = 24 * 60


class InvalidActivityError(ValueError):
    """The item is not a valid activity, so another delivery cannot succeed."""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A validated activity."""

    user_id: str
    activity_id: str
    points: int

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        """Read an activity from an item of the table.

        Raises:
            InvalidActivityError: An attribute is missing or out of range.
        """
        kind, minutes = item.get("kind"), item.get("minutes")
        if kind not in POINTS_PER_MINUTE:
            raise InvalidActivityError(f"kind must be one of {sorted(POINTS_PER_MINUTE)}, not {kind!r}")
        if not isinstance(minutes, Decimal) or minutes != int(minutes) or not 1 <= minutes <= _DAY:
            raise InvalidActivityError(f"minutes must be a whole number from 1 to {_DAY}, not {minutes}")
        return cls(
            user_id=item["user_id"],
            activity_id=item["activity_id"],
            points=POINTS_PER_MINUTE[kind] * int(minutes),
        )
