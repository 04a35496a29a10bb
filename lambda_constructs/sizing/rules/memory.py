"""Rules for memory sizes from measurements."""

from __future__ import annotations

from ...rules.rule import Words, rule, warning
from ..margins import MAX_EXTRA_COST
from .urls import MEMORY_URL, TUNING_URL


@rule(
    why="Power Tuning's own strategies do not limit the extra cost: the limit would silently do nothing.",
    source=TUNING_URL,
)
def strategy_with_extra_cost(_: Words, strategy: str | None, max_extra_cost: float) -> str | None:
    """A limit of the extra cost only with the default strategy."""
    if strategy is None or max_extra_cost == MAX_EXTRA_COST:
        return None
    return (
        f"max_extra_cost is {max_extra_cost:g}, but strategy={strategy!r} does not limit the extra cost; "
        "remove one of them"
    )


@rule(
    why="Lambda ends an invocation that runs out of memory, and the speed and cost of a size that was not "
    "measured are unknown.",
    source=MEMORY_URL,
)
def memory_unmeasured_floor(_: Words, largest: int, *, floor: int, peak: int, headroom: float) -> str | None:
    """At least one measured size has room for the peak memory and the headroom."""
    if largest >= floor:
        return None
    return (
        f"the function used {peak} MB, which with {headroom:.0%} free requires {floor} MB, but the largest "
        f"measured size is {largest} MB; measure {floor} MB and more"
    )


@rule(why="No measured size is fast enough.", source=MEMORY_URL)
def memory_too_slow(_: Words, fastest_ms: float, max_duration_ms: float) -> str | None:
    """At least one measured size is fast enough."""
    if fastest_ms <= max_duration_ms:
        return None
    return (
        f"max_duration is {max_duration_ms:g} ms, but the fastest measured size with enough memory takes "
        f"{fastest_ms:.0f} ms; measure larger sizes or raise max_duration"
    )


@warning(why="Another size does the same work for less money.", source=MEMORY_URL)
def memory_off_optimum(
    _: Words, memory_size: int, regret: float, *, best: int, max_extra_cost: float = MAX_EXTRA_COST
) -> str | None:
    """A pinned size costs at most a quarter more than the cheapest measured size."""
    if regret <= max_extra_cost:
        return None
    return (
        f"memory_size is {memory_size} MB, which costs {regret:.0%} more per invocation than the cheapest "
        f"measured size; use {best} MB, or measure again if the code has changed"
    )


@warning(why="Outside the measured sizes neither duration nor cost is known.", source=MEMORY_URL)
def memory_outside_measurement(_: Words, memory_size: int, *, smallest: int, largest: int) -> str | None:
    """A pinned size is between the smallest and the largest measured size."""
    if smallest <= memory_size <= largest:
        return None
    return (
        f"memory_size is {memory_size} MB, but only {smallest} to {largest} MB were measured; measure that "
        "size too, or choose one in the measured range"
    )


@warning(
    why="Lambda ends an invocation that runs out of memory, and larger input needs more memory.",
    source=MEMORY_URL,
)
def memory_headroom(_: Words, memory_size: int, *, peak: int, floor: int, headroom: float) -> str | None:
    """A pinned size has room for the peak memory and the headroom."""
    if memory_size >= floor:
        return None
    return (
        f"memory_size is {memory_size} MB and the function used {peak} MB: less than {headroom:.0%} is free; "
        f"use {floor} MB or more"
    )


@rule(
    why="An invocation that ran out of memory needed more. The reports do not say how much more.",
    source=MEMORY_URL,
)
def memory_cut_off(_: Words, exhausted: int, samples: int, *, size: int) -> str | None:
    """Fewer than one in a hundred invocations ran out of memory."""
    if exhausted * 100 < samples:
        return None
    return (
        f"{exhausted} of {samples} invocations used all {size} MB, so how much memory the function needs is "
        "unknown; raise memory_size, then profile again"
    )


@warning(
    why="An invocation that ran out of memory needed more. The reports do not say how much more.",
    source=MEMORY_URL,
)
def memory_exhausted(_: Words, exhausted: int, samples: int, *, size: int) -> str | None:
    """No invocation used all of the memory."""
    if not exhausted:
        return None
    return (
        f"{exhausted} of {samples} invocations used all {size} MB; raise memory_size, then profile again to "
        "know how much they need"
    )


@warning(
    why="Power Tuning does not report how much memory a function uses, so the chosen size may be too small.",
    source=MEMORY_URL,
)
def memory_peak_unknown(_: Words, *, known: bool) -> str | None:
    """Reports of invocations say how much memory the function uses."""
    if known:
        return None
    return "how much memory the function uses is unknown; pass profile=... with reports of its invocations"
