"""The rules applied to templates: one module for each kind of resource, one function to call in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..findings import Findings
from . import (
    concurrency,
    destinations,
    endpoints,
    environment,
    functions,
    logs,
    mappings,
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
