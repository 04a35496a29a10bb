"""Patterns with `*` and `?`, as IAM writes them: whether two of them can mean the same thing."""

from __future__ import annotations

from functools import cache


@cache
def overlap(one: str, other: str) -> bool:
    """Whether some text matches both patterns."""
    if not one or not other:
        return not (one or other).replace("*", "")
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(other, one)
    return (one[0] == other[0] or "?" in (one[0], other[0])) and overlap(one[1:], other[1:])
