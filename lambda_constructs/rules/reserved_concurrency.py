"""Rules for reserved concurrency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.targets import FUNCTION
from ..template.template import Template
from ..template.values import Unknown
from .rule import Place, Words, at, rule
from .urls import RESERVED_URL

_RESERVED: Final = "ReservedConcurrentExecutions"


@rule(
    "reserved-concurrency-range",
    why="Lambda refuses a negative reservation.",
    source=RESERVED_URL,
    names={"reserved": ("reserved_concurrency", _RESERVED)},
)
def reserved_concurrency_range(words: Words, reserved_concurrency: int) -> str | None:
    """Zero or more; zero stops the function."""
    if reserved_concurrency >= 0:
        return None
    return f"{words.reserved} is {reserved_concurrency}; set it to 0 or more, or leave it out"


@reserved_concurrency_range.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        reserved = function.number(_RESERVED)
        if reserved is not None and not isinstance(reserved, Unknown):
            yield at(function, _RESERVED, reserved)
