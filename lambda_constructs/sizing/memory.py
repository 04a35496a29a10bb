"""MemorySize: a memory size and the measurement behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..rules.ranges import memory_size_range
from . import defaults
from .checks import memory as rules
from .files import StrPath
from .findings import Finding, check
from .power_tuning import read_measurement
from .profile_file import read_profile
from .recommendation import Policy, Recommendation, Strategy, free_memory, recommend


@runtime_checkable
class Milliseconds(Protocol):
    """A duration that knows itself in milliseconds, such as CDK's `Duration`."""

    def to_milliseconds(self) -> float:
        """Itself in milliseconds."""
        ...

    def is_unresolved(self) -> bool:
        """Whether it is known only at deployment."""
        ...


@dataclass(frozen=True, kw_only=True)
class MemorySize:
    """How much memory a function gets, and the measurement behind it.

    `MemorySize.measured(...)` takes the size from a file, `MemorySize.pinned(...)` compares one with it.

    Args:
        value: The size; MB, 128 to 10240.
        findings: What speaks against it, on whatever architecture. Default: ()
        recommendation: What the measurement says. Default: nothing was measured
    """

    value: int
    findings: tuple[Finding, ...] = ()
    recommendation: Recommendation | None = None

    @classmethod
    def measured(
        cls,
        path: StrPath,
        *,
        profile: StrPath | None = None,
        strategy: Strategy | None = None,
        max_extra_cost: float = defaults.MAX_EXTRA_COST,
        headroom: float = defaults.HEADROOM,
        max_duration: Milliseconds | None = None,
    ) -> MemorySize:
        """The size that a measurement recommends.

        Args:
            path: A result of Lambda Power Tuning, best as `aws stepfunctions describe-execution` prints it;
                relative to the directory that the app is started in, as assets are.
            profile: Reports of invocations, or the result of a Logs Insights query over them: they tell how
                much memory is used. Default: unknown, which is a warning
            strategy: Power Tuning's own: `cost`, `speed` or `balanced`. Default: the fastest size within
                `max_extra_cost`
            max_extra_cost: How much more than the cheapest size it may cost per invocation; 0 to 10, a share.
                Default: 0.25 (two runs of one function differ by as much)
            headroom: Share of the memory that stays free above the most that was used; 0 to 0.9. Default:
                0.2 (running out of memory ends the invocation)
            max_duration: How long an average invocation may take. Default: any time

        Returns:
            One of the measured sizes.

        Raises:
            ConfigurationError: A file cannot be read or understood, an argument is out of its range, or no
                measured size will do. It names the file where others name a construct.
        """
        policy = Policy(
            strategy=strategy,
            max_extra_cost=max_extra_cost,
            headroom=headroom,
            max_duration_ms=None if max_duration is None else _milliseconds(max_duration),
        )
        recommendation = recommend(
            read_measurement(path), None if profile is None else read_profile(profile), policy
        )
        return cls(
            value=recommendation.choice.memory_size,
            findings=recommendation.at_the_edge(),
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
        headroom: float = defaults.HEADROOM,
    ) -> MemorySize:
        """A size that is set by hand, compared with what was measured if that is given.

        Args:
            memory_size: The size; MB, 128 to 10240.
            measurement: A result of Lambda Power Tuning. Default: not compared
            profile: Reports of invocations, or the result of a Logs Insights query over them. Default: not
                compared
            headroom: Share of the memory that must be free above the most that was used; 0 to 0.9. Default:
                0.2 (running out of memory ends the invocation)

        Raises:
            ConfigurationError: A file cannot be read or understood, an argument is out of its range, or no
                measured size has the memory that is used.
        """
        where = "MemorySize.pinned"
        low, high = memory_size_range.low, memory_size_range.high
        check(where, rules.sizing_argument, "memory_size", memory_size, low, high, whole=True)
        policy = Policy(headroom=headroom)
        policy.check(where)
        used = None if profile is None else read_profile(profile)
        if measurement is not None:
            recommendation = recommend(read_measurement(measurement), used, policy)
            findings = recommendation.against(memory_size)
            return cls(value=memory_size, findings=findings, recommendation=recommendation)
        return cls(
            value=memory_size, findings=() if used is None else free_memory(memory_size, used, headroom)
        )

    def warnings(self, architecture: str) -> tuple[Finding, ...]:
        """Everything that speaks against it.

        Args:
            architecture: That of the function; `arm64` or `x86_64`.
        """
        if self.recommendation is None:
            return self.findings
        return (*self.findings, *self.recommendation.reliability(architecture))

    def evidence(self) -> dict[str, str | int | float | list[int]]:
        """What the template's metadata says about it; nothing if nothing was measured."""
        return {} if self.recommendation is None else self.recommendation.evidence()


def _milliseconds(duration: Milliseconds) -> float:
    """A duration in ms; what is known only at deployment, or is no duration, is refused by the policy."""
    if isinstance(duration, Milliseconds) and not duration.is_unresolved():
        return duration.to_milliseconds()
    return math.nan
