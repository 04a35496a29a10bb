"""Rules for timeouts from measured durations."""

from __future__ import annotations

from ...rules.rule import Words, rule
from .. import defaults, limits


@rule(
    "timeout-unsupported-percentile",
    why="Of fewer samples it is not known whether any was slower than the 99th percentile.",
    source=limits.TIMEOUT_URL,
)
def timeout_unsupported_percentile(_: Words, samples: int) -> str | None:
    """At least 299 samples: with 95 % confidence one of them is above the 99th percentile."""
    least = defaults.PERCENTILE_SAMPLES_MINIMUM
    if samples >= least:
        return None
    return (
        f"{samples} invocations do not tell their 99th percentile; profile {least} or more, or set timeout "
        "by hand"
    )


@rule(
    "timeout-cut-off-percentile",
    why="An invocation that was ended would have taken longer, nobody knows how long.",
    source=limits.TIMEOUT_URL,
)
def timeout_cut_off_percentile(_: Words, timeouts: int, samples: int) -> str | None:
    """Less than one in a hundred invocations was ended by its timeout."""
    if timeouts * 100 < samples:
        return None
    return (
        f"{timeouts} of {samples} invocations were ended by their timeout, so the 99th percentile is "
        "unknown; raise the timeout, then profile again"
    )


@rule(
    "timeout-above-bound",
    why="Who invoked the function has given up by then, and the work is done for nobody, or twice.",
    source=limits.TIMEOUT_URL,
)
def timeout_above_bound(_: Words, p99_ms: float, bound: int, *, trigger: str) -> str | None:
    """The 99th percentile fits into the time that the trigger waits."""
    if p99_ms <= bound * 1000:
        return None
    return (
        f"one invocation in a hundred takes {p99_ms / 1000:.1f} seconds or more, {trigger} waits {bound} "
        "seconds; make it faster, or take the work over asynchronously"
    )


@rule(
    "timeout-bounded",
    severity="warning",
    why="There is less room above the slow invocations than was asked for.",
    source=limits.TIMEOUT_URL,
)
def timeout_bounded(_: Words, wanted: int, bound: int, *, trigger: str) -> str | None:
    """The margin fits into the time that the trigger waits."""
    if wanted <= bound:
        return None
    return (
        f"the measured durations ask for a timeout of {wanted} seconds, {trigger} waits {bound} seconds; "
        "make the slow invocations faster, or choose a smaller margin"
    )


@rule(
    "timeout-cut-off",
    severity="warning",
    why="An invocation that was ended would have taken longer, nobody knows how long.",
    source=limits.TIMEOUT_URL,
)
def timeout_cut_off(_: Words, timeouts: int, samples: int) -> str | None:
    """No invocation was ended by its timeout."""
    if not timeouts:
        return None
    return f"{timeouts} of {samples} invocations were ended by their timeout; find out what they waited for"


@rule(
    "timeout-long-init",
    severity="warning",
    why="Lambda ends an initialization after 10 seconds and repeats it within the invocation, under its "
    "timeout.",
    source=limits.LIFECYCLE_URL,
)
def timeout_long_init(_: Words, init_ms: float) -> str | None:
    """The initialization takes at most 10 seconds."""
    if init_ms <= limits.INIT_MAXIMUM:
        return None
    return (
        f"the initialization took {init_ms / 1000:.1f} seconds, Lambda repeats what takes more than "
        f"{limits.INIT_MAXIMUM // 1000}; do less in it, or the first invocation takes twice of it"
    )
