"""Rules for files of measurements: what cannot be read, and what should not be relied on."""

from __future__ import annotations

from ...rules.rule import Words, rule
from .. import defaults, limits

_SAVE = "save the output of `aws stepfunctions describe-execution`"
_SAVE_LOGS = (
    "save the lines of its log that report invocations, or the result of the query in docs/how-to/sizing.md"
)


@rule(
    "measurement-unreadable",
    why="A size that depends on a file cannot be known without it.",
    source=limits.TUNING_URL,
)
def measurement_unreadable(_: Words, problem: str) -> str | None:
    """The file exists, can be read, and is of the size and encoding of text that a tool saved."""
    return f"the measurement cannot be read: {problem}; check the path, relative to where the app is started"


@rule(
    "measurement-form",
    why="A guess at what an unknown file means would become the size of a function.",
    source=limits.EXECUTION_URL,
)
def measurement_form(_: Words, found: str) -> str | None:
    """A result of Lambda Power Tuning, in one of the forms that it occurs in."""
    return f"this is no result of Lambda Power Tuning: {found}; {_SAVE}"


@rule(
    "measurement-failed",
    why="A run that failed, still runs or was a dry run has measured nothing.",
    source=limits.EXECUTION_URL,
)
def measurement_failed(_: Words, state: str) -> str | None:
    """The run has ended well and has a result."""
    return f"there is no result: {state}; measure again, and save the result once it is complete"


@rule(
    "measurement-value",
    why="A table with an impossible number is damaged, and its other numbers are not to be trusted.",
    source=limits.EXECUTION_URL,
)
def measurement_value(_: Words, name: str, value: str, allowed: str) -> str | None:
    """Sizes, durations and costs are possible numbers, each size is there once."""
    return f"{name} is {value}, possible is {allowed}; save the result again, as the tool gives it"


@rule(
    "profile-form",
    why="A guess at what an unknown file means would become a size or a timeout.",
    source=limits.LOGS_JSON_URL,
)
def profile_form(_: Words, found: str) -> str | None:
    """Reports of invocations as Lambda logs them, or the result of the documented query over them."""
    return f"this tells nothing about invocations: {found}; {_SAVE_LOGS}"


@rule(
    "profile-mixed-sizes",
    why="Durations at different memory sizes do not belong to one distribution.",
    source=limits.MEMORY_URL,
)
def profile_mixed_sizes(_: Words, sizes: tuple[int, ...]) -> str | None:
    """All reports are from one memory size."""
    if len(sizes) == 1:
        return None
    listed = ", ".join(str(size) for size in sizes)
    return f"the reports are from sizes of {listed} MB; save those of one size, the one that runs now"


@rule(
    "measurement-parallel",
    severity="warning",
    why="Invocations at once are cold starts: two runs of one function then differ by 14 % (median) and "
    "149 % (nine of ten), instead of 5 % and 14 %.",
    source=limits.TUNING_URL,
)
def measurement_parallel(_: Words, *, parallel: bool) -> str | None:
    """Measured one invocation after the other."""
    if not parallel:
        return None
    return (
        "the measurement has parallelInvocation=true, so most of its samples are cold starts; "
        "measure with parallelInvocation=false"
    )


@rule(
    "measurement-few-samples",
    severity="warning",
    why="Two fifths of the samples are discarded; of few, one slow call moves the average.",
    source=limits.TUNING_URL,
)
def measurement_few_samples(_: Words, samples: int | None) -> str | None:
    """At least 20 invocations per size."""
    least = defaults.SAMPLES_MINIMUM
    if samples is None:
        return f"how many samples the measurement has is unknown; {_SAVE}, which tells it"
    if samples >= least:
        return None
    return f"the measurement has {samples} samples per size; measure with num={least} or more"


@rule(
    "measurement-architecture",
    severity="warning",
    why="The same code takes another time on another processor, and each millisecond has another price.",
    source=limits.MEMORY_URL,
)
def measurement_architecture(_: Words, measured: str | None, deployed: str) -> str | None:
    """Measured on the architecture that is deployed, as far as its unit price tells."""
    if measured in (None, deployed):
        return None
    return (
        f"the measurement has the unit price of {measured}, the function is {deployed}; measure again on "
        f"{deployed}"
    )


@rule(
    "measurement-inconsistent",
    severity="warning",
    why="Cost is duration x memory x price; a row that contradicts the others has a wrong size, duration "
    "or cost.",
    source=limits.TUNING_URL,
)
def measurement_inconsistent(_: Words, implied: tuple[tuple[int, int], ...]) -> str | None:
    """Every cost belongs to its duration and its size."""
    if not implied:
        return None
    rows = ", ".join(f"{label} MB costs what {size} MB would" for label, size in implied)
    return f"the measurement contradicts itself: {rows}; measure again"


@rule(
    "measurement-edge",
    severity="warning",
    why="The best size may lie beyond the last one that was measured.",
    source=limits.TUNING_URL,
)
def measurement_edge(_: Words, memory_size: int, *, smallest: bool, largest: bool) -> str | None:
    """The chosen size lies between measured ones."""
    if not (smallest or largest):
        return None
    edge, beyond = ("smallest", "smaller") if smallest else ("largest", "larger")
    return f"{memory_size} MB is the {edge} size that was measured; measure {beyond} ones as well"
