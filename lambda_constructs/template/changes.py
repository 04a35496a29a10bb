"""The changes of deployed resources when CloudFormation deploys another template."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from .create_only import fixed_properties
from .intrinsics import mapping, objects
from .template import value_at

Action: TypeAlias = Literal["create", "update", "replace", "delete"]
Definitions: TypeAlias = Mapping[str, Any]  # the resources of a template by logical id, not resolved

_KEEPING: Final = ("Retain", "RetainExceptOnCreate")
_POLICIES: Final[Mapping[str, str]] = {"replace": "UpdateReplacePolicy", "delete": "DeletionPolicy"}
_IN_TEXT: Final = re.compile(r"\$\{([A-Za-z0-9]+)")


@dataclass(frozen=True, kw_only=True)
class Change:
    """The change of one resource."""

    id: str  # its logical id
    type: str
    action: Action  # what CloudFormation does
    properties: tuple[str, ...] = ()  # the properties that change; of a replacement, those that cause it
    kept: bool = False  # whether CloudFormation keeps the resource that it replaces or deletes


def changes(before: Definitions, after: Definitions) -> dict[str, Change]:
    """The change of each resource that changes, by logical id.

    A resource that refers to a replaced one gets another value. If a change of this property replaces it,
    it is replaced too.
    """
    both = sorted(before.keys() & after.keys())
    replaced: dict[str, tuple[str, ...]] = {}
    while found := {
        name: causes
        for name in both
        if name not in replaced and (causes := _causes(before[name], after[name], replaced))
    }:
        replaced |= found
    updated = {
        name: _different(_properties(before[name]), _properties(after[name]), replaced)
        for name in both
        if name not in replaced
    }
    return {
        **{name: _change(name, after[name], "replace", causes) for name, causes in sorted(replaced.items())},
        **{name: _change(name, after[name], "update", names) for name, names in updated.items() if names},
        **{name: _change(name, before[name], "delete") for name in sorted(before.keys() - after.keys())},
        **{name: _change(name, after[name], "create") for name in sorted(after.keys() - before.keys())},
    }


def references(value: object) -> Iterator[str]:
    """The logical ids that a value refers to, at any depth."""
    for each in objects(value):
        match each:
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
                yield name
            case {"Fn::GetAtt": str(text)}:
                yield text.partition(".")[0]
            case {"Fn::Sub": str(text) | [str(text), *_]}:
                yield from _IN_TEXT.findall(text)


def at(definition: Any, *path: str) -> Any:  # noqa: ANN401 - JSON
    """A property of a resource; None if it is not set."""
    return value_at(definition.get("Properties"), *path)


def _change(
    name: str, definition: Mapping[str, Any], action: Action, properties: tuple[str, ...] = ()
) -> Change:
    policy = definition.get(_POLICIES.get(action, ""))
    kind = str(definition.get("Type"))
    return Change(id=name, type=kind, action=action, properties=properties, kept=policy in _KEEPING)


def _causes(
    before: Mapping[str, Any], after: Mapping[str, Any], replaced: Collection[str]
) -> tuple[str, ...]:
    """The properties whose change replaces a resource."""
    kind = str(after.get("Type"))
    if str(before.get("Type")) != kind:
        return ("Type",)
    old, new = (dict(fixed_properties(kind, _properties(each))) for each in (before, after))
    return _different(old, new, replaced)


def _different(
    before: Mapping[str, object], after: Mapping[str, object], replaced: Collection[str]
) -> tuple[str, ...]:
    """The properties that change, by themselves or because they refer to what is replaced."""
    return tuple(
        name
        for name in sorted({**before, **after})
        if before.get(name) != after.get(name)
        or any(each in replaced for each in references(after.get(name)))
    )


def _properties(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(definition.get("Properties"))
