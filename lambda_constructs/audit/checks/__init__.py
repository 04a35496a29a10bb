"""The rules applied to templates that have not moved to their rule yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..findings import Findings
from . import (
    concurrency,
    destinations,
    mappings,
    recursion,
    rollouts,
    schedules,
    streams,
)

CHECKS: Final[tuple[Callable[[Findings], None], ...]] = (alarms.check, aliases.check, asynchronous.check, concurrency.check, destinations.check, mappings.check, recursion.check, rollouts.check, schedules.check, streams.check, )
    permissions,
    roles,
    stacks,
    streams,
)

CHECKS: Final[tuple[Callable[[Findings], None], ...]] = (
    functions.check,
    environment.check,
    concurrency.check,
    mappings.check,
    streams.check,
    destinations.check,
    endpoints.check,
    logs.check,
    permissions.check,
    roles.check,
    stacks.check,
)
