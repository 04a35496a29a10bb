"""Rules for the input of Lambda Power Tuning."""

from __future__ import annotations

from ...rules.rule import Words, rule
from .urls import TUNING_URL


@rule(why="Power Tuning fails after minutes if it cannot find the function.", source=TUNING_URL)
def plan_function(_: Words, arn: str, *, known: bool) -> str | None:
    """The ARN of a function or of its alias."""
    if known:
        return None
    return (
        f"{arn!r} is not the ARN of a function; pass arn:aws:lambda:<region>:<account>:function:<name>, "
        "optionally with an alias"
    )


@rule(why="Power Tuning would measure how fast the function rejects the event.", source=TUNING_URL)
def plan_payload(_: Words, found: str) -> str | None:
    """The event is JSON."""
    return f"this is not an event: {found}; save an event as Lambda passes it to the function"
