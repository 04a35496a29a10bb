"""Rules for what is asked of Lambda Power Tuning."""

from __future__ import annotations

from ...rules.rule import Words, rule
from .. import limits


@rule(
    "plan-function",
    why="Power Tuning fails after minutes if it cannot find the function.",
    source=limits.TUNING_URL,
)
def plan_function(_: Words, arn: str, *, known: bool) -> str | None:
    """The ARN of a function or of its alias."""
    if known:
        return None
    return (
        f"the function is {arn!r}, which is no ARN of one; pass "
        "arn:aws:lambda:<region>:<account>:function:<name>, which an alias may follow"
    )


@rule(
    "plan-payload",
    why="An event that the function refuses measures how fast it refuses.",
    source=limits.TUNING_URL,
)
def plan_payload(_: Words, problem: str) -> str | None:
    """The event is JSON."""
    return f"the payload is no JSON: {problem}; save an event as the function gets it"
