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
    endpoints,
    environment,
    functions,
    logs,
    permissions,
    recursion,
    roles,
    rollouts,
    schedules,
    stacks,
)

CHECKS: Final[tuple[Callable[[Findings], None], ...]] = (
    functions.check,
    environment.check,
    concurrency.check,
    alarms.check,
    aliases.check,
    asynchronous.check,
    endpoints.check,
    logs.check,
    permissions.check,
    recursion.check,
    roles.check,
    rollouts.check,
    schedules.check,
    stacks.check,
)
