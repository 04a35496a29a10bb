"""Random IDs that are no secrets. They need no system call, of which a request would need ten."""

import random
from typing import Final

_random: Final = random.Random()  # noqa: S311 - nothing here is a secret


def octets(count: int) -> bytes:
    """Random bytes."""
    return _random.randbytes(count)


def digits(count: int) -> str:
    """Random hexadecimal digits, two for each byte."""
    return _random.randbytes(count).hex()


def uuid() -> str:
    """A UUID of version 4."""
    digits = f"{_random.getrandbits(128):032x}"
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
