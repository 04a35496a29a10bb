"""Warnings and changes in a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from ..advice import Advice


def warnings(advice: Iterable[Advice]) -> list[str]:
    """One line for each warning, with its code."""
    return [f"warning: {each.message} [{each.code}]" for each in advice]


def change(share: float) -> str:
    """A relative change in percent, with its sign."""
    return f"{share:+.0%}"
