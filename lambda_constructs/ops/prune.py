"""Old versions of a function: those that nothing needs can be deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def prunable(versions: Iterable[str], needed: Mapping[str, str], keep: int) -> list[str]:
    """The versions to delete, the oldest first.

    Args:
        versions: The published versions.
        needed: The reasons why versions stay, by version.
        keep: How many of the newest versions stay.
    """
    by_age = sorted(versions, key=int)
    return [each for each in by_age[: max(len(by_age) - keep, 0)] if each not in needed]


def published(functions: Any, name: str) -> list[str]:  # noqa: ANN401 - boto3's
    """The published versions of a function."""
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    found = [each["Version"] for page in pages for each in page["Versions"]]
    return [each for each in found if each != "$LATEST"]


def needed_versions(functions: Any, name: str, versions: Iterable[str]) -> dict[str, str]:  # noqa: ANN401 - boto3's
    """The reason why a version stays, by version: an alias, a weight, provisioned concurrency, a mapping."""
    found = dict(_uses(functions, name, versions))
    for page in functions.get_paginator("list_aliases").paginate(FunctionName=name):
        for alias in page["Aliases"]:
            weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
            found |= dict.fromkeys(weights, f"weight of alias {alias['Name']}")
            found[alias["FunctionVersion"]] = f"alias {alias['Name']}"
    return found


def _uses(functions: Any, name: str, versions: Iterable[str]) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - boto3's
    """The versions that something needs without an alias."""
    mappings = functions.get_paginator("list_event_source_mappings")
    for version in versions:
        pages = mappings.paginate(FunctionName=f"{name}:{version}")
        arns = [each["FunctionArn"] for page in pages for each in page["EventSourceMappings"]]
        if any(arn.endswith(f":{version}") for arn in arns):
            yield version, "event source mapping"
        elif _is_provisioned(functions, name, version):
            yield version, "provisioned concurrency"


def _is_provisioned(functions: Any, name: str, version: str) -> bool:  # noqa: ANN401 - boto3's
    try:
        functions.get_provisioned_concurrency_config(FunctionName=name, Qualifier=version)
    except functions.exceptions.ProvisionedConcurrencyConfigNotFoundException:
        return False
    return True
