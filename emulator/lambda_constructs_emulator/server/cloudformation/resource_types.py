"""Adds resource types to those that ministack's CloudFormation provisions.

A registered type also passes ministack's check for unrecognized types.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..core import hooks

Properties = Mapping[str, Any]
Identity = tuple[str, dict[str, str]]
"""The result of `Ref`, and those of `Fn::GetAtt` by attribute."""

_provisioners = hooks.module("services.cloudformation.provisioners")
_generated_name: Callable[..., str] = hooks.attribute(_provisioners, "_physical_name")


class ResourceTypeError(ValueError):
    """CloudFormation reports the message as the reason why the resource failed."""


@dataclass(frozen=True)
class Place:
    """Where a resource is: its stack, and its logical id there."""

    stack: str
    logical_id: str

    def generated_name(self, longest: int = 100) -> str:
        """The name that CloudFormation gives a resource without one."""
        return _generated_name(self.stack, self.logical_id, max_len=longest)


class ResourceType(Protocol):
    """How one type is provisioned."""

    def create(self, place: Place, properties: Properties) -> Identity:
        """Create it."""

    def update(self, place: Place, ref: str, old: Properties, new: Properties) -> Identity:
        """Change it in place; another `Ref` says that it was replaced, and the old one is deleted then."""

    def delete(self, ref: str, properties: Properties) -> None:
        """Remove it; it may be gone already."""


def register(name: str, resource_type: ResourceType) -> None:
    """Provision a type.

    Raises:
        hooks.HookError: ministack has an own handler for it now, which should replace ours.
    """
    handlers: dict[str, dict[str, Any]] = hooks.attribute(_provisioners, "_RESOURCE_HANDLERS")
    if name in handlers:
        raise hooks.HookError(f"ministack provisions {name} itself: drop ours")

    def create(logical_id: str, properties: Properties, stack: str) -> Identity:
        return resource_type.create(Place(stack, logical_id), properties)

    def update(ref: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Identity:
        return resource_type.update(Place(stack, logical_id), ref, old, new)

    handlers[name] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": resource_type.delete,
    }


def boolean(value: object) -> bool:
    """A boolean of a template, which may be written as text."""
    return value if isinstance(value, bool) else str(value).lower() == "true"


def as_list(value: object) -> list[Any]:
    """A list of a template, where none means an empty one."""
    return list(value) if isinstance(value, list) else []


def named_as_in_the_api(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Properties by their names in a service's API: `allowOrigins` for `AllowOrigins`."""
    if not isinstance(value, Mapping):
        return value
    return {name[:1].lower() + name[1:]: named_as_in_the_api(each) for name, each in value.items()}
