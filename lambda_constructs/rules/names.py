"""Names in messages: lists of them, and the one that a misspelt name is closest to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHOWN: Final = 5
_SIMILARITY: Final = 0.75  # from 0 to 1, as difflib has it


def first_of(names: Iterable[str]) -> str:
    """The first of some names, and how many others there are."""
    shown = [*names]
    if len(shown) > _SHOWN:
        shown[_SHOWN:] = [f"{len(shown) - _SHOWN} more"]
    *most, last = shown
    return f"{', '.join(most)} and {last}" if most else last


def nearest(name: str, names: Iterable[str]) -> str:
    """The most similar name; empty if not one is similar enough."""
    from difflib import get_close_matches  # noqa: PLC0415 - only here, because its import takes long

    found = {each.lower(): each for each in names}
    close = get_close_matches(name.lower(), found, n=1, cutoff=_SIMILARITY)
    return found[close[0]] if close else ""
