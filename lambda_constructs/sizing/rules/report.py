"""Rules for reports and costs of whole apps."""

from __future__ import annotations

from ...rules.rule import Words, rule
from .urls import MEMORY_URL


@rule(why="Traffic that is not understood would cost nothing.", source=MEMORY_URL)
def traffic_form(_: Words, found: str) -> str | None:
    """Traffic by the path of each workload, with the numbers that sizing knows."""
    return (
        f"this is not a description of traffic: {found}; write "
        '{"<path>": {"requests": [<low>, <expected>, <high>], "billed_ms": <ms>}}'
    )
