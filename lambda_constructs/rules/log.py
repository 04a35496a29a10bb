"""Rules for the logs of a function."""

from __future__ import annotations

from . import limits
from .rule import Words, rule


@rule(
    "log-retention-missing",
    severity="warning",
    why="Logs are kept, and paid for, for ever.",
    source=limits.LOG_RETENTION_URL,
)
def log_retention_missing(_: Words, *, retention: bool) -> str | None:
    """Logs expire."""
    if retention:
        return None
    return "the log group of the function keeps its events for ever; set RetentionInDays"


@rule(
    "log-group-missing",
    severity="warning",
    why="Lambda then makes the log group itself: it never expires, is not encrypted with a key of your own, "
    "and stays when the stack is deleted.",
    source=limits.LOG_GROUPS_URL,
)
def log_group_missing(_: Words, *, made: bool) -> str | None:
    """The template has the log group of its function."""
    if made:
        return None
    return (
        "the template has no log group for the function; add one with a retention, and name it in "
        "LoggingConfig"
    )
