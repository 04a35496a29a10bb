"""Profile: durations, memory and cold starts of many invocations at one memory size."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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


@dataclass
class _Totals:
    """The data of reports: their durations and ids, and the sums and the extremes of the rest."""

    durations: array[float] = field(default_factory=lambda: array("d"))
    known: set[int] = field(default_factory=set)
    sizes: set[int] = field(default_factory=set)
    endings: Counter[str] = field(default_factory=Counter)
    endings_known: bool = True
    peak: int = 0
    billed: float = 0.0
    cold_starts: int = 0
    init: float = 0.0
    init_total: float = 0.0
    unread: int = 0

    def add(self, report: Report | Initialization | None) -> None:
        """Add a report, None for one that cannot be read; one that occurs twice counts once."""
        if report is None:
            self.unread += 1
        elif isinstance(report, Initialization):
            self.init = max(self.init, report.duration_ms)
        elif (key := hash((report.request_id, report.duration_ms))) not in self.known:
            self.known.add(key)
            self._count(report)

    def _count(self, report: Report) -> None:
        self.endings[report.ending] += 1
        if report.ending in ("success", "timed out"):
            self.durations.append(report.duration_ms)
        self.sizes.add(report.memory_size)
        self.peak = max(self.peak, report.peak_memory)
        self.billed += report.billed_ms
        self.cold_starts += report.init_ms is not None or report.restore_ms is not None
        self.init = max(self.init, report.init_ms or 0.0)
        self.init_total += report.init_ms or 0.0
        self.endings_known &= report.known


def profile_of(
    found: Iterable[Report | Initialization | None], *, name: str, origins: Origins | None = None
) -> Profile:
    """Summarize reports, keeping only their durations and ids in memory; one that occurs twice counts once.

    No reports, too many, those that cannot be read, those of several functions or memory sizes, and mostly
    failed invocations are refused. `origins`, where the reports are from, is complete when all are found.
    """
    totals = _Totals()
    for report in found:
        totals.add(report)
        if len(totals.known) > REPORTS_MAXIMUM:
            refuse(name, rules.profile_form, f"it has more than {REPORTS_MAXIMUM} reports")
    samples, origin = len(totals.known), origins or Origins()
    check(name, rules.profile_unread, totals.unread, samples + totals.unread)
    if not samples:
        refuse(name, rules.profile_form, "it does not contain reports of invocations")
    check(name, rules.profile_mixed_functions, tuple(sorted(origin.functions)))
    check(name, rules.profile_mixed_sizes, tuple(sorted(totals.sizes)))
    ordered = sorted(totals.durations)
    check(name, rules.profile_mostly_failed, samples - len(ordered), samples)
    return Profile(
        name=name,
        samples=samples,
        memory_size=totals.sizes.pop(),
        peak_memory=totals.peak,
        mean_ms=sum(ordered) / len(ordered),
        p50_ms=percentile(ordered, 50),
        p95_ms=percentile(ordered, 95),
        p99_ms=percentile(ordered, 99),
        maximum_ms=ordered[-1],
        billed_ms=totals.billed / samples,
        cold_starts=totals.cold_starts,
        init_maximum_ms=totals.init,
        timeouts=totals.endings["timed out"],
        failures=totals.endings["failed"],
        out_of_memory=totals.endings["out of memory"],
        endings_known=totals.endings_known,
        init_mean_ms=totals.init_total / (totals.cold_starts or 1),
        unread=totals.unread,
        functions=tuple(sorted(origin.functions)),
        versions=tuple(sorted(origin.versions)),
        days=origin.days,
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The percentile of ascending values by the nearest-rank method, which is always one of the values."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]
