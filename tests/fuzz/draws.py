"""Many different draws, the same ones for the same seed."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.added import ADDED
from tests.fuzz.recipes import Make
from tests.fuzz.workloads import WORKLOADS

DRAWS: st.SearchStrategy[Make] = st.one_of(*WORKLOADS.values(), *ADDED.values())


def draws(count: int, first_seed: int) -> list[Make]:
    """So many draws, no two of them alike."""
    found: dict[str, Make] = {}
    while len(found) < count:
        _gather(found, count, first_seed + len(found))
    return list(found.values())[:count]


def _gather(found: dict[str, Make], count: int, its_seed: int) -> None:
    @seed(its_seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(DRAWS)
    def gather(draw: Make) -> None:
        found.setdefault(repr(draw), draw)

    gather()
