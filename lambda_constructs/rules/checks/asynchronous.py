"""Rules for events that Lambda queues and retries itself."""

from __future__ import annotations

from .. import limits
from ..rule import rule


@rule("retry-attempts-range", why="Lambda refuses the setting.", source=limits.ASYNC_URL)
def retry_attempts_range(retry_attempts: int) -> str | None:
    """0 to 2."""
    maximum = limits.ASYNC_RETRIES_MAXIMUM
    if 0 <= retry_attempts <= maximum:
        return None
    return f"retry_attempts is {retry_attempts}, Lambda allows 0 to {maximum}; choose one of these"


@rule("event-age-range", why="Lambda refuses the setting.", source=limits.ASYNC_URL)
def event_age_range(max_event_age: int) -> str | None:
    """One minute to six hours."""
    low, high = limits.EVENT_AGE_MINIMUM, limits.EVENT_AGE_MAXIMUM
    if low <= max_event_age <= high:
        return None
    return (
        f"max_event_age is {max_event_age} seconds, Lambda allows {low} to {high}; choose one in that range"
    )


@rule(
    "event-age-below-retries",
    severity="warning",
    why="An event that gets too old while it waits for its retry is given up without it.",
    source=limits.ASYNC_ERRORS_URL,
)
def event_age_below_retries(max_event_age: int, needed: int, *, retry_attempts: int) -> str | None:
    """Time enough for every attempt, and for the waits between them."""
    if max_event_age >= needed:
        return None
    return (
        f"max_event_age is {max_event_age} seconds, {retry_attempts + 1} attempts and the waits between them "
        f"can take {needed}; raise it or lower retry_attempts"
    )
