"""The properties of resources, and those whose change replaces them, from CloudFormation's schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, cast

PROPERTIES_LEFT_OUT: Final = "lambda-constructs:properties-left-out"
"""The key in the metadata of a function: names that AWS SAM does not have, each with those that it has."""


@cache
def create_only() -> Mapping[str, str]:
    """By the type of a resource, the paths of the properties whose change replaces it."""
    return _paths("create_only.json")


@cache
def all_properties() -> Mapping[str, str]:
    """By the type of a resource of Lambda, or of what most functions use, the paths of its properties."""
    return _paths("properties.json")


def fixed_properties(kind: str, properties: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """The properties of a resource whose change replaces it, by path; names in any case."""
    known = {name.lower(): value for name, value in properties.items()}
    for path in create_only().get(kind, "").split():
        value: object = known
        for name in path.lower().split("/"):
            level = {key.lower(): item for key, item in value.items()} if isinstance(value, dict) else {}
            value = level.get(name)
        if value is not None:
            yield path, value


def _paths(file: str) -> Mapping[str, str]:
    text = resources.files(__package__).joinpath(file).read_text()
    return cast(Mapping[str, str], json.loads(text))
