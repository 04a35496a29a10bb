"""The name that a misspelt name is closest to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SIMILARITY: Final = 0.75  # from 0 to 1, as difflib has it


def nearest(name: str, names: Iterable[str]) -> str:
    """The most similar name; empty if not one is similar enough."""
    from difflib import get_close_matches  # noqa: PLC0415 - only here, because its import takes long

    found = {each.lower(): each for each in names}
    close = get_close_matches(name.lower(), found, n=1, cutoff=_SIMILARITY)
    return found[close[0]] if close else ""
