"""Rules for settings that functions with triggers leave at AWS's defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from ..template.targets import FUNCTION
from ..template.template import Resource, Template
from ..template.trigger_kinds import CUSTOM_RESOURCE
from ..template.triggers import triggers_by_function
from .names import first_of
from .rule import Place, Words, at, warning

_TRACING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html"
Setting: TypeAlias = Literal["Timeout", "MemorySize"]
# https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
_DEFAULTS: Final[Mapping[Setting, str]] = {"Timeout": "3 seconds", "MemorySize": "128 MB"}


@warning(
    why="Lambda ends the invocation of a slow call or a cold start after 3 seconds, and 128 MB come with the "
    "least CPU, so the function is slow and often not cheaper.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html",
)
def function_defaults(_: Words, functions: Sequence[str], names: Sequence[Setting]) -> str | None:
    """Functions with triggers set a timeout and a memory size instead of using the defaults."""
    if not functions:
        return None
    unset = " and ".join(f"{name} (default {_DEFAULTS[name]})" for name in names)
    return f"{_are(functions)} without {unset}; measure the function and set {' and '.join(names)}"


@function_defaults.in_template
def _(template: Template) -> Iterator[Place]:
    found = _without(template, lambda function: any(_unset(function)))
    if found:
        unset = {name for function in found for name in _unset(function)}
        names = [name for name in _DEFAULTS if name in unset]
        yield at(found[0], names[0], [each.path for each in found], names, about=found[1:])


@warning(why="No trace shows which call of a slow or failed invocation took the time.", source=_TRACING_URL)
def tracing_off(_: Words, functions: Sequence[str]) -> str | None:
    """Functions with triggers record traces."""
    if not functions:
        return None
    return f"{_are(functions)} without tracing; set TracingConfig/Mode (in AWS SAM Tracing) to Active"


@tracing_off.in_template
def _(template: Template) -> Iterator[Place]:
    modes = (None, "PassThrough")
    found = _without(template, lambda function: function.get("TracingConfig", "Mode") in modes)
    if found:
        yield at(found[0], "TracingConfig", [each.path for each in found], about=found[1:])


def _without(template: Template, is_unset: Callable[[Resource], bool]) -> list[Resource]:
    """The functions with triggers that leave a property unset: one finding for all of them.

    The handler of a custom resource runs only during deployments, and is often CDK's own.
    """
    triggers = triggers_by_function(template)
    triggered = {
        function
        for function, found in triggers.items()
        if any(each.name != CUSTOM_RESOURCE for each in found)
    }
    return [each for each in template.of_type(FUNCTION) if each.id in triggered and is_unset(each)]


def _unset(function: Resource) -> list[Setting]:
    """The settings that a function leaves at the default; Lambda Managed Instances have others."""
    if function.get("CapacityProviderConfig") is not None:
        return []
    return [name for name in _DEFAULTS if function.get(name) is None]


def _are(functions: Sequence[str]) -> str:
    return f"{first_of(functions)} {'is' if len(functions) == 1 else 'are'}"
