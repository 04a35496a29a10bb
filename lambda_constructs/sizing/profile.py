"""Profile: durations, memory and cold starts of many invocations at one memory size."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .advice import check, refuse
from .reports import Report
from .rules.measurement import profile_form, profile_mixed_sizes

# More reports than any percentile needs; their durations are in memory, eight bytes each.
REPORTS_MAXIMUM: Final = 5_000_000


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Many invocations of one function at one memory size.

    Attributes:
        name: The file.
        samples: Number of invocations.
        memory_size: MB.
        peak_memory: The most memory that an invocation used; MB.
        p50_ms: Median of the durations; ms.
        p95_ms: 95th percentile of the durations; ms.
        p99_ms: 99th percentile of the durations; ms.
        maximum_ms: The longest duration; ms.
        billed_ms: Mean of the billed durations; ms.
        cold_starts: Invocations that started an environment or restored it from a snapshot.
        init_maximum_ms: The longest initialization; ms, 0 without one.
        timeouts: Invocations that timed out; 0 if the file does not contain it.
    """

    name: str
    samples: int
    memory_size: int
    peak_memory: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    maximum_ms: float
    billed_ms: float
    cold_starts: int
    init_maximum_ms: float
    timeouts: int


def profile_of(found: Iterable[Report], *, name: str) -> Profile:
    """Summarize reports, keeping only their durations in memory.

    Args:
        found: The reports.
        name: The name in error messages, such as the file's name.

    Raises:
        ConfigurationError: There are no reports, too many reports, or reports from several memory sizes.
    """
    durations = array("d")
    sizes: set[int] = set()
    peak, billed, cold_starts, init, timeouts = 0, 0.0, 0, 0.0, 0
    for report in found:
        durations.append(report.duration_ms)
        sizes.add(report.memory_size)
        peak = max(peak, report.peak_memory)
        billed += report.billed_ms
        cold_starts += report.init_ms is not None or report.restore_ms is not None
        init = max(init, report.init_ms or 0.0)
        timeouts += report.timed_out
        if len(durations) > REPORTS_MAXIMUM:
            refuse(name, profile_form, f"it has more than {REPORTS_MAXIMUM} reports")
    if not durations:
        refuse(name, profile_form, "it does not contain reports of invocations")
    check(name, profile_mixed_sizes, tuple(sorted(sizes)))
    ordered = sorted(durations)
    return Profile(
        name=name,
        samples=len(ordered),
        memory_size=sizes.pop(),
        peak_memory=peak,
        p50_ms=percentile(ordered, 50),
        p95_ms=percentile(ordered, 95),
        p99_ms=percentile(ordered, 99),
        maximum_ms=ordered[-1],
        billed_ms=billed / len(ordered),
        cold_starts=cold_starts,
        init_maximum_ms=init,
        timeouts=timeouts,
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The percentile by the nearest-rank method, which is always one of the values.

    Args:
        ordered: The values, ascending; at least one.
        percent: 1 to 100.
    """
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]
