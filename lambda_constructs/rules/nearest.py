"""The name that a misspelt name is closest to."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, names: Iterable[str], *, similarity: float = 0.75) -> str:
    """The most similar name; empty if not one is similar enough.

    Args:
        name: The name, whose case does not matter.
        names: The names that exist.
        similarity: From 0 to 1, as `difflib` has it. Default: 0.75
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only here, because its import takes long

    found = {each.lower(): each for each in names}
    close = get_close_matches(name.lower(), found, n=1, cutoff=similarity)
    return found[close[0]] if close else ""
