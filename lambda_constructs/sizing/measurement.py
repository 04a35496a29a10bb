"""What Lambda Power Tuning measured: one duration and one cost for each memory size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath


@dataclass(frozen=True, kw_only=True)
class Point:
    """An average invocation at one memory size.

    Attributes:
        memory_size: MB.
        duration_ms: Mean of duration and initialization, in ms, without the slowest and fastest fifth.
        cost_usd: What the tool says that such an invocation costs, in USD, without the price of a request.
    """

    memory_size: int
    duration_ms: float
    cost_usd: float


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One run of the tool.

    Attributes:
        name: The file that it was saved in.
        points: One for each memory size, the smallest first; at least one.
        function: ARN or name of the function; None if the file does not tell.
        samples: Invocations per size; None if the file does not tell.
        parallel: Whether they ran at once, as far as the file tells.
        balanced_weight: Weight of cost in the strategy `balanced`; 0 to 1.
    """

    name: str
    points: tuple[Point, ...]
    function: str | None
    samples: int | None
    parallel: bool
    balanced_weight: float

    @property
    def title(self) -> str:
        """The function's name; the file's if it does not tell."""
        if self.function is None:
            return PurePath(self.name).name
        return self.function.partition(":function:")[2] or self.function

    @property
    def sizes(self) -> tuple[int, ...]:
        """The measured memory sizes; MB, ascending."""
        return tuple(point.memory_size for point in self.points)

    @property
    def smallest(self) -> int:
        """The smallest measured size; MB."""
        return self.points[0].memory_size

    @property
    def largest(self) -> int:
        """The largest measured size; MB."""
        return self.points[-1].memory_size


def interpolate(points: Sequence[Point], memory_size: int) -> Point | None:
    """The invocation that is to be expected at a size between measured ones.

    Both duration and cost follow a straight line between two neighbours on logarithmic scales: where CPU is
    scarce, twice the memory is half the duration.

    Args:
        points: Measured ones, the smallest size first.
        memory_size: MB.

    Returns:
        The point; None outside of the measured range, where nothing is known.
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
