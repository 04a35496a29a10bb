"""Profile: durations, memory and cold starts of many invocations at one memory size."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .advice import Advice, advise, check, refuse
from .invocation_report import Initialization, Report
from .origins import Origins
from .rules import profile as rules

# More reports than any percentile needs; their durations and ids are in memory.
REPORTS_MAXIMUM: Final = 5_000_000


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Many invocations of one function at one memory size.

    An invocation that failed or ran out of memory says nothing about how long the work takes, so the
    durations are those of the others. An invocation that timed out would have taken at least as long.
    """

    name: str  # the file
    samples: int  # number of invocations
    memory_size: int  # MB
    peak_memory: int  # the most memory that an invocation used; MB
    mean_ms: float  # mean of the durations; ms
    p50_ms: float  # median of the durations; ms
    p95_ms: float  # 95th percentile of the durations; ms
    p99_ms: float  # 99th percentile of the durations; ms
    maximum_ms: float  # the longest duration; ms
    billed_ms: float  # mean of the billed durations of all invocations; ms
    cold_starts: int  # invocations that started an environment or restored it from a snapshot
    init_maximum_ms: float  # the longest initialization; ms, 0 without one
    timeouts: int  # invocations that timed out
    failures: int = 0  # invocations that failed for another reason than time and memory
    out_of_memory: int = 0  # invocations that ran out of memory
    endings_known: bool = True  # whether the file says how invocations ended
    init_mean_ms: float = 0.0  # mean of the initializations of cold starts; ms
    unread: int = 0  # reports that cannot be read
    functions: tuple[str, ...] = ()  # the name of the function; empty if the file does not say it
    versions: tuple[str, ...] = ()  # versions of the function; empty if the file does not say them
    # The first and the last day, as YYYY-MM-DD; empty if the file does not say them
    days: tuple[str, ...] = ()

    @property
    def durations(self) -> int:
        """Number of invocations that the percentiles describe."""
        return self.samples - self.failures - self.out_of_memory

    @property
    def exhausted(self) -> int:
        """Number of invocations that needed more memory than the function has."""
        return self.out_of_memory or int(self.peak_memory >= self.memory_size)

    @property
    def cold_share(self) -> float:
        """Share of the invocations that were cold starts."""
        return self.cold_starts / self.samples

    def reliability(self) -> tuple[Advice, ...]:
        """Warnings about what the invocations say."""
        cold = self.cold_share
        return (
            *advise(rules.profile_failures, self.failures, self.samples),
            *advise(rules.profile_endings_unknown, known=self.endings_known),
            *advise(rules.profile_mixed_versions, self.versions),
            *advise(rules.profile_bimodal, self.p50_ms, self.mean_ms),
            *advise(rules.profile_initialization, cold * self.init_mean_ms, self.billed_ms, cold=cold),
        )


def profile_of(
    found: Iterable[Report | Initialization | None], *, name: str, origins: Origins | None = None
) -> Profile:
    """Summarize reports, keeping only their durations and ids in memory; one that occurs twice counts once.

    No reports, too many, those that cannot be read, those of several functions or memory sizes, and mostly
    failed invocations are refused. `origins`, where the reports are from, is complete when all are found.
    """
    durations = array("d")
    known: set[int] = set()
    sizes: set[int] = set()
    endings: Counter[str] = Counter()
    peak, billed, cold_starts, init, init_total, unread = 0, 0.0, 0, 0.0, 0.0, 0
    endings_known = True
    for report in found:
        if report is None:
            unread += 1
            continue
        if isinstance(report, Initialization):
            init = max(init, report.duration_ms)
            continue
        key = hash((report.request_id, report.duration_ms))
        if key in known:
            continue
        known.add(key)
        endings[report.ending] += 1
        if report.ending in ("success", "timed out"):
            durations.append(report.duration_ms)
        sizes.add(report.memory_size)
        peak = max(peak, report.peak_memory)
        billed += report.billed_ms
        cold_starts += report.init_ms is not None or report.restore_ms is not None
        init = max(init, report.init_ms or 0.0)
        init_total += report.init_ms or 0.0
        endings_known &= report.known
        if len(known) > REPORTS_MAXIMUM:
            refuse(name, rules.profile_form, f"it has more than {REPORTS_MAXIMUM} reports")
    check(name, rules.profile_unread, unread, len(known) + unread)
    if not known:
        refuse(name, rules.profile_form, "it does not contain reports of invocations")
    origin = origins or Origins()
    check(name, rules.profile_mixed_functions, tuple(sorted(origin.functions)))
    check(name, rules.profile_mixed_sizes, tuple(sorted(sizes)))
    check(name, rules.profile_mostly_failed, len(known) - len(durations), len(known))
    ordered = sorted(durations)
    return Profile(
        name=name,
        samples=len(known),
        memory_size=sizes.pop(),
        peak_memory=peak,
        mean_ms=sum(ordered) / len(ordered),
        p50_ms=percentile(ordered, 50),
        p95_ms=percentile(ordered, 95),
        p99_ms=percentile(ordered, 99),
        maximum_ms=ordered[-1],
        billed_ms=billed / len(known),
        cold_starts=cold_starts,
        init_maximum_ms=init,
        timeouts=endings["timed out"],
        failures=endings["failed"],
        out_of_memory=endings["out of memory"],
        endings_known=endings_known,
        init_mean_ms=init_total / (cold_starts or 1),
        unread=unread,
        functions=tuple(sorted(origin.functions)),
        versions=tuple(sorted(origin.versions)),
        days=origin.days,
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The percentile of ascending values by the nearest-rank method, which is always one of the values."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]
