"""The metadata of a template about its workloads, for tools outside of CDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .intrinsics import mapping

KEY: Final = "lambda-constructs"  # the key in the metadata of the template

FORMAT: Final = 1  # the format of the entry: a change that older readers misunderstand increments it


def workloads_of(template: Mapping[str, Any]) -> list[dict[str, str]]:
    """The workloads that a template names: the class and path of each, and its logical ids by role."""
    metadata = mapping(mapping(template.get("Metadata")).get(KEY))
    listed = metadata.get("workloads") if metadata.get("format") == FORMAT else None
    return [
        {role: value for role, value in mapping(each).items() if isinstance(value, str)}
        for each in (listed if isinstance(listed, list) else ())
    ]
