"""The least memory that a function needs, from the memory that it used."""

from __future__ import annotations

import math

from ..rules.ranges import memory_size_range
from .advice import Advice, advise, check
from .profile import Profile
from .rules.memory import memory_cut_off, memory_exhausted, memory_headroom


def required_memory(profile: Profile, headroom: float) -> int:
    """The least memory for a profile; MB. An invocation that used all memory needed more than that."""
    floor = memory_floor(profile.peak_memory, headroom)
    return max(floor, profile.memory_size + 1) if profile.exhausted else floor


def check_peak(profile: Profile) -> None:
    """Check that the peak memory is known: too many invocations that ran out of memory are refused."""
    size = profile.memory_size
    check(profile.name, memory_cut_off, profile.exhausted, profile.samples, size=size)


def memory_floor(peak_memory: int, headroom: float) -> int:
    """The least memory with room for the peak memory and the headroom, a share below 1; MB."""
    # Rounded first: in floating point the quotient can be slightly more than a whole number.
    return max(memory_size_range.low, math.ceil(round(peak_memory / (1 - headroom), 6)))


def free_memory(memory_size: int, profile: Profile, headroom: float) -> tuple[Advice, ...]:
    """Warnings if a size has less than the headroom free, or if this is unknown."""
    peak, size = profile.peak_memory, profile.memory_size
    floor = required_memory(profile, headroom)
    return (
        *advise(memory_exhausted, profile.exhausted, profile.samples, size=size),
        *advise(memory_headroom, memory_size, peak=peak, floor=floor, headroom=headroom),
    )
