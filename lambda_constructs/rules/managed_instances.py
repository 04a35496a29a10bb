"""Rules for Lambda Managed Instances: functions that run on the instances of a capacity provider."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ..template.features import SYNCHRONOUS, features_of
from ..template.sources import consumers
from ..template.targets import FUNCTION
from ..template.template import Template
from .modes import (
    INSTANCE_RUNTIMES_URL,
    INSTANCES,
    INSTANCES_URL,
    combined,
    excluded,
    first_runtimes,
    runtimes,
)
from .ranges import MEGABYTES, Numbers, Service, timeout_range
from .rule import Place, Words, at, rule
from .urls import FUNCTION_API_URL

_PROVIDER: Final = "CapacityProviderConfig"
INSTANCES_TIMEOUT_MAXIMUM: Final = 5_400  # seconds: botocore, CreateFunction Timeout


@rule(why="Lambda refuses the configuration.", source=INSTANCES_URL)
def managed_instances_excludes(words: Words, features: Collection[str]) -> str | None:
    """A capacity provider keeps environments ready itself, so there is no provisioned concurrency."""
    return excluded(words, INSTANCES, features)


managed_instances_excludes.in_template(combined(INSTANCES))


@rule(why="Lambda refuses the function.", source=INSTANCE_RUNTIMES_URL)
def managed_instances_runtime(_: Words, runtime: str, *, supported: bool) -> str | None:
    """Managed Instances run Python 3.13, Node.js 22, Java 21, .NET 8 and provided.al2023, and later ones."""
    if supported:
        return None
    return (
        f"Lambda Managed Instances do not run {runtime}; use one of {first_runtimes(INSTANCES)} or later, or "
        "leave out the capacity provider"
    )


managed_instances_runtime.in_template(runtimes(INSTANCES))


def _memory(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if function.given(_PROVIDER) is True:
            memory = function.number("MemorySize")
            yield at(function, "MemorySize", 128 if memory is None else memory)


managed_instances_memory_range = Service("Lambda on Managed Instances", INSTANCES_URL).allows(
    "managed-instances-memory-range",
    (2_048, 32_768),
    MEGABYTES,
    "memory_size",
    Numbers("MemorySize", _memory),
)


@rule(
    why="Lambda ends an invocation after 15 minutes if its caller waits for the response.",
    source=FUNCTION_API_URL,
)
def managed_instances_timeout(_: Words, timeout: int, limit: int) -> str | None:
    """90 minutes for asynchronous invocations and event source mappings, 15 for all others."""
    if timeout <= limit:
        return None
    return f"Timeout is {timeout} seconds, but the triggers of the function allow {limit}; lower it"


@managed_instances_timeout.in_template
def _(template: Template) -> Iterator[Place]:
    short = {
        each.target.function.id
        for each in consumers(template)
        if each.target is not None
        and (each.kind == "broker" or each.mapping.get("DocumentDBEventSourceConfig"))
    }
    for function in template.of_type(FUNCTION):
        timeout = function.number("Timeout")
        if function.given(_PROVIDER) is True and timeout is not None:
            features = set(features_of(template, function))
            waiting = function.id in short or not features.isdisjoint(SYNCHRONOUS)
            yield at(
                function, "Timeout", timeout, timeout_range.high if waiting else INSTANCES_TIMEOUT_MAXIMUM
            )
