"""A simulation of environments and requests, event by event and without any formula.

Requests arrive independently of each other. Each request takes the first free environment. If all are busy,
it spills over to an on-demand environment.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

Service = Callable[[random.Random], float]


def exponential(mean: float) -> Service:
    """Exponentially distributed durations."""
    return lambda draw: draw.expovariate(1 / mean)


def constant(mean: float) -> Service:
    """Constant durations."""
    return lambda _: mean


def log_normal(mean: float, sigma: float = 1.0) -> Service:
    """Durations of which a few are very long, like those of most functions."""
    location = math.log(mean) - sigma**2 / 2
    return lambda draw: draw.lognormvariate(location, sigma)


@dataclass(frozen=True)
class Outcome:
    """The result of a simulation.

    Attributes:
        spilled: Share of the requests that found all environments busy.
        utilization: Mean of the shares of busy environments that requests published, including their own.
        busy: Share of the time that each environment was busy, the first environment first.
    """

    spilled: float
    utilization: float
    busy: tuple[float, ...]


def simulate(*, rps: float, service: Service, environments: int, requests: int, seed: int) -> Outcome:
    """Simulate a number of requests."""
    draw = random.Random(seed)  # noqa: S311 - nothing here is a secret
    free = list(range(environments))
    ends: list[tuple[float, int]] = []
    busy_for = [0.0] * environments
    now, spilled, published = 0.0, 0, 0.0
    push, pop, arrival = heapq.heappush, heapq.heappop, draw.expovariate
    for _ in range(requests):
        now += arrival(rps)
        while ends and ends[0][0] <= now:
            push(free, pop(ends)[1])
        if not free:
            spilled += 1
            published += 1
            continue
        environment, duration = pop(free), service(draw)
        push(ends, (now + duration, environment))
        busy_for[environment] += duration
        published += len(ends) / environments
    return Outcome(
        spilled=spilled / requests,
        utilization=published / requests,
        busy=tuple(each / now for each in busy_for),
    )
