"""How a function behaves in operation: durations, memory, cold starts, at one memory size."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import defaults
from .checks import measurement as rules
from .findings import check, refuse
from .reports import Report


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Many invocations of one function at one memory size.

    Attributes:
        name: The file that they were saved in.
        samples: How many there were.
        memory_size: MB.
        peak_memory: The most memory that any of them used; MB.
        p50_ms: The duration that half of them did not pass; ms.
        p95_ms: The same of 95 in 100.
        p99_ms: The same of 99 in 100.
        maximum_ms: The longest duration; ms.
        billed_ms: Mean of what is paid for; ms.
        cold_starts: How many of them started an environment, or restored one from a snapshot.
        init_maximum_ms: The longest initialization; ms, 0 if there was none.
        timeouts: How many their timeout ended; 0 if the file does not tell.
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
    """Sum reports up; of each only its duration is kept.

    Args:
        found: The reports.
        name: What errors call them, such as the file's name.

    Returns:
        Their profile.

    Raises:
        ConfigurationError: There is none, or more than can be held, or they are of several memory sizes.
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
        if len(durations) > defaults.REPORTS_MAXIMUM:
            refuse(name, rules.profile_form, f"it has more than {defaults.REPORTS_MAXIMUM} reports")
    if not durations:
        refuse(name, rules.profile_form, "it has no report of an invocation")
    check(name, rules.profile_mixed_sizes, tuple(sorted(sizes)))
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
    """The value that so many in a hundred do not pass, by the nearest rank: always one that was seen.

    Args:
        ordered: The values, ascending; at least one.
        percent: 1 to 100.
    """
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]
