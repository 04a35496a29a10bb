"""The rules applied to templates: one module for each kind of resource, one function to call in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..findings import Findings
from . import functions

CHECKS: Final[tuple[Callable[[Findings], None], ...]] = (functions.check,)
