"""Waits until nothing is missing."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

_PAUSE: Final = 0.2  # seconds between two looks
_LOOKS: Final = 3  # in a row, because AWS counts approximately


def wait_until(missing: Callable[[], object], *, timeout: float, looks: int = _LOOKS) -> None:
    """Wait until nothing is missing.

    Args:
        missing: What is missing, for the message; something false, such as an empty text, if nothing is.
        timeout: Seconds of this machine.
        looks: How often in a row nothing is missing; 1 for what happens once and stays.

    Raises:
        TimeoutError: Something was missing until the timeout.
    """
    deadline = monotonic() + timeout
    quiet = 0
    while quiet < looks:
        found = missing()
        quiet = 0 if found else quiet + 1
        if quiet < looks and monotonic() > deadline:
            raise TimeoutError(f"not settled after {timeout:g} s: {found or 'settled for too short a time'}")
        sleep(_PAUSE if quiet < looks else 0)
