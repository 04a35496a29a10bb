"""A measurement by Lambda Power Tuning: one duration and one cost for each memory size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import Final

from .margins import IMPLAUSIBLE

_ARN_PARTS: Final = 7  # arn:aws:lambda:<region>:<account>:function:<name>


@dataclass(frozen=True, kw_only=True)
class Point:
    """The average invocation at one memory size."""

    memory_size: int  # MB
    duration_ms: float  # mean of duration and initialization, without the slowest and the fastest fifth; ms
    cost_usd: float  # the cost of the invocation according to the tool, without the price of a request; USD


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One run of Lambda Power Tuning."""

    name: str  # the file
    points: tuple[Point, ...]  # one for each memory size, the smallest first; at least one
    function: str | None  # ARN or name of the function; None if the file does not contain it
    samples: int | None  # invocations per size; None if the file does not contain it
    parallel: bool  # whether the invocations ran in parallel; False if the file does not contain it
    balanced_weight: float  # weight of cost in the strategy `balanced`; 0 to 1
    cold: bool = False  # whether every invocation was a cold start; False if the file does not contain it
    day: str | None = None  # the day of the run, as YYYY-MM-DD; None if the file does not contain it
    # How many kinds of events the run sent, 0 if it was an empty one; None if the file does not contain it
    events: int | None = None

    @property
    def title(self) -> str:
        """The name of the function, or of the file if it does not contain the function."""
        if self.function is None:
            return PurePath(self.name).name
        return self.function.partition(":function:")[2] or self.function

    @property
    def region(self) -> str | None:
        """The region in the function's ARN; None if the file does not contain the ARN."""
        parts = (self.function or "").split(":")
        return parts[3] if len(parts) >= _ARN_PARTS and parts[0] == "arn" else None

    @property
    def facts(self) -> str:
        """How it was measured, as far as the file contains it."""
        facts = (
            f"{len(self.points)} sizes",
            "unknown samples" if self.samples is None else f"{self.samples} samples each",
            {None: None, 0: "an empty event", 1: "one event"}.get(
                self.events, f"{self.events} kinds of events"
            ),
            "only cold starts" if self.cold else "in parallel" if self.parallel else None,
            self.day,
        )
        return ", ".join(fact for fact in facts if fact is not None)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The measured memory sizes; MB, ascending."""
        return tuple(point.memory_size for point in self.points)

    def duration(self, memory_size: int) -> float | None:
        """The mean duration at a size; ms, None outside the measured range."""
        point = interpolate(self.points, memory_size)
        return None if point is None else point.duration_ms

    @property
    def implausible(self) -> tuple[tuple[int, float, int, float], ...]:
        """Neighboring sizes whose durations more memory does not explain: MB and ms of both."""
        return tuple(
            (low.memory_size, low.duration_ms, high.memory_size, high.duration_ms)
            for low, high in pairwise(self.points)
            if high.duration_ms > IMPLAUSIBLE * low.duration_ms
            or low.duration_ms / high.duration_ms > IMPLAUSIBLE * high.memory_size / low.memory_size
        )

    @property
    def smallest(self) -> int:
        """The smallest measured size; MB."""
        return self.points[0].memory_size

    @property
    def largest(self) -> int:
        """The largest measured size; MB."""
        return self.points[-1].memory_size


def interpolate(points: Sequence[Point], memory_size: int) -> Point | None:
    """The average invocation at a size between measured sizes, which ascend; None outside of their range.

    Duration and cost are interpolated linearly on logarithmic scales: if CPU is the bottleneck, twice the
    memory halves the duration.
    """
    for point in points:
        if point.memory_size == memory_size:
            return point
    for low, high in pairwise(points):
        if low.memory_size < memory_size < high.memory_size:
            share = math.log(memory_size / low.memory_size) / math.log(high.memory_size / low.memory_size)
            return Point(
                memory_size=memory_size,
                duration_ms=low.duration_ms * (high.duration_ms / low.duration_ms) ** share,
                cost_usd=low.cost_usd * (high.cost_usd / low.cost_usd) ** share,
            )
    return None
