"""The metadata of a cloud assembly about its constructs: logical ids, warnings, acknowledgements.

https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema-readme.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .intrinsics import mapping

NAMESPACE: Final = "lambda-constructs"
ACKNOWLEDGED_RULES: Final = "aws:cdk:acknowledged-rules"
# How CDK writes the warnings of our constructs, and their acknowledgements.
ANNOTATION: Final = f"Annotation::{NAMESPACE}:"
_WARNING: Final = re.compile(rf"\[ack: {NAMESPACE}:([a-z-]+)\]")
# The construct of a nested stack.
_NESTED_STACK: Final = re.compile(r"(.+)\.NestedStack/[^/]+\.NestedStackResource")


@dataclass
class Constructs:
    """The metadata of an assembly about the constructs of a stack and its nested stacks, by path."""

    ids: dict[str, str] = field(default_factory=dict)  # logical ids
    stacks: set[str] = field(default_factory=set)  # the paths of the stacks
    # The acknowledged rules, with the reasons
    acknowledged: dict[str, dict[str, str]] = field(default_factory=dict)
    # The codes of the warnings that our constructs gave, acknowledged or not
    warned: dict[str, set[str]] = field(default_factory=dict)

    def add(self, path: str, entry: Mapping[str, Any]) -> None:
        """Add one entry of the metadata."""
        match mapping(entry).get("type"), entry:
            case "aws:cdk:logicalId", {"data": str(logical_id)}:
                self.ids[path] = logical_id
                if stack := nested_stack(path):
                    self.stacks.add(stack)
            case "aws:cdk:warning", {"data": str(text)} if found := _WARNING.search(text):
                self.warned.setdefault(path, set()).add(found[1])
            case kind, {"data": dict(rules)} if kind == ACKNOWLEDGED_RULES:
                reasons = {str(rule): reason for rule, reason in rules.items() if isinstance(reason, str)}
                self.acknowledged.setdefault(path, {}).update(reasons)
                own = {each.removeprefix(ANNOTATION) for each in rules if each.startswith(ANNOTATION)}
                self.warned.setdefault(path, set()).update(own)

    def paths_in(self, stack: str) -> dict[str, str]:
        """The constructs of a stack without those of its nested stacks, by their logical ids."""
        return {
            logical_id: path
            for path, logical_id in self.ids.items()
            if next((each for each in ancestors(path) if each in self.stacks), "") == stack
        }

    def reason(self, path: str, acknowledged: str) -> str | None:
        """The reason of the acknowledgement on a construct or its closest parent; None without one."""
        found = (self.acknowledged.get(each, {}).get(acknowledged) for each in ancestors(path))
        return next((reason for reason in found if reason is not None), None)

    def has_warned(self, path: str, code: str) -> bool:
        """Whether our construct at a path, or a parent, gave this warning."""
        return any(code in self.warned.get(each, ()) for each in ancestors(path))


def ancestors(path: str) -> Iterator[str]:
    """A construct path and those of its parents, closest first."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def nested_stack(path: str) -> str:
    """The path of the nested stack that a resource at this path creates; empty for other resources."""
    found = _NESTED_STACK.fullmatch(path)
    return found[1] if found else ""
