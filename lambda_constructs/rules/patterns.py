"""Patterns with `*` and `?`, as IAM writes them: whether two patterns can match the same string."""

from __future__ import annotations

import re


def overlap(one: str, other: str) -> bool:
    """Whether any string matches both patterns."""
    same = min(_literal(one), _literal(other))
    if one[:same] != other[:same]:
        return False
    one, other = one[same:], other[same:]
    # The positions in `other` that a string can have reached that has matched `one` so far.
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
    """Whether every string that matches `allowed` matches `pattern`; for patterns whose only `*` is last."""
    prefix, star, rest = pattern.partition("*")
    if not star:
        return pattern == allowed
    return not rest and allowed.removesuffix("*").startswith(prefix)


def _literal(pattern: str) -> int:
    """The number of characters before the first wildcard."""
    return len(re.split(r"[*?]", pattern, maxsplit=1)[0])


def _after(character: str, reached: set[int], other: str) -> set[int]:
    """The positions after one more character: after an equal character, or at a star that matches it."""
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
    """The positions, and those after the stars at these positions."""
    found = set(reached)
    for place, character in enumerate(other):
        if character == "*" and place in found:
            found.add(place + 1)
    return found
