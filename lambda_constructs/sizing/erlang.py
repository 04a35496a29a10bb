"""How many environments traffic keeps busy: Little's law and Erlang's loss formula.

Requests arrive independently of each other; how their durations are distributed does not matter, only their
mean does. tests/sizing/simulation.py is the judge of these formulas.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, pairwise


def offered_load(rps: float, duration_ms: float) -> float:
    """How many requests are worked on at once on average: Little's law.

    Args:
        rps: Requests per second.
        duration_ms: Mean duration; ms.
    """
    return rps * duration_ms / 1000


def blocking(load: float) -> Iterator[float]:
    """Shares of requests that find all of 0, 1, 2, ... environments busy: Erlang B, by its recursion.

    Args:
        load: Requests that are worked on at once on average; more than 0.

    Yields:
        One share for each number of environments, from 0 on.
    """
    inverse = 1.0
    for servers in count(1):
        yield 1.0 / inverse
        inverse = 1.0 + inverse * servers / load


def erlang_b(servers: int, load: float) -> float:
    """Share of requests that find all environments busy.

    Args:
        servers: How many environments there are.
        load: Requests that are worked on at once on average.
    """
    if load <= 0:
        return 0.0
    return next(share for number, share in enumerate(blocking(load)) if number == servers)


def servers_for(load: float, share: float) -> int:
    """The least number of environments of which at most a share of the requests finds none free.

    Args:
        load: Requests that are worked on at once on average.
        share: The share; more than 0.
    """
    if load <= 0:
        return 0
    return next(number for number, lost in enumerate(blocking(load)) if lost <= share)


def utilization(servers: int, load: float) -> float:
    """Mean of Lambda's metric ProvisionedConcurrencyUtilization over a minute.

    Each invocation publishes the share that is busy, its own environment included; one that finds none free
    sees all of them busy. That Lambda counts so is how its guide of 2022 reads; it was not measured.

    Args:
        servers: Provisioned environments; 1 or more.
        load: Requests that are worked on at once on average.
    """
    return min(1.0, (1 - erlang_b(servers, load)) * (load + 1) / servers)


def servers_that_pay(load: float, break_even: float) -> int:
    """Provisioned environments that are cheaper than on-demand ones.

    Lambda uses them first, so the first is the busiest; each one pays for itself while its own busy share,
    load x (B(n - 1) - B(n)), is at least the break-even.

    Args:
        load: Requests that are worked on at once on average.
        break_even: Share of its time that an environment must be busy to pay; above 1 none does.
    """
    if load <= 0 or not 0 < break_even <= 1:
        return 0
    pairs = enumerate(pairwise(blocking(load)))
    return next(number for number, (before, after) in pairs if load * (before - after) < break_even)
