"""The time scale: one factor for all of AWS's waits that the emulator shortens.

Where AWS waits minutes, such as a canary's interval, an alarm's period or a retry's delay, the
emulator waits that time multiplied by the scale. Programs that show such a time must say so.
"""

from typing import Final

DEFAULT_SCALE: Final = 1.0

_scale = DEFAULT_SCALE


def install(scale: float) -> None:
    """Set the scale for the life of the process."""
    global _scale  # noqa: PLW0603 - one process, one clock
    _scale = scale


def scale() -> float:
    """The factor on AWS's waits."""
    return _scale


def here(seconds: float) -> float:
    """Seconds of this machine for seconds of AWS."""
    return seconds * _scale


def on_aws(seconds: float) -> float:
    """Seconds of AWS for seconds of this machine."""
    return seconds / _scale
