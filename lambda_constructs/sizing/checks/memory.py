"""Rules for choosing a memory size from measurements."""

from __future__ import annotations

from ...rules.rule import Words, rule
from .. import defaults, limits


@rule(
    "sizing-argument",
    why="An argument outside of its range would silently mean something else.",
    source=limits.MEMORY_URL,
)
def sizing_argument(
    _: Words, name: str, value: object, low: float, high: float, *, whole: bool = False
) -> str | None:
    """A number in the range of its argument."""
    kinds = int if whole else int | float
    if isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high:
        return None
    kind = "whole number" if whole else "number"
    return f"{name} is {value!r}; pass a {kind} from {low:g} to {high:g}"


@rule(
    "sizing-choice",
    why="A misspelt choice would silently mean the default.",
    source=limits.TUNING_URL,
)
def sizing_choice(_: Words, name: str, value: object, choices: tuple[str, ...]) -> str | None:
    """One of the choices."""
    if value in choices:
        return None
    return f"{name} is {value!r}, known are {', '.join(choices)}; choose one of them"


@rule(
    "strategy-with-extra-cost",
    why="Power Tuning's own strategies know no bound of the cost: it would silently do nothing.",
    source=limits.TUNING_URL,
)
def strategy_with_extra_cost(_: Words, strategy: str | None, max_extra_cost: float) -> str | None:
    """A bound of the cost only goes with the default strategy."""
    if strategy is None or max_extra_cost == defaults.MAX_EXTRA_COST:
        return None
    return (
        f"max_extra_cost is {max_extra_cost:g} together with strategy={strategy!r}, which has no such bound; "
        "leave one of them out"
    )


@rule(
    "memory-unmeasured-floor",
    why="What was never measured is not known to be fast or cheap, and less memory than is used ends "
    "invocations.",
    source=limits.MEMORY_URL,
)
def memory_unmeasured_floor(_: Words, largest: int, *, floor: int, peak: int, headroom: float) -> str | None:
    """At least one measured size holds the peak memory and its headroom."""
    if largest >= floor:
        return None
    return (
        f"{peak} MB were used and {headroom:.0%} must stay free, which takes {floor} MB, but the largest "
        f"measured size is {largest} MB; measure {floor} MB and more"
    )


@rule(
    "memory-too-slow",
    why="No measured size keeps the promise.",
    source=limits.MEMORY_URL,
)
def memory_too_slow(_: Words, fastest_ms: float, max_duration_ms: float) -> str | None:
    """At least one measured size is as fast as it must be."""
    if fastest_ms <= max_duration_ms:
        return None
    return (
        f"max_duration is {max_duration_ms:g} ms, the fastest size that was measured and has the memory "
        f"takes {fastest_ms:.0f} ms; measure larger sizes or raise max_duration"
    )


@rule(
    "memory-off-optimum",
    severity="warning",
    why="The same work is to be had for less money.",
    source=limits.MEMORY_URL,
)
def memory_off_optimum(
    _: Words, memory_size: int, regret: float, *, best: int, max_extra_cost: float = defaults.MAX_EXTRA_COST
) -> str | None:
    """A pinned size costs at most a quarter more than the cheapest that was measured."""
    if regret <= max_extra_cost:
        return None
    return (
        f"memory_size is {memory_size} MB, which costs {regret:.0%} more per invocation than the cheapest "
        f"measured size; use {best} MB, or measure again if the code has changed"
    )


@rule(
    "memory-outside-measurement",
    severity="warning",
    why="Beyond the measured sizes neither duration nor cost is known.",
    source=limits.MEMORY_URL,
)
def memory_outside_measurement(_: Words, memory_size: int, *, smallest: int, largest: int) -> str | None:
    """A pinned size lies within the measured ones."""
    if smallest <= memory_size <= largest:
        return None
    return (
        f"memory_size is {memory_size} MB, measured were {smallest} to {largest} MB; measure it as well, or "
        "choose a size in that range"
    )


@rule(
    "memory-headroom",
    severity="warning",
    why="Running out of memory ends the invocation, and what a function needs grows with its input.",
    source=limits.MEMORY_URL,
)
def memory_headroom(_: Words, memory_size: int, *, peak: int, floor: int, headroom: float) -> str | None:
    """A pinned size leaves the headroom free above the peak memory."""
    if memory_size >= floor:
        return None
    return (
        f"memory_size is {memory_size} MB and {peak} MB were used: less than {headroom:.0%} is free; use "
        f"{floor} MB or more"
    )


@rule(
    "memory-peak-unknown",
    severity="warning",
    why="Power Tuning does not tell how much memory was used: nothing protects from choosing too little.",
    source=limits.MEMORY_URL,
)
def memory_peak_unknown(_: Words, *, known: bool) -> str | None:
    """The peak memory is known from reports of invocations."""
    if known:
        return None
    return "how much memory the function uses is unknown; pass profile=... with reports of its invocations"
