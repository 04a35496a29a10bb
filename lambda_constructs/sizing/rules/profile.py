"""Rules for profiles of invocations."""

from __future__ import annotations

from typing import Final

from ...rules.rule import Words, rule, warning
from ..margins import AGE, BIMODAL, INITIALIZATION
from .urls import MEMORY_URL, TUNING_URL

_LOGS_JSON_URL: Final = (
    "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html"
)
_SAVE_LOGS: Final = (
    "save the log lines with Lambda's reports of invocations, or the result of the query in "
    "docs/how-to/sizing.md"
)


@rule(
    why="A guess at the meaning of an unknown file would become a size or a timeout.", source=_LOGS_JSON_URL
)
def profile_form(_: Words, found: str) -> str | None:
    """Reports of invocations as Lambda logs them, or the result of the documented query."""
    return f"this is not a profile of invocations: {found}; {_SAVE_LOGS}"


@rule(why="The durations at different memory sizes belong to different distributions.", source=MEMORY_URL)
def profile_mixed_sizes(_: Words, sizes: tuple[int, ...]) -> str | None:
    """All reports are from one memory size."""
    if len(sizes) == 1:
        return None
    listed = ", ".join(str(size) for size in sizes)
    return f"the reports are from memory sizes of {listed} MB; save only those of the current size"


@rule(why="The reports that cannot be read may be the slow ones.", source=_LOGS_JSON_URL)
def profile_unread(_: Words, unread: int, reports: int) -> str | None:
    """At most one report in a hundred cannot be read."""
    if unread * 100 <= reports:
        return None
    return f"only {reports - unread} of {reports} reports can be read; {_SAVE_LOGS}"


@rule(
    why="An invocation that fails says nothing about how long the work takes or how much memory it needs.",
    source=_LOGS_JSON_URL,
)
def profile_mostly_failed(_: Words, failed: int, samples: int) -> str | None:
    """At most half of the invocations failed or ran out of memory."""
    if failed * 2 <= samples:
        return None
    return f"{failed} of {samples} invocations failed or ran out of memory; correct them, then profile again"


@warning(
    why="An invocation that fails does not say how long the work takes, so its duration is not counted.",
    source=_LOGS_JSON_URL,
)
def profile_failures(_: Words, failures: int, samples: int) -> str | None:
    """Fewer than one in a hundred invocations failed."""
    if failures * 100 < samples:
        return None
    return f"{failures} of {samples} invocations failed; the durations are those of the others"


@warning(
    why="Durations of invocations that failed or timed out would count as those of successful ones.",
    source=_LOGS_JSON_URL,
)
def profile_endings_unknown(_: Words, *, known: bool) -> str | None:
    """The file says how the invocations ended."""
    if known:
        return None
    return "the result does not say how invocations ended; run the query in docs/how-to/sizing.md"


@rule(
    why="The durations and the memory of another function would become those of this one.",
    source=_LOGS_JSON_URL,
)
def profile_mixed_functions(_: Words, functions: tuple[str, ...]) -> str | None:
    """All reports are from one function."""
    if len(functions) <= 1:
        return None
    return f"the reports are from the functions {', '.join(functions)}; save only those of one"


@warning(
    why="Versions can differ in how long they take and how much memory they need.", source=_LOGS_JSON_URL
)
def profile_mixed_versions(_: Words, versions: tuple[str, ...]) -> str | None:
    """All reports are from one version of the function."""
    if len(versions) <= 1:
        return None
    return (
        f"the reports are from the versions {', '.join(versions)}; save only those since the last deployment"
    )


@warning(
    why="Power Tuning discards the slowest and the fastest fifth: its average hides a second kind of event.",
    source=TUNING_URL,
)
def profile_bimodal(_: Words, median_ms: float, mean_ms: float) -> str | None:
    """The mean of the durations is at most three times their median, or at least a third of it."""
    least = 1 / BIMODAL
    if median_ms <= 0 or least <= mean_ms / median_ms <= BIMODAL:
        return None
    return (
        f"half of the invocations take up to {median_ms:.0f} ms, but their mean is {mean_ms:.0f} ms, so "
        "there are several kinds of events; measure each kind with its own payload"
    )


@warning(
    why="AWS bills the initialization, but Power Tuning measures environments that are already initialized.",
    source=_LOGS_JSON_URL,
)
def profile_initialization(_: Words, init_ms: float, billed_ms: float, *, cold: float) -> str | None:
    """Initializations are at most a fifth of the billed duration."""
    if billed_ms <= 0 or init_ms <= INITIALIZATION * billed_ms:
        return None
    return (
        f"{cold:.0%} of the invocations are cold starts, and initializations are "
        f"{init_ms / billed_ms:.0%} of the billed duration; initialize less, use SnapStart, or measure with "
        "onlyColdStarts=true"
    )


@warning(why="The code, its dependencies and its events change over time.", source=TUNING_URL)
def measurement_old(_: Words, days: int) -> str | None:
    """The measurement is at most half a year older than the profile."""
    if days <= AGE:
        return None
    return f"the measurement is {days} days older than the profile; measure again"
