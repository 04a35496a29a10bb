"""Patterns with `*` and `?`, as IAM writes them: whether two of them can mean the same thing."""

from __future__ import annotations

import re


def overlap(one: str, other: str) -> bool:
    """Whether some text matches both patterns."""
    same = min(_literal(one), _literal(other))
    if one[:same] != other[:same]:
        return False
    one, other = one[same:], other[same:]
    # Where in `other` a text can be that has matched `one` so far.
    reached = _past_stars({0}, other)
    for character in one:
        if not reached:
            return False
        if character == "*":
            reached = set(range(min(reached), len(other) + 1))
        else:
            reached = _past_stars(_after(character, reached, other), other)
    return len(other) in reached


def covers(pattern: str, allowed: str) -> bool:
    """Whether every text that matches `allowed` matches `pattern`; patterns whose only `*` ends them."""
    prefix, star, rest = pattern.partition("*")
    if not star:
        return pattern == allowed
    return not rest and allowed.removesuffix("*").startswith(prefix)


def _literal(pattern: str) -> int:
    """How many characters stand before the first wildcard."""
    return len(re.split(r"[*?]", pattern, maxsplit=1)[0])


def _after(character: str, reached: set[int], other: str) -> set[int]:
    """Where one more character leads: past one like it, or not past a star that takes it."""
    found: set[int] = set()
    for place in reached:
        if place == len(other):
            continue
        if other[place] == "*":
            found.add(place)
        elif other[place] == character or "?" in (other[place], character):
            found.add(place + 1)
    return found


def _past_stars(reached: set[int], other: str) -> set[int]:
    """The places, and those behind the stars that stand there."""
    found = set(reached)
    for place, character in enumerate(other):
        if character == "*" and place in found:
            found.add(place + 1)
    return found
