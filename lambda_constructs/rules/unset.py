"""Rules for settings that functions with triggers leave at AWS's defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from ..template.targets import FUNCTION
from ..template.template import Resource, Template
from ..template.triggers import triggers_by_function
from .rule import Place, Words, at, rule
from .urls import FUNCTION_API_URL

_MEMORY_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"
_TRACING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html"
_MEMORY: Final = 128  # MB: FUNCTION_API_URL
_TIMEOUT: Final = 3  # seconds: FUNCTION_API_URL
_NAMED: Final = 3  # functions in a message


@rule(
    "timeout-default",
    severity="warning",
    why="A slow call or a cold start takes longer, and Lambda then ends the invocation in the middle.",
    source=FUNCTION_API_URL,
    construction=False,
)
def timeout_default(_: Words, functions: Sequence[str]) -> str | None:
    """Functions with triggers have a timeout of their choice, not the default of 3 seconds."""
    if not functions:
        return None
    return f"{_listed(functions)} without Timeout, so it is {_TIMEOUT} seconds; set Timeout"


@timeout_default.in_template
def _(template: Template) -> Iterator[Place]:
    yield from _without(template, "Timeout", lambda function: function.get("Timeout") is None)


@rule(
    "memory-default",
    severity="warning",
    why="The function also gets the least CPU, so that it is slow, and often not cheaper.",
    source=_MEMORY_URL,
    construction=False,
)
def memory_default(_: Words, functions: Sequence[str]) -> str | None:
    """Functions with triggers have a memory size of their choice, not the default of 128 MB."""
    if not functions:
        return None
    return f"{_listed(functions)} without MemorySize, so it is {_MEMORY} MB; measure it and set MemorySize"


@memory_default.in_template
def _(template: Template) -> Iterator[Place]:
    yield from _without(
        template,
        "MemorySize",
        lambda function: (
            function.get("MemorySize") is None and function.get("CapacityProviderConfig") is None
        ),
    )


@rule(
    "tracing-off",
    severity="warning",
    why="No trace shows which call of a slow or failed invocation took the time.",
    source=_TRACING_URL,
    construction=False,
)
def tracing_off(_: Words, functions: Sequence[str]) -> str | None:
    """Functions with triggers record traces."""
    if not functions:
        return None
    return f"{_listed(functions)} without tracing; set TracingConfig/Mode to Active"


@tracing_off.in_template
def _(template: Template) -> Iterator[Place]:
    modes = (None, "PassThrough")
    yield from _without(
        template, "TracingConfig", lambda function: function.get("TracingConfig", "Mode") in modes
    )


def _without(template: Template, name: str, is_unset: Callable[[Resource], bool]) -> Iterator[Place]:
    """One finding for all functions with triggers, at the first of those that leave a property unset."""
    triggered = triggers_by_function(template)
    found = [each for each in template.of_type(FUNCTION) if each.id in triggered and is_unset(each)]
    if found:
        yield at(found[0], name, [each.path for each in found], about=found[1:])


def _listed(functions: Sequence[str]) -> str:
    others = " and others are" if len(functions) > _NAMED else " are" if len(functions) > 1 else " is"
    return ", ".join(functions[:_NAMED]) + others
