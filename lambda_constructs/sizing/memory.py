"""MemorySize: a memory size, and the measurement that it is based on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..rules.ranges import memory_size_range
from .advice import Advice, check
from .files import StrPath
from .floor import check_peak, free_memory
from .margins import HEADROOM, MAX_EXTRA_COST
from .power_tuning import read_measurement
from .profile_file import read_profile
from .recommendation import Policy, Recommendation, Strategy, recommend
from .rules.arguments import sizing_argument


@runtime_checkable
class Milliseconds(Protocol):
    """A duration that can be converted to milliseconds, such as CDK's `Duration`."""

    def to_milliseconds(self) -> float:
        """The duration in milliseconds."""
        ...

    def is_unresolved(self) -> bool:
        """Whether the duration is known only at deployment."""
        ...


@dataclass(frozen=True, kw_only=True)
class MemorySize:
    """The memory size of a function, and the measurement that it is based on.

    `MemorySize.measured(...)` chooses the size from a file. `MemorySize.pinned(...)` checks your size.

    Args:
        value: The size; MB, 128 to 10240.
        advice: Warnings about the size that do not depend on the architecture. Default: ()
        recommendation: The recommendation of the measurement. Default: nothing was measured
    """

    value: int
    advice: tuple[Advice, ...] = ()
    recommendation: Recommendation | None = None

    @classmethod
    def measured(
        cls,
        path: StrPath,
        *,
        profile: StrPath | None = None,
        strategy: Strategy | None = None,
        max_extra_cost: float = MAX_EXTRA_COST,
        headroom: float = HEADROOM,
        max_duration: Milliseconds | None = None,
    ) -> MemorySize:
        """Take the size that a measurement recommends.

        Args:
            path: A result of Lambda Power Tuning, preferably the output of `aws stepfunctions
                describe-execution`; relative to the directory that the app starts in, like an asset.
            profile: Reports of invocations, or the result of a Logs Insights query over them, for the memory
                that the function uses. Default: unknown, which is a warning
            strategy: A strategy of Power Tuning: `cost`, `speed` or `balanced`. Default: the fastest size
                within `max_extra_cost`
            max_extra_cost: How much more than the cheapest size an invocation may cost; 0 to 10, a share.
                Default: 0.25 (two runs of one function differ by this much)
            headroom: Share of the memory that must stay free; 0 to 0.9. Default: 0.2 (Lambda ends an
                invocation that runs out of memory)
            max_duration: Maximum of the average duration. Default: no maximum

        Returns:
            One of the measured sizes.

        Raises:
            ConfigurationError: A file cannot be read or understood, too many invocations failed or ran out
                of memory, an argument is out of range, or no measured size fits. The error names the file
                instead of a construct.
        """
        policy = Policy(
            strategy=strategy,
            max_extra_cost=max_extra_cost,
            headroom=headroom,
            max_duration_ms=None if max_duration is None else _milliseconds(max_duration),
        )
        used = None if profile is None else read_profile(profile)
        if used is not None:
            check_peak(used)
        recommendation = recommend(read_measurement(path), used, policy)
        return cls(
            value=recommendation.choice.memory_size,
            advice=recommendation.at_the_edge(),
            recommendation=recommendation,
        )

    @classmethod
    def pinned(
        cls,
        memory_size: int,
        /,
        *,
        measurement: StrPath | None = None,
        profile: StrPath | None = None,
        headroom: float = HEADROOM,
    ) -> MemorySize:
        """Set the size yourself, and compare it with a measurement if you pass one.

        Args:
            memory_size: The size; MB, 128 to 10240.
            measurement: A result of Lambda Power Tuning. Default: not compared
            profile: Reports of invocations, or the result of a Logs Insights query over them. Default: not
                compared
            headroom: Share of the memory that must stay free; 0 to 0.9. Default: 0.2 (Lambda ends an
                invocation that runs out of memory)

        Raises:
            ConfigurationError: A file cannot be read or understood, an argument is out of range, or no
                measured size has enough memory.
        """
        where = "MemorySize.pinned"
        low, high = memory_size_range.low, memory_size_range.high
        check(where, sizing_argument, "memory_size", memory_size, low, high, whole=True)
        policy = Policy(headroom=headroom)
        policy.check(where)
        used = None if profile is None else read_profile(profile)
        if measurement is not None:
            recommendation = recommend(read_measurement(measurement), used, policy)
            advice = recommendation.against(memory_size)
            return cls(value=memory_size, advice=advice, recommendation=recommendation)
        if used is None:
            return cls(value=memory_size)
        advice = (*free_memory(memory_size, used, headroom), *used.reliability())
        return cls(value=memory_size, advice=advice)

    def advice_for(self, architecture: str) -> tuple[Advice, ...]:
        """All warnings about the size of a function with an architecture, `arm64` or `x86_64`."""
        if self.recommendation is None:
            return self.advice
        return (*self.advice, *self.recommendation.reliability(architecture))

    def evidence(self) -> dict[str, str | int | float | list[int]]:
        """The entry for the template's metadata; empty if nothing was measured."""
        return {} if self.recommendation is None else self.recommendation.evidence()


def _milliseconds(duration: Milliseconds) -> float:
    """The duration in ms; NaN, which the policy refuses, if it is unknown or not a duration."""
    if isinstance(duration, Milliseconds) and not duration.is_unresolved():
        return duration.to_milliseconds()
    return math.nan
