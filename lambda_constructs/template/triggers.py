"""The triggers of the functions in a template, from all services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .state_machines import Task, tasks
from .targets import LATEST, Target, function_of, qualified
from .template import Resource, Template
from .trigger_kinds import INTEGRATION, KINDS, PIPE, RECEIPT_RULE, STATE_MACHINE, TASK, URL, Kind
from .values import Value
from .views import next_to, places, view

PERMISSION: Final = "AWS::Lambda::Permission"

_TASK: Final = Kind(TASK, STATE_MACHINE, "")
_EVENT_HEADER: Final = "integration.request.header.X-Amz-Invocation-Type"


@dataclass(frozen=True)
class Trigger:
    """A trigger of a function."""

    kind: Kind
    resource: Resource  # the resource that defines it
    location: str  # the property that names the function
    target: Target  # the function, alias or version that it invokes
    asynchronous: bool = False  # whether Lambda queues its events and retries them

    @property
    def name(self) -> str:
        """Its name in messages."""
        return self.kind.name

    def get(self, *names: str) -> Value:
        """A property next to the one that names the function, such as a target's dead-letter queue."""
        return next_to(self.resource, self.location, *names)

    def either(self, name: str) -> Value:
        """A property next to the one that names the function, as CloudFormation or as OpenAPI writes it."""
        found = self.get(name)
        return self.get(name[0].lower() + name[1:]) if found is None else found


@view
def triggers(template: Template) -> Sequence[Trigger]:
    """All triggers of the template's functions, by kind and in the order of the template."""
    found = [
        trigger
        for kind in KINDS
        for resource in _of_kind(template, kind)
        for location, value in places(resource, *kind.path.split("/"))
        if (trigger := _trigger(template, kind, resource, location, value)) is not None
    ]
    # Several tasks of one text that invoke the same are one trigger.
    return [*found, *dict.fromkeys(map(_of_task, tasks(template)))]


@view
def triggers_by_function(template: Template) -> Mapping[str, Sequence[Trigger]]:
    """The triggers of each function, by the logical id of the function."""
    found: dict[str, list[Trigger]] = {}
    for trigger in triggers(template):
        found.setdefault(trigger.target.function.id, []).append(trigger)
    return found


@view
def permissions(template: Template) -> Sequence[tuple[Resource, Target]]:
    """The permissions to invoke a function of the template, with their targets."""
    return [
        (permission, target)
        for permission in template.of_type(PERMISSION)
        if (target := function_of(template, permission.get("FunctionName"))) is not None
    ]


def _of_kind(template: Template, kind: Kind) -> Sequence[Resource]:
    """The resources of a kind."""
    start, star, _ = kind.type.partition("*")
    if not star:
        return template.of_type(kind.type)
    return [each for each in template.resources.values() if each.type.startswith(start)]


def _of_task(task: Task) -> Trigger:
    return Trigger(_TASK, task.machine, task.location, task.target, task.asynchronous)


def _trigger(
    template: Template, kind: Kind, resource: Resource, location: str, value: Value
) -> Trigger | None:
    target = function_of(template, value)
    if target is None:
        return None
    qualifier = resource.get("Qualifier") if kind.name == URL else None
    if qualifier is not None and target.qualifier == LATEST:
        target = qualified(template, target.function, qualifier)
    found = Trigger(kind, resource, location, target)
    return replace(found, asynchronous=_is_asynchronous(found))


def _is_asynchronous(trigger: Trigger) -> bool:
    """Whether Lambda queues the events of a trigger: by its kind, or because it asks for it."""
    if trigger.name == INTEGRATION:
        parameters = trigger.either("RequestParameters")
        return isinstance(parameters, dict) and _EVENT_HEADER in parameters
    if trigger.name == PIPE:
        asked = trigger.resource.get("TargetParameters", "LambdaFunctionParameters", "InvocationType")
        return asked == "FIRE_AND_FORGET"
    if trigger.name == RECEIPT_RULE:
        return trigger.get("InvocationType") in (None, "Event")
    return trigger.kind.asynchronous
