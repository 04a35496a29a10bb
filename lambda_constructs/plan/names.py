"""Names that a deployment needs before they are free."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from ..rules.claims import NAMED, WITHIN
from ..template.changes import Change, Definitions, at, references
from ..template.sources import MAPPING

_ONE_EACH: Final = {
    "AWS::Lambda::Alias": ("FunctionName", "Name"),
    "AWS::Lambda::Url": ("TargetFunctionArn", "Qualifier"),
    MAPPING: ("FunctionName", "EventSourceArn", "SelfManagedEventSource", "Topics", "Queues"),
}
"""The types of which a function has one at a time for the same values of these properties."""


def taken_names(
    before: Definitions, after: Definitions, changes: Iterable[Change]
) -> Iterator[tuple[str, str]]:
    """The resources that cannot be created because of their name, and why.

    CloudFormation creates the new resource before it removes the old one.
    """
    every = list(changes)
    owners = {
        key: each.id
        for each in every
        if each.action in ("replace", "delete") and (key := _key(before, each.id))
    }
    replaced = {each.id for each in every if each.action == "replace"}
    for each in every:
        if each.action not in ("create", "replace") or (key := _key(after, each.id)) not in owners:
            continue
        taken = _name(after, each.id)
        starts_elsewhere = each.type == MAPPING and owners[key] == each.id
        if starts_elsewhere or not replaced.isdisjoint(references(list(taken.values()))):
            continue
        name = ", ".join(taken)
        text = f"needs the {name} that {owners[key]} still has, so the deployment fails"
        yield each.id, f"{text}; keep the resource as it was, or change the {name}"


def _key(definitions: Definitions, logical_id: str) -> str:
    """The type and the name of a resource; empty if CloudFormation makes the name."""
    found = _name(definitions, logical_id)
    return json.dumps([definitions[logical_id].get("Type"), found], sort_keys=True) if found else ""


def _name(definitions: Definitions, logical_id: str) -> dict[str, object]:
    """The properties that no other resource of the type can have at the same time; the first is set."""
    definition = definitions[logical_id]
    kind = str(definition.get("Type"))
    first, *others = _ONE_EACH.get(kind) or (NAMED.get(kind, ""), WITHIN.get(kind, ""))
    if not at(definition, first):
        return {}
    return {name: value for name in (first, *others) if (value := at(definition, name))}
