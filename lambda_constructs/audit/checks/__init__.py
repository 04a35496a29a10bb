"""The rules applied to templates: one module for each kind of resource, one function to call in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..findings import Findings
from . import (
    alarms,
    aliases,
    asynchronous,
    concurrency,
    destinations,
    endpoints,
    mappings,
    recursion,
    rollouts,
    schedules,
    streams,
)

CHECKS: Final[tuple[Callable[[Findings], None], ...]] = (
    concurrency.check,
    mappings.check,
    streams.check,
    alarms.check,
    aliases.check,
    asynchronous.check,
    destinations.check,
    endpoints.check,
    recursion.check,
    rollouts.check,
    schedules.check,
)
