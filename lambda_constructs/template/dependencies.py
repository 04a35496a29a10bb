"""The dependencies of a template's resources: a resource waits for those that it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from .template import Resource, Template
from .values import Reference, Text, Value

_POLICIES = ("CreationPolicy", "UpdatePolicy")


def cycle(template: Template) -> list[str]:
    """The logical ids of resources that each wait for the next one, and the last one for the first.

    One cycle, even if there are several; empty if all resources can be created.
    """
    graph = {
        resource.id: [name for name in dict.fromkeys(_waits_for(resource)) if name in template.resources]
        for resource in template.resources.values()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        around: list[str] = error.args[1]
        return around[:0:-1]
    return []


def _waits_for(resource: Resource) -> Iterator[str]:
    named = resource.definition.get("DependsOn")
    yield from map(str, named if isinstance(named, list) else [named])
    policies: list[Value] = [resource.section(name) for name in _POLICIES if name in resource.definition]
    yield from references([*policies, resource.properties])


def references(value: Value) -> Iterator[str]:
    """The resources that a value refers to, at any depth."""
    rest = [value]
    while rest:
        each = rest.pop()
        if isinstance(each, dict):
            rest += each.values()
        elif isinstance(each, list):
            rest += each
        elif isinstance(each, Text):
            rest += each.parts
        elif isinstance(each, Reference):
            yield each.resource
