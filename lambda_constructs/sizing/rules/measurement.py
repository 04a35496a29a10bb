"""Rules for files of measurements."""

from __future__ import annotations

from typing import Final

from ...rules.rule import Words, rule, warning
from ..margins import DIFFERENCE
from .urls import MEMORY_URL, TUNING_URL

_EXECUTION_URL: Final = (
    "https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html"
)
_SAVE: Final = "save the output of `aws stepfunctions describe-execution`"

# With fewer samples, of which Power Tuning discards two fifths, a single slow call changes the average.
SAMPLES_MINIMUM: Final = 20  # per size
# The share of cold starts in production for which a measurement of cold starts is the right one.
COLD: Final = 0.5
# A greater number is an error in the file: an initialization can take as long as an invocation, which takes
# at most 900 seconds.
DURATION_MAXIMUM: Final = 1_800_000.0  # ms


@rule(why="Without the file the size is unknown.", source=TUNING_URL)
def measurement_unreadable(_: Words, problem: str) -> str | None:
    """The file exists and is readable text of a plausible size."""
    return f"the file cannot be read: {problem}; check the path, relative to where the app starts"


@rule(
    why="A guess at the meaning of an unknown file would become the size of a function.",
    source=_EXECUTION_URL,
)
def measurement_form(_: Words, found: str) -> str | None:
    """A result of Lambda Power Tuning, in a format that the tool writes."""
    return f"this is not a result of Lambda Power Tuning: {found}; {_SAVE}"


@rule(why="A run that failed, is still running or was a dry run has measured nothing.", source=_EXECUTION_URL)
def measurement_failed(_: Words, state: str) -> str | None:
    """The run succeeded and has a result."""
    return f"the run has no result: {state}; measure again, and save the result once the run has succeeded"


@rule(
    why="An impossible number means that the file is damaged, so its other numbers cannot be trusted.",
    source=_EXECUTION_URL,
)
def measurement_value(_: Words, name: str, value: str, allowed: str) -> str | None:
    """Sizes, durations and costs are possible numbers, and each size occurs once."""
    return f"{name} is {value}, but must be {allowed}; save the result again, exactly as the tool prints it"


@rule(
    why="One measurement has nothing to be compared with, and of three it is not clear which two.",
    source=TUNING_URL,
)
def measurement_pair(_: Words, results: int) -> str | None:
    """Two results to compare, in one file or in two."""
    if results == 2:
        return None
    return f"there are {results} results to compare; pass two files, or one with the address of a comparison"


@rule(why="Which of the runs describes the function is unknown.", source=TUNING_URL)
def measurement_several(_: Words, titles: tuple[str, ...]) -> str | None:
    """The file has the result of one run."""
    if len(titles) == 1:
        return None
    listed = ", ".join(titles)
    return (
        f"the file has the results of {len(titles)} runs: {listed}; save one of them, or compare them with "
        "`lambda-constructs sizing compare`"
    )


@warning(
    why="Parallel invocations are cold starts: two runs of one function then differ by 14 % (median) and "
    "149 % (90th percentile), instead of 5 % and 14 %.",
    source=TUNING_URL,
)
def measurement_parallel(_: Words, *, parallel: bool) -> str | None:
    """Power Tuning invoked the function sequentially."""
    if not parallel:
        return None
    return (
        "the measurement has parallelInvocation=true, so most of its samples are cold starts; "
        "measure with parallelInvocation=false"
    )


@warning(
    why="The durations include the initialization, which most invocations of production do not have.",
    source=TUNING_URL,
)
def measurement_cold_starts(_: Words, share: float | None, *, cold: bool) -> str | None:
    """A run of cold starts is for a function that mostly starts cold."""
    if not cold or (share is not None and share >= COLD):
        return None
    production = "the share in production is unknown" if share is None else f"in production {share:.0%} are"
    return (
        f"every invocation of the measurement was a cold start, but {production}; measure without "
        "onlyColdStarts"
    )


@warning(
    why="A function often does nothing with an empty event, and then its duration says nothing.",
    source=TUNING_URL,
)
def measurement_empty_event(_: Words, events: int | None) -> str | None:
    """The run sent an event."""
    if events != 0:
        return None
    return "the measurement sent an empty event; measure with an event as in production: plan --payload FILE"


@warning(
    why="Power Tuning discards two fifths of the samples. If few remain, one slow call changes the average.",
    source=TUNING_URL,
)
def measurement_few_samples(_: Words, samples: int | None) -> str | None:
    """At least 20 invocations per size."""
    least = SAMPLES_MINIMUM
    if samples is None:
        return f"the file does not say how many samples the measurement has; {_SAVE}, which contains it"
    if samples >= least:
        return None
    return f"the measurement has {samples} samples per size; measure with num={least} or more"


@warning(why="Durations and prices differ between processors.", source=MEMORY_URL)
def measurement_architecture(_: Words, measured: str | None, deployed: str) -> str | None:
    """The unit price in the measurement is not that of another architecture."""
    if measured in (None, deployed):
        return None
    return (
        f"the measurement has the unit price of {measured}, but the function runs on {deployed}; measure "
        f"again on {deployed}"
    )


@warning(
    why="Cost is duration x memory x price. A row that contradicts the others has a wrong size, duration or "
    "cost.",
    source=TUNING_URL,
)
def measurement_inconsistent(_: Words, implied: tuple[tuple[int, int], ...]) -> str | None:
    """Every cost matches its duration and memory size."""
    if not implied:
        return None
    rows = ", ".join(f"{label} MB costs as much as {size} MB would" for label, size in implied)
    return f"the measurement contradicts itself: {rows}; measure again"


@warning(
    why="More memory gives more CPU, so a function gets faster by at most that factor, and not slower.",
    source=MEMORY_URL,
)
def measurement_implausible(_: Words, steps: tuple[tuple[int, float, int, float], ...]) -> str | None:
    """More memory makes the function at most half as slow again, and never much faster than its CPU."""
    if not steps:
        return None
    small, before, large, after = steps[0]
    others = f" (and {len(steps) - 1} more)" if len(steps) > 1 else ""
    return (
        f"{small} MB takes {before:.0f} ms, but {large} MB takes {after:.0f} ms{others}: memory does not "
        "explain that; measure again with more samples"
    )


@warning(
    why="A size that is chosen for other durations than those in production may be slow or expensive.",
    source=TUNING_URL,
)
def measurement_differs(_: Words, measured_ms: float | None, profiled_ms: float, *, size: int) -> str | None:
    """Production takes at most twice as long as the measurement at the same size, or half as long."""
    if measured_ms is None or max(measured_ms, profiled_ms) <= DIFFERENCE * min(measured_ms, profiled_ms):
        return None
    return (
        f"at {size} MB the measurement takes {measured_ms:.0f} ms on average, production {profiled_ms:.0f}; "
        "measure again with events as in production"
    )


@warning(why="A size that was not measured may be better.", source=TUNING_URL)
def measurement_edge(_: Words, memory_size: int, *, smallest: bool, largest: bool) -> str | None:
    """The chosen size is neither the smallest nor the largest one that was measured."""
    if not (smallest or largest):
        return None
    edge, beyond = ("smallest", "smaller") if smallest else ("largest", "larger")
    return f"{memory_size} MB is the {edge} size that was measured; measure {beyond} sizes too"
