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
    environment,
    functions,
    logs,
    mappings,
    permissions,
    recursion,
    roles,
    rollouts,
    schedules,
    stacks,
    streams,
)

CHECKS: Final[tuple[Callable[[Findings], None], ...]] = (
    functions.check,
    environment.check,
    concurrency.check,
    mappings.check,
    streams.check,
    alarms.check,
    aliases.check,
    asynchronous.check,
    destinations.check,
    logs.check,
    permissions.check,
    recursion.check,
    roles.check,
    rollouts.check,
    schedules.check,
    stacks.check,
)
