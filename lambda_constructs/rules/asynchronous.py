"""Rules for events that Lambda queues and retries itself."""

from __future__ import annotations

from . import limits
from .rule import Words, rule


@rule("retry-attempts-range", why="Lambda refuses the setting.", source=limits.ASYNC_URL)
def retry_attempts_range(_: Words, retry_attempts: int) -> str | None:
    """0 to 2."""
    maximum = retry_attempts_range.high
    if 0 <= retry_attempts <= maximum:
        return None
    return f"retry_attempts is {retry_attempts}, Lambda allows 0 to {maximum}; choose one of these"


@rule("event-age-range", why="Lambda refuses the setting.", source=limits.ASYNC_URL)
def event_age_range(_: Words, max_event_age: int) -> str | None:
    """One minute to six hours."""
    low, high = event_age_range.low, event_age_range.high
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
def event_age_below_retries(_: Words, max_event_age: int, needed: int, *, retry_attempts: int) -> str | None:
    """Time enough for every attempt, and for the waits between them."""
    if max_event_age >= needed:
        return None
    return (
        f"max_event_age is {max_event_age} seconds, {retry_attempts + 1} attempts and the waits between them "
        f"can take {needed}; raise it or lower retry_attempts"
    )


@rule(
    "async-settings-on-latest",
    why="Settings hold for one qualifier: retries, ages and destinations of $LATEST do nothing for what "
    "invokes an alias, so its failed events are lost.",
    source=limits.ASYNC_URL,
)
def async_settings_on_latest(_: Words, qualifier: str, alias: str) -> str | None:
    """Settings for asynchronous invocations are those of the alias that is invoked so."""
    if qualifier != "$LATEST":
        return None
    return (
        "the settings for asynchronous invocations are those of $LATEST, the events come in by alias "
        f"{alias!r}; set Qualifier to the alias"
    )


@rule(
    "async-settings-twice",
    why="A qualifier has one set of them: the deployment fails, or one replaces the other.",
    source=limits.ASYNC_URL,
)
def async_settings_twice(_: Words, qualifier: str, settings: int) -> str | None:
    """One set of settings for each qualifier."""
    if settings < 2:
        return None
    return f"there are {settings} settings for asynchronous invocations of {qualifier}; keep one of them"


@rule(
    "async-without-failure-path",
    severity="warning",
    why="An event that still fails after its retries is gone without a trace.",
    source=limits.DESTINATIONS_URL,
)
def async_without_failure_path(_: Words, trigger: str, *, kept: bool) -> str | None:
    """Events that fail for good are kept."""
    if kept:
        return None
    return (
        f"events of the {trigger} that keep failing are lost; set an on-failure destination for what it "
        "invokes"
    )
