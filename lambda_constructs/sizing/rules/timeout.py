"""Rules for timeouts from measured durations."""

from __future__ import annotations

from typing import Final

from ...rules.rule import Words, rule, warning

_TIMEOUT_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"
_LIFECYCLE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"

# The fewest samples of which, with 95 % confidence, one is slower than the 99th percentile:
# 1 - 0.99 ** 299 = 95.05 %.
PERCENTILE_SAMPLES_MINIMUM: Final = 299
# Lambda repeats a longer initialization during the first invocation: _LIFECYCLE_URL, "Init phase".
INIT_MAXIMUM: Final = 10_000  # ms


@rule(why="Of fewer samples perhaps none was slower than the 99th percentile.", source=_TIMEOUT_URL)
def timeout_unsupported_percentile(_: Words, samples: int) -> str | None:
    """At least 299 samples: with 95 % confidence one of them is above the 99th percentile."""
    least = PERCENTILE_SAMPLES_MINIMUM
    if samples >= least:
        return None
    return (
        f"{samples} invocations are too few to know their 99th percentile; profile {least} or more, or set "
        "the timeout yourself"
    )


@rule(
    why="An invocation that timed out would have taken longer. The measurement does not say how much longer.",
    source=_TIMEOUT_URL,
)
def timeout_cut_off_percentile(_: Words, timeouts: int, samples: int) -> str | None:
    """Fewer than one in a hundred invocations timed out."""
    if timeouts * 100 < samples:
        return None
    return (
        f"{timeouts} of {samples} invocations timed out, so the 99th percentile is unknown; raise the "
        "timeout, then profile again"
    )


@warning(why="Lambda ends these invocations before they are done.", source=_TIMEOUT_URL)
def timeout_below_percentile(_: Words, timeout: int, p99_ms: float) -> str | None:
    """A timeout that you set is at least the 99th percentile of the durations."""
    if timeout * 1000 >= p99_ms:
        return None
    return (
        f"timeout is {timeout} seconds, but one invocation in a hundred takes {p99_ms / 1000:.1f} seconds or "
        "more; raise it"
    )


@rule(
    why="The caller has stopped waiting by then: the result is not used, or the work is done twice.",
    source=_TIMEOUT_URL,
)
def timeout_above_bound(_: Words, p99_ms: float, bound: int, *, trigger: str) -> str | None:
    """The 99th percentile is within the time that the trigger waits."""
    if p99_ms <= bound * 1000:
        return None
    return (
        f"one invocation in a hundred takes {p99_ms / 1000:.1f} seconds or more, but {trigger} waits {bound} "
        "seconds; make it faster, or do the work asynchronously"
    )


@warning(why="The margin above the slow invocations is smaller than requested.", source=_TIMEOUT_URL)
def timeout_bounded(_: Words, wanted: int, bound: int, *, trigger: str) -> str | None:
    """The timeout with its margin is within the time that the trigger waits."""
    if wanted <= bound:
        return None
    return (
        f"the measured durations require a timeout of {wanted} seconds, but {trigger} waits {bound} seconds; "
        "make the slow invocations faster, or choose a smaller margin"
    )


@warning(
    why="An invocation that timed out would have taken longer. The measurement does not say how much longer.",
    source=_TIMEOUT_URL,
)
def timeout_cut_off(_: Words, timeouts: int, samples: int) -> str | None:
    """No invocation timed out."""
    if not timeouts:
        return None
    return f"{timeouts} of {samples} invocations timed out; find out what they waited for"


@warning(
    why="Lambda stops an initialization after 10 seconds and repeats it during the first invocation, within "
    "the function's timeout.",
    source=_LIFECYCLE_URL,
)
def timeout_long_init(_: Words, init_ms: float) -> str | None:
    """The initialization takes at most 10 seconds."""
    if init_ms <= INIT_MAXIMUM:
        return None
    return (
        f"the initialization took {init_ms / 1000:.1f} seconds, and Lambda repeats it if it takes more than "
        f"{INIT_MAXIMUM // 1000}; initialize less, or the first invocation pays for it twice"
    )
