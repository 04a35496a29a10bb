"""Lists of names in messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHOWN: Final = 5


def first_of(names: Iterable[str]) -> str:
    """The first of some names, and how many others there are."""
    shown = [*names]
    if len(shown) > _SHOWN:
        shown[_SHOWN:] = [f"{len(shown) - _SHOWN} more"]
    *most, last = shown
    return f"{', '.join(most)} and {last}" if most else last
