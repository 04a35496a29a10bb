"""The report of one invocation, and how the invocation ended."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..rules.ranges import memory_size_range
from .json_values import Json
from .rules.measurement import DURATION_MAXIMUM

Ending: TypeAlias = Literal["success", "failed", "timed out", "out of memory"]

_OUT_OF_MEMORY: Final = "OutOfMemory"  # Runtime.OutOfMemory


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The report of one invocation."""

    request_id: str  # the id of the request; a retry of an asynchronous event has the same one
    duration_ms: float  # duration of the handler; ms
    billed_ms: float  # billed duration, since August 2025 with the initialization; ms, rounded up
    memory_size: int  # MB
    peak_memory: int  # the most memory that the environment has used so far; MB
    init_ms: float | None  # duration of the initialization; ms, None without one
    restore_ms: float | None  # duration of restoring a snapshot; ms, None without one
    ending: Ending  # how the invocation ended. Text logs do not say that a handler raised an error.
    # Whether the report says how the invocation ended. Lambda Insights only says that it timed out.
    known: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Initialization:
    """The report of an initialization that failed or took too long."""

    duration_ms: float  # how long it took; ms


def report_of(
    request_id: str,
    duration: float,
    billed: float,
    size: float,
    peak: float,
    *,
    init: float | None,
    restore: float | None,
    status: Json,
    error_type: Json,
    known: bool = True,
) -> Report | None:
    """The report; None if a number is impossible, because a line may be incomplete."""
    longest = DURATION_MAXIMUM
    times = 0 <= duration <= longest and 0 <= billed <= longest
    starts = 0 <= (init or 0) <= longest and 0 <= (restore or 0) <= longest
    # If an invocation runs out of memory, Lambda can report slightly more memory than the function has.
    memory = memory_size_range.low <= size <= memory_size_range.high and 0 < peak <= 2 * size
    if not (times and starts and memory):
        return None
    return Report(
        request_id=request_id,
        duration_ms=float(duration),
        billed_ms=float(billed),
        memory_size=int(size),
        peak_memory=math.ceil(peak),
        init_ms=init,
        restore_ms=restore,
        ending="success" if status in (None, "success") else ending(status, error_type, full=peak >= size),
        known=known,
    )


def ending(status: Json, error_type: Json, *, full: bool) -> Ending:
    """How an invocation ended that was no success; `full` is whether it used all memory, so ran out of it."""
    if status == "timeout":
        return "timed out"
    return "out of memory" if full or _OUT_OF_MEMORY in str(error_type) else "failed"
