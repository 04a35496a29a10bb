"""Provisioned concurrency: which versions and aliases have it, how much, and which resource sets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .targets import ALIAS, VERSION, Target, function_of, of_alias_or_version
from .template import Resource, Template, number, value_at
from .values import Unknown, Value
from .views import view

PROVISIONED: Final = "ProvisionedConcurrencyConfig"


@dataclass(frozen=True)
class Bounds:
    """The numbers between which a scalable target scales, always or from a scheduled time on."""

    location: str  # the property
    minimum: float | Unknown  # the minimum; 1, the lowest that is allowed, if only the maximum is set
    maximum: float | Unknown  # the maximum; the minimum if only that is set


@dataclass(frozen=True)
class Provisioned:
    """A version or an alias with provisioned concurrency."""

    target: Target  # the function with the version or the alias
    owner: Resource | None = None  # the alias or version that sets the number itself, if it does
    initial: float | Unknown | None = None  # that number
    scaling: Resource | None = None  # the scalable target, if there is one
    # The numbers between which it scales: its own first, then those of its schedules
    bounds: tuple[Bounds, ...] = ()

    @property
    def id(self) -> str:
        """The alias, or the resource that sets provisioned concurrency."""
        return (self.target.alias or self.resources[0]).id

    @property
    def resources(self) -> list[Resource]:
        """The resource that sets provisioned concurrency."""
        return [each for each in (self.owner, self.scaling) if each is not None]

    @property
    def maximum(self) -> float | Unknown:
        """The maximum of provisioned environments at any time."""
        return total([*(each.maximum for each in self.bounds), self.initial or 0], max)

    @property
    def certain(self) -> bool:
        """Whether it has provisioned concurrency for certain."""
        return self.scaling is not None or not (isinstance(self.initial, Unknown) and self.initial.optional)

    @property
    def version(self) -> str | Unknown:
        """The version with provisioned concurrency; `$LATEST` cannot have it."""
        if not self.certain:
            return Unknown("whether it has provisioned concurrency")
        if self.owner is not None and self.owner.type == VERSION:
            return "a version"
        if self.target.alias is None:
            return self.target.qualifier
        found = self.target.alias.get("FunctionVersion")
        return found if isinstance(found, str | Unknown) else "a version"


@view
def provisioned(template: Template) -> list[Provisioned]:
    """Everything with provisioned concurrency, once for each version or alias."""
    scaled = list(_scaled(template))
    by_alias = {each.target.alias.id: each for each in scaled if each.target.alias is not None}
    both = [
        replace(each, scaling=twin.scaling, bounds=twin.bounds) if (twin := by_alias.get(each.id)) else each
        for each in _static(template)
    ]
    done = {each.id for each in both}
    return [*both, *(each for each in scaled if each.id not in done)]


def provisioned_of(template: Template, function: Resource) -> list[Provisioned]:
    """The versions and aliases of a function with provisioned concurrency."""
    return [each for each in provisioned(template) if each.target.function is function]


def total(numbers: Sequence[float | Unknown], of: Callable[[Sequence[float]], float]) -> float | Unknown:
    """The sum or the largest of some numbers; unknown if one of them is."""
    known = [each for each in numbers if not isinstance(each, Unknown)]
    unknown = [each for each in numbers if isinstance(each, Unknown)]
    return unknown[0] if unknown else of(known)


def _static(template: Template) -> Iterator[Provisioned]:
    for owner in template.of_type(ALIAS, VERSION):
        target = function_of(template, owner.get("FunctionName"))
        initial = owner.number(PROVISIONED, "ProvisionedConcurrentExecutions")
        if target is not None and initial is not None:
            yield Provisioned(of_alias_or_version(target.function, owner), owner, initial)


def _scaled(template: Template) -> Iterator[Provisioned]:
    for scaling in template.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        target = function_of(template, scaling.get("ResourceId"))
        if target is not None and scaling.get("ServiceNamespace") == "lambda":
            yield Provisioned(target, scaling=scaling, bounds=tuple(_bounds(scaling)))


def _bounds(scaling: Resource) -> Iterator[Bounds]:
    yield _between(scaling.get("MinCapacity"), scaling.get("MaxCapacity"), "MinCapacity")
    for index, action in enumerate(scaling.items("ScheduledActions")):
        change = value_at(action, "ScalableTargetAction")
        location = f"ScheduledActions/{index}/ScalableTargetAction"
        yield _between(value_at(change, "MinCapacity"), value_at(change, "MaxCapacity"), location)


def _between(least: Value, most: Value, location: str) -> Bounds:
    minimum, maximum = number(least), number(most)
    if minimum is None:
        minimum = 1
    return Bounds(location, minimum, minimum if maximum is None else maximum)
