"""How many environments traffic keeps busy: Little's law and Erlang's loss formula.

The formulas assume that requests arrive independently of each other. Only the mean of their durations
matters, not their distribution. tests/sizing/simulation.py simulates traffic to verify the formulas.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

# More environments than AWS grants any account ("tens of thousands").
LOAD_MAXIMUM: Final = 100_000


def offered_load(rps: float, duration_ms: float) -> float:
    """The mean number of concurrent requests: Little's law."""
    return rps * duration_ms / 1000


def blocking(load: float) -> Iterator[float]:
    """The share of requests that find all of 0, 1, 2, ... environments busy: the recursion of Erlang B."""
    inverse, servers = 1.0, 0
    while True:
        yield 1.0 / inverse
        servers += 1
        inverse = 1.0 + inverse * servers / load


def erlang_b(servers: int, load: float) -> float:
    """The share of requests that find all environments busy."""
    if load <= 0:
        return 0.0
    return next(share for number, share in enumerate(blocking(load)) if number == servers)


def servers_for(load: float, share: float) -> int:
    """The fewest environments with which at most a share of the requests, above 0, finds all of them busy."""
    if load <= 0:
        return 0
    return next(number for number, lost in enumerate(blocking(load)) if lost <= share)


def utilization(servers: int, load: float) -> float:
    """The mean of Lambda's metric ProvisionedConcurrencyUtilization over a minute.

    Each invocation publishes the share of busy environments, including its own. An invocation that finds all
    environments busy publishes 1. Lambda's guide of 2022 describes the metric like this; it was not measured.
    """
    return min(1.0, (1 - erlang_b(servers, load)) * (load + 1) / servers)


def servers_that_pay(load: float, break_even: float) -> int:
    """The number of provisioned environments that are cheaper than on-demand environments.

    Lambda uses provisioned environments in order, so the first one is the busiest. The n-th environment is
    busy for load x (B(n - 1) - B(n)) of its time. It is cheaper if that is at least the break-even.
    """
    if load <= 0 or not 0 < break_even <= 1:
        return 0
    pairs = enumerate(pairwise(blocking(load)))
    return next(number for number, (before, after) in pairs if load * (before - after) < break_even)
