"""Rules for arguments of sizing."""

from __future__ import annotations

from ...rules.rule import Words, rule
from .urls import MEMORY_URL, TUNING_URL


@rule(
    why="Sizing would calculate with a meaningless number, and its result would be deployed.",
    source=MEMORY_URL,
)
def sizing_argument(
    _: Words, name: str, value: object, low: float, high: float, *, whole: bool = False
) -> str | None:
    """A number within the range of its argument."""
    kinds = int if whole else int | float
    if isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high:
        return None
    kind = "whole number" if whole else "number"
    return f"{name} is {value!r}; pass a {kind} from {low:g} to {high:g}"


@rule(why="A misspelled choice would silently become the default.", source=TUNING_URL)
def sizing_choice(_: Words, name: str, value: object, choices: tuple[str, ...]) -> str | None:
    """One of the choices that exist."""
    if value in choices:
        return None
    return f"{name} is {value!r}, which does not exist; choose one of {', '.join(choices)}"
