"""Choosing a memory size from a measurement, with warnings about the measurement and the choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, TypeAlias, get_args

from ..rules.ranges import memory_size_range, timeout_range
from .advice import Advice, advise, check
from .days import days_between
from .floor import free_memory, memory_floor, required_memory
from .margins import HEADROOM, MAX_EXTRA_COST
from .measurement import Measurement, Point, interpolate
from .prices import Prices
from .profile import Profile
from .rules import measurement as rules
from .rules import memory
from .rules.arguments import sizing_argument, sizing_choice
from .rules.profile import measurement_old
from .unit_price import price_of, unit_price

Strategy: TypeAlias = Literal["cost", "speed", "balanced"]
STRATEGIES: tuple[str, ...] = get_args(Strategy)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How to choose a memory size."""

    strategy: Strategy | None = None  # of Power Tuning; None is the fastest size within `max_extra_cost`
    # How much more than the cheapest size the choice may cost; 0 to 10, a share
    max_extra_cost: float = MAX_EXTRA_COST
    headroom: float = HEADROOM  # share of the memory that must stay free; 0 to 0.9
    max_duration_ms: float | None = None  # maximum of the average duration; ms

    def check(self, where: str) -> None:
        """Refuse a value that is out of range or contradicts another; `where` is a file or a call."""
        check(where, sizing_argument, "max_extra_cost", self.max_extra_cost, 0, 10)
        check(where, sizing_argument, "headroom", self.headroom, 0, 0.9)
        if self.strategy is not None:
            check(where, sizing_choice, "strategy", self.strategy, STRATEGIES)
        check(where, memory.strategy_with_extra_cost, self.strategy, self.max_extra_cost)
        if self.max_duration_ms is not None:
            high = timeout_range.high * 1_000
            check(where, sizing_argument, "max_duration", self.max_duration_ms, 1, high)


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """A chosen memory size, and what the choice is based on."""

    choice: Point  # the chosen size
    cheapest: Point  # the cheapest size that has enough memory and is fast enough
    floor: int  # the least memory with room for the peak memory and the headroom; MB
    policy: Policy  # how the size was chosen
    measurement: Measurement
    profile: Profile | None  # the profile of invocations, if there is one
    price: Prices  # the list prices

    def bill(self, point: Point) -> float:
        """The bill of one invocation, with its request; in the currency of the prices."""
        return self.price.invocation(point.memory_size, point.duration_ms)

    def extra_cost(self, point: Point) -> float:
        """How much more an invocation costs than at the cheapest suitable size, as a share."""
        return self.bill(point) / self.bill(self.cheapest) - 1

    @property
    def production(self) -> float | None:
        """How many times the measured duration production bills, at the size of the profile.

        Production bills initializations too, and other events. None without a profile of a measured size.
        """
        profile = self.profile
        measured = None if profile is None else self.measurement.duration(profile.memory_size)
        return None if profile is None or measured is None else profile.billed_ms / measured

    def reliability(self, architecture: str) -> tuple[Advice, ...]:
        """Warnings about the measurement of a function that is deployed on an architecture."""
        price = unit_price(self.measurement.points)
        return (
            *advise(rules.measurement_parallel, parallel=self.measurement.parallel),
            *advise(rules.measurement_few_samples, self.measurement.samples),
            *advise(rules.measurement_cold_starts, self._cold_share, cold=self.measurement.cold),
            *advise(rules.measurement_empty_event, self.measurement.events),
            *advise(rules.measurement_architecture, price.architecture, architecture),
            *advise(rules.measurement_inconsistent, price.contradictions),
            *advise(rules.measurement_implausible, self.measurement.implausible),
            *advise(memory.memory_peak_unknown, known=self.profile is not None),
            *(() if self.profile is None else self._comparison(self.profile)),
        )

    @property
    def _cold_share(self) -> float | None:
        return None if self.profile is None else self.profile.cold_share

    def _comparison(self, profile: Profile) -> tuple[Advice, ...]:
        """Warnings about the profile, and about its difference from the measurement."""
        size = profile.memory_size
        point = interpolate(self.measurement.points, size)
        measured = None if point is None else point.duration_ms
        day, last = self.measurement.day, max(profile.days, default=None)
        init_ms = profile.init_mean_ms if self.measurement.cold else 0.0
        return (
            *advise(rules.measurement_differs, measured, profile.mean_ms + init_ms, size=size),
            *(advise(measurement_old, days_between(day, last)) if day and last else ()),
            *profile.reliability(),
        )

    def at_the_edge(self) -> tuple[Advice, ...]:
        """Warnings if a better size may be outside the measured range, or if the peak memory is not known."""
        size, profile = self.choice.memory_size, self.profile
        used = () if profile is None else free_memory(size, profile, self.policy.headroom)
        return used + advise(
            rules.measurement_edge,
            size,
            smallest=size == self.measurement.smallest and size > self.floor,
            largest=size == self.measurement.largest and size < memory_size_range.high,
        )

    def against(self, memory_size: int) -> tuple[Advice, ...]:
        """Warnings about a pinned size; MB."""
        measurement = self.measurement
        advice = advise(
            memory.memory_outside_measurement,
            memory_size,
            smallest=measurement.smallest,
            largest=measurement.largest,
        )
        regret = self.regret(memory_size)
        if regret is not None:
            best, bound = self.choice.memory_size, self.policy.max_extra_cost
            advice += advise(memory.memory_off_optimum, memory_size, regret, best=best, max_extra_cost=bound)
        if self.profile is not None:
            advice += free_memory(memory_size, self.profile, self.policy.headroom)
        return advice

    def regret(self, memory_size: int) -> float | None:
        """The extra cost at this size as a share, 0.25 is a quarter; None outside the measured range."""
        point = interpolate(self.measurement.points, memory_size)
        return None if point is None else self.extra_cost(point)

    def evidence(self) -> dict[str, str | int | float | list[int]]:
        """The entry for the template's metadata: the same for the same files, on any machine."""
        evidence: dict[str, str | int | float | list[int]] = {
            "measurement": PurePath(self.measurement.name).name,
            "measuredSizes": list(self.measurement.sizes),
            "strategy": self.policy.strategy or f"fastest within {self.policy.max_extra_cost:.0%} extra cost",
            "recommended": self.choice.memory_size,
            "durationMs": _digits(self.choice.duration_ms),
            "usdPerMillion": _digits(self.bill(self.choice) * 1e6),
            "cheapest": self.cheapest.memory_size,
        }
        if self.measurement.samples is not None:
            evidence["samplesPerSize"] = self.measurement.samples
        if self.profile is not None:
            evidence["profile"] = PurePath(self.profile.name).name
            evidence["peakMemory"] = self.profile.peak_memory
            evidence["floor"] = self.floor
        return evidence


def recommend(
    measurement: Measurement, profile: Profile | None, policy: Policy, price: Prices | None = None
) -> Recommendation:
    """Choose the fastest measured size within the extra cost, or the size that the strategy chooses.

    Only sizes that have enough memory and are fast enough count; without a profile, the memory in use is not
    known. The prices are by default those of the measured region and architecture.
    """
    name = measurement.name
    policy.check(name)
    peak = profile.peak_memory if profile else 0
    floor = memory_floor(0, policy.headroom) if profile is None else required_memory(profile, policy.headroom)
    largest = measurement.largest
    check(name, memory.memory_unmeasured_floor, largest, floor=floor, peak=peak, headroom=policy.headroom)
    points = [point for point in measurement.points if point.memory_size >= floor]
    if policy.max_duration_ms is not None:
        limit = policy.max_duration_ms
        check(name, memory.memory_too_slow, fastest(points).duration_ms, limit)
        points = [point for point in points if point.duration_ms <= limit]
    used = price_of(measurement) if price is None else price

    def bill(point: Point) -> float:
        return used.invocation(point.memory_size, point.duration_ms)

    match policy.strategy:
        case None:
            choice = fastest_within(points, policy.max_extra_cost, bill)
        case "cost":
            choice = cheapest(points)
        case "speed":
            choice = fastest(points)
        case _:  # "balanced": the policy refuses everything else
            choice = balanced(points, measurement.balanced_weight)
    return Recommendation(
        choice=choice,
        cheapest=min(points, key=lambda point: (bill(point), point.duration_ms)),
        floor=floor,
        policy=policy,
        measurement=measurement,
        profile=profile,
        price=used,
    )


# The strategies of Lambda Power Tuning, in its lambda/analyzer.js, and the default.
def cheapest(points: Sequence[Point]) -> Point:
    """The lowest cost; if several sizes cost the same, the fastest of them."""
    return min(points, key=lambda point: (point.cost_usd, point.duration_ms))


def fastest(points: Sequence[Point]) -> Point:
    """The shortest duration; if several sizes take the same time, the cheapest of them."""
    return min(points, key=lambda point: (point.duration_ms, point.cost_usd))


def balanced(points: Sequence[Point], weight: float) -> Point:
    """The lowest weighted sum of cost and duration, each as a share of its maximum; 1 is the cheapest.

    The choice depends on sizes that you would not choose: a slower or more expensive size changes the shares.
    """
    highest_cost = max(point.cost_usd for point in points)
    slowest = max(point.duration_ms for point in points)
    return min(
        points,
        key=lambda point: weight * point.cost_usd / highest_cost + (1 - weight) * point.duration_ms / slowest,
    )


def fastest_within(points: Sequence[Point], max_extra_cost: float, bill: Callable[[Point], float]) -> Point:
    """The fastest size whose bill is above the lowest one by at most a share, such as 0.25."""
    limit = min(map(bill, points)) * (1 + max_extra_cost)
    return fastest([point for point in points if bill(point) <= limit])


def _digits(number: float) -> float:
    """The number with four digits: more would be noise, and float32 has seven."""
    return float(f"{number:.4g}")
