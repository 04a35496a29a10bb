"""Names that a deployment needs before they are free."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ..rules.claims import NAMED, WITHIN
from ..template.changes import Change, Definitions


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
    for each in every:
        if each.action not in ("create", "replace") or (key := _key(after, each.id)) not in owners:
            continue
        name = NAMED[each.type]
        text = f"needs the {name} that {owners[key]} still has, so the deployment fails"
        yield each.id, f"{text}; keep the resource as it was, or change the {name}"


def _key(definitions: Definitions, logical_id: str) -> str:
    """The type and the name of a resource; empty if CloudFormation makes the name."""
    kind, properties = str(definitions[logical_id].get("Type")), definitions[logical_id].get("Properties")
    if not isinstance(properties, dict) or not (name := properties.get(NAMED.get(kind))):
        return ""
    return json.dumps([kind, name, properties.get(WITHIN.get(kind))], sort_keys=True)
