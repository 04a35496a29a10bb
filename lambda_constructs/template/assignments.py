"""The values that the parameters of a template can have: one assignment for each way to deploy it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Final, TypeAlias

from .intrinsics import OTHER, Json, Resolver, mapping, objects

Assignment: TypeAlias = Mapping[str, str]

_ASSIGNMENTS_MAXIMUM: Final = 32
# Our limit for resources times assignments, so that a large template does not take seconds.
_WORK_MAXIMUM: Final = 4_000
_CANDIDATES_MAXIMUM: Final = 5_000
# Every template of CDK has it, with a condition on some thirty regions.
CDK_METADATA: Final = "AWS::CDK::Metadata"
# Values of resources of other services are rarely read by a rule.
_JUDGED: Final = (
    *("AWS::Lambda::", "AWS::SQS::", "AWS::Events::", "AWS::Scheduler::", "AWS::Logs::", "AWS::IAM::"),
    *("AWS::CloudWatch::",),
)


@dataclass(frozen=True)
class Assignments:
    """The assignments of a template."""

    each: tuple[Assignment, ...]  # at least one; the first one has the defaults
    complete: bool  # whether there are no others


def assignments(template: Json) -> Assignments:
    """The assignments that deploy different resources or values."""
    sections = mapping(template)
    chosen = any("AllowedValues" in mapping(each) for each in mapping(sections.get("Parameters")).values())
    if not (chosen or sections.get("Conditions") or sections.get("Mappings")):
        return Assignments(({},), complete=True)  # as most templates of CDK
    resources = mapping(sections.get("Resources"))
    found = _Uses(sections)
    candidates = {
        name: values for name in sorted(found.parameters) if len(values := found.candidates(name)) > 1
    }
    if not candidates:
        return Assignments(({},), complete=True)
    maximum = min(_ASSIGNMENTS_MAXIMUM, max(4, _WORK_MAXIMUM // (len(resources) or 1)))
    different: dict[tuple[object, ...], Assignment] = {}
    for count, each in enumerate(_by_deviations(candidates)):
        if count == _CANDIDATES_MAXIMUM:
            return Assignments(tuple(different.values()), complete=False)
        resolver = Resolver(template, each)
        signature = (
            *(resolver.decide(name) for name in sorted(found.conditions)),
            *(each[name] for name in candidates if name in found.values),
        )
        if signature not in different and len(different) == maximum:
            return Assignments(tuple(different.values()), complete=False)
        different.setdefault(signature, each)
    return Assignments(tuple(different.values()), complete=True)


def described(assignment: Assignment, names: Iterable[str]) -> str:
    """The values of these parameters in words, such as "Stage=prod, another Size"."""
    return ", ".join(
        f"another {name}" if assignment[name] == OTHER else f"{name}={assignment[name]}" for name in names
    )


def _by_deviations(candidates: Mapping[str, list[str]]) -> Iterator[Assignment]:
    """All assignments: first the one with the first value of each, then those that differ in one value."""
    first = {name: values[0] for name, values in candidates.items()}
    for count in range(len(candidates) + 1):
        for names in combinations(candidates, count):
            for values in product(*(candidates[name][1:] for name in names)):
                yield {**first, **dict(zip(names, values, strict=True))}


class _Uses:
    """The parameters on which the resources of a template depend."""

    def __init__(self, sections: Mapping[str, Any]) -> None:
        self._declared = mapping(sections.get("Parameters"))
        self._conditions = mapping(sections.get("Conditions"))
        self._mappings = mapping(sections.get("Mappings"))
        self._compared: dict[str, list[str]] = {}
        self.conditions: set[str] = set()  # that resources and values have
        self.values: set[str] = set()  # parameters that are values themselves, or keys of mappings
        for resource in mapping(sections.get("Resources")).values():
            kind = str(mapping(resource).get("Type"))
            if kind != CDK_METADATA:
                self._read(resource, judged=kind.startswith(_JUDGED))
        pending, done = list(self.conditions), set[str]()
        while pending:
            if (name := pending.pop()) not in done:
                done.add(name)
                pending += self._compare(self._conditions.get(name))
        self.parameters = self.values | self._compared.keys()  # all that matter

    def candidates(self, name: str) -> list[str]:
        """The values that a parameter can have, as far as they make a difference; its default first."""
        parameter = mapping(self._declared.get(name))
        default, allowed = parameter.get("Default"), parameter.get("AllowedValues")
        hidden = str(parameter.get("NoEcho")).lower() == "true" or "SSM::Parameter" in str(
            parameter.get("Type")
        )
        first = [] if default is None or hidden else [_text(default)]
        if isinstance(allowed, list) and allowed and not hidden:
            return list(dict.fromkeys([*first, *map(_text, allowed)]))
        compared = self._compared.get(name, [])
        return list(dict.fromkeys([*first, *compared, *([OTHER] if compared else [])]))

    def _read(self, value: Json, *, judged: bool) -> None:
        """Find the conditions, parameters and keys of mappings in a resource."""
        for each in objects(value):
            match each:
                case {"Fn::If": [str(condition), *_]}:
                    self.conditions.add(condition)
                case {"Fn::FindInMap": [str(name), {"Ref": str(parameter)}, *_]}:
                    self.values.add(parameter)
                    if parameter in self._declared:
                        keys = mapping(self._mappings.get(name))
                        self._compared.setdefault(parameter, []).extend(map(str, keys))
                case {"Ref": str(name)} if judged and "AllowedValues" in mapping(self._declared.get(name)):
                    self.values.add(name)
                case {"Condition": str(condition)}:
                    self.conditions.add(condition)

    def _compare(self, condition: Json) -> Iterator[str]:
        """Remember the texts that a condition compares parameters with, and yield the conditions it names."""
        for each in objects(condition):
            match each:
                case {"Condition": str(name)}:
                    yield name
                case {"Fn::Equals": [{"Ref": str(name)}, str() | int() | float() | bool() as text]} | {
                    "Fn::Equals": [str() | int() | float() | bool() as text, {"Ref": str(name)}]
                }:
                    self._compared.setdefault(name, []).append(_text(text))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
