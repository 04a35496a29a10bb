"""From a measurement to a memory size: what is chosen, why, and what speaks against relying on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, TypeAlias, get_args

from ..rules.ranges import memory_size_range, timeout_range
from . import defaults
from .checks import measurement as measured
from .checks import memory as rules
from .findings import Finding, check, find
from .measurement import Measurement, Point, interpolate
from .profile import Profile
from .strategies import balanced, cheapest, fastest, fastest_within
from .unit_price import unit_price

Strategy: TypeAlias = Literal["cost", "speed", "balanced"]
STRATEGIES: tuple[str, ...] = get_args(Strategy)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How to choose.

    Args:
        strategy: One of Power Tuning's own. Default: the fastest size within `max_extra_cost`
        max_extra_cost: How much more than the cheapest size the choice may cost; 0 to 10, a share. Default:
            0.25
        headroom: Share of the memory that stays free above the most that was used; 0 to 0.9. Default: 0.2
        max_duration_ms: How long the choice may take on average; ms. Default: any time
    """

    strategy: Strategy | None = None
    max_extra_cost: float = defaults.MAX_EXTRA_COST
    headroom: float = defaults.HEADROOM
    max_duration_ms: float | None = None

    def check(self, where: str) -> None:
        """Check each value.

        Args:
            where: What errors name.

        Raises:
            ConfigurationError: One of them is out of its range, or does not go with another.
        """
        check(where, rules.sizing_argument, "max_extra_cost", self.max_extra_cost, 0, 10)
        check(where, rules.sizing_argument, "headroom", self.headroom, 0, 0.9)
        if self.strategy is not None:
            check(where, rules.sizing_choice, "strategy", self.strategy, STRATEGIES)
        check(where, rules.strategy_with_extra_cost, self.strategy, self.max_extra_cost)
        if self.max_duration_ms is not None:
            high = timeout_range.high * 1_000
            check(where, rules.sizing_argument, "max_duration", self.max_duration_ms, 1, high)


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """A choice and what it rests on.

    Attributes:
        choice: The chosen size.
        cheapest: The cheapest one that has the memory and is fast enough.
        floor: The least memory that holds the most that was used and its headroom; MB.
        policy: How it was chosen.
        measurement: What was measured.
        profile: What is known of operation, if anything.
    """

    choice: Point
    cheapest: Point
    floor: int
    policy: Policy
    measurement: Measurement
    profile: Profile | None

    def reliability(self, architecture: str) -> tuple[Finding, ...]:
        """What speaks against relying on the measurement.

        Args:
            architecture: That of the function which is deployed; `arm64` or `x86_64`.
        """
        price = unit_price(self.measurement.points)
        return (
            *find(measured.measurement_parallel, parallel=self.measurement.parallel),
            *find(measured.measurement_few_samples, self.measurement.samples),
            *find(measured.measurement_architecture, price.architecture, architecture),
            *find(measured.measurement_inconsistent, price.contradictions),
            *find(rules.memory_peak_unknown, known=self.profile is not None),
        )

    def at_the_edge(self) -> tuple[Finding, ...]:
        """Whether a better size than the choice may lie beyond the measured ones."""
        size = self.choice.memory_size
        return find(
            measured.measurement_edge,
            size,
            smallest=size == self.measurement.smallest and size > self.floor,
            largest=size == self.measurement.largest and size < memory_size_range.high,
        )

    def against(self, memory_size: int) -> tuple[Finding, ...]:
        """What speaks against another size than the choice.

        Args:
            memory_size: The size that is pinned; MB.
        """
        measurement = self.measurement
        findings = find(
            rules.memory_outside_measurement,
            memory_size,
            smallest=measurement.smallest,
            largest=measurement.largest,
        )
        regret = self.regret(memory_size)
        if regret is not None:
            best, bound = self.choice.memory_size, self.policy.max_extra_cost
            findings += find(rules.memory_off_optimum, memory_size, regret, best=best, max_extra_cost=bound)
        if self.profile is not None:
            findings += free_memory(memory_size, self.profile, self.policy.headroom)
        return findings

    def regret(self, memory_size: int) -> float | None:
        """How much more an invocation costs at a size than at the cheapest one that will do.

        Args:
            memory_size: MB.

        Returns:
            A share, 0.25 is a quarter more; None outside of the measured range.
        """
        point = interpolate(self.measurement.points, memory_size)
        return None if point is None else point.cost_usd / self.cheapest.cost_usd - 1

    def evidence(self) -> dict[str, str | int | float | list[int]]:
        """What a template's metadata says about the choice: the same for the same files, on any machine."""
        evidence: dict[str, str | int | float | list[int]] = {
            "measurement": PurePath(self.measurement.name).name,
            "measuredSizes": list(self.measurement.sizes),
            "strategy": self.policy.strategy or f"fastest within {self.policy.max_extra_cost:.0%} extra cost",
            "recommended": self.choice.memory_size,
            "durationMs": _digits(self.choice.duration_ms),
            "usdPerMillion": _digits(self.choice.cost_usd * 1e6),
            "cheapest": self.cheapest.memory_size,
        }
        if self.measurement.samples is not None:
            evidence["samplesPerSize"] = self.measurement.samples
        if self.profile is not None:
            evidence["profile"] = PurePath(self.profile.name).name
            evidence["peakMemory"] = self.profile.peak_memory
            evidence["floor"] = self.floor
        return evidence


def memory_floor(peak_memory: int, headroom: float) -> int:
    """The least memory of which a share stays free above the most that was used; MB.

    Args:
        peak_memory: The most that was used; MB.
        headroom: The share that stays free; below 1.
    """
    # Rounded first: 80 / 0.8 is a little more than 100 for a computer.
    return max(memory_size_range.low, math.ceil(round(peak_memory / (1 - headroom), 6)))


def free_memory(memory_size: int, profile: Profile, headroom: float) -> tuple[Finding, ...]:
    """What speaks against a size if that little of it stays free.

    Args:
        memory_size: MB.
        profile: Tells the most that was used.
        headroom: The share that is to stay free; below 1.
    """
    peak = profile.peak_memory
    floor = memory_floor(peak, headroom)
    return find(rules.memory_headroom, memory_size, peak=peak, floor=floor, headroom=headroom)


def recommend(measurement: Measurement, profile: Profile | None, policy: Policy) -> Recommendation:
    """Choose a measured size.

    Args:
        measurement: What was measured.
        profile: What is known of operation; without it no memory is kept free.
        policy: How to choose.

    Returns:
        The choice: the fastest size within the extra cost, or that of the strategy, among the sizes that hold
        the memory and are fast enough.

    Raises:
        ConfigurationError: The policy is out of its ranges, or no measured size will do.
    """
    name = measurement.name
    policy.check(name)
    peak = profile.peak_memory if profile else 0
    floor = memory_floor(peak, policy.headroom)
    largest = measurement.largest
    check(name, rules.memory_unmeasured_floor, largest, floor=floor, peak=peak, headroom=policy.headroom)
    points = [point for point in measurement.points if point.memory_size >= floor]
    if policy.max_duration_ms is not None:
        limit = policy.max_duration_ms
        check(name, rules.memory_too_slow, fastest(points).duration_ms, limit)
        points = [point for point in points if point.duration_ms <= limit]
    match policy.strategy:
        case None:
            choice = fastest_within(points, policy.max_extra_cost)
        case "cost":
            choice = cheapest(points)
        case "speed":
            choice = fastest(points)
        case "balanced":
            choice = balanced(points, measurement.balanced_weight)
    return Recommendation(
        choice=choice,
        cheapest=cheapest(points),
        floor=floor,
        policy=policy,
        measurement=measurement,
        profile=profile,
    )


def _digits(number: float) -> float:
    """Four digits: more would be noise, and float32 has seven."""
    return float(f"{number:.4g}")
