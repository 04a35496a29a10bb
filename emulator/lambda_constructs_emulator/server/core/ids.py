"""Random IDs that are not secrets. They need no system call, of which a request would need ten."""

import random
from typing import Final

_random: Final = random.Random()  # noqa: S311 - nothing here is a secret


def octets(count: int) -> bytes:
    """Random bytes."""
    return _random.randbytes(count)


def digits(count: int) -> str:
    """Random hexadecimal digits, two for each byte."""
    return _random.randbytes(count).hex()
