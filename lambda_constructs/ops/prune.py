"""`ops prune`: delete the versions of a function that nothing needs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from .console import agreed, count, show
from .workloads import Client, Clients, find

_KEEP: Final = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "--keep", type=count, default=_KEEP, metavar="N", help=f"newest versions to keep (default: {_KEEP})"
    )


def run(clients: Clients, arguments: argparse.Namespace) -> int:
    """Delete the versions that nothing needs, if the user agrees."""
    workload, functions = (
        find(clients("cloudformation"), arguments.workload, arguments.stack),
        clients("lambda"),
    )
    versions = published(functions, workload.function)
    candidates = prunable(versions, {}, arguments.keep)
    needed = _needed_versions(functions, workload.function, candidates)
    old = prunable(versions, needed, arguments.keep)
    kept = {each: needed.get(each, "one of the newest") for each in versions if each not in old}
    text = _text(workload.function, old, kept)
    go = bool(old) and agreed(arguments, text, f"Delete {len(old)} versions?")
    refused = _delete(functions, workload.function, old) if go else {}
    deleted = [each for each in old if go and each not in refused]
    report = {
        "function": workload.function,
        "prunable": old,
        "deleted": deleted,
        "refused": refused,
        "kept": kept,
    }
    show(arguments, report, f"deleted: {', '.join(deleted) or 'none'}" if go else text)
    if not arguments.json:
        for version, reason in refused.items():
            print(f"refused: {version}: {reason}", file=sys.stderr)
    return int(bool(refused) or bool(old and not go and not arguments.dry_run))


def _text(function: str, old: Sequence[str], kept: Mapping[str, str]) -> str:
    lines = [f"{function}: versions to delete: {', '.join(old) or 'none'}"]
    lines += [f"  kept: {version} ({reason})" for version, reason in kept.items()]
    return "\n".join(lines)


def _delete(functions: Client, function: str, versions: Sequence[str]) -> dict[str, str]:
    """Delete versions; returns the reasons of AWS for those that it refused."""
    from .clients import FAILURES  # noqa: PLC0415 - it needs the extra

    refused = {}
    for version in versions:
        try:
            functions.delete_function(FunctionName=function, Qualifier=version)
        except FAILURES as error:
            refused[version] = str(error)
    return refused


def prunable(versions: Iterable[str], needed: Mapping[str, str], keep: int) -> list[str]:
    """The versions to delete, the oldest first: neither needed for a reason, nor among the newest."""
    by_age = sorted(versions, key=int)
    return [each for each in by_age[: max(len(by_age) - keep, 0)] if each not in needed]


def published(functions: Client, name: str) -> list[str]:
    """The published versions of a function."""
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    found = [each["Version"] for page in pages for each in page["Versions"]]
    return [each for each in found if each != "$LATEST"]


def _needed_versions(functions: Client, name: str, versions: Iterable[str]) -> dict[str, str]:
    """The reason why a version stays, by version: an alias, a weight, provisioned concurrency, a mapping."""
    found = dict(_uses(functions, name, versions))
    for page in functions.get_paginator("list_aliases").paginate(FunctionName=name):
        for alias in page["Aliases"]:
            found |= dict.fromkeys(weights(alias), f"weight of alias {alias['Name']}")
            found[alias["FunctionVersion"]] = f"alias {alias['Name']}"
    return found


def weights(alias: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Mapping[str, float]:
    """The shares of other versions in the traffic of an alias, by version."""
    return (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}


def _uses(functions: Client, name: str, versions: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The versions that something needs without an alias."""
    mappings = functions.get_paginator("list_event_source_mappings")
    for version in versions:
        pages = mappings.paginate(FunctionName=f"{name}:{version}")
        arns = [each["FunctionArn"] for page in pages for each in page["EventSourceMappings"]]
        if any(arn.endswith(f":{version}") for arn in arns):
            yield version, "event source mapping"
        elif _is_provisioned(functions, name, version):
            yield version, "provisioned concurrency"


def _is_provisioned(functions: Client, name: str, version: str) -> bool:
    try:
        functions.get_provisioned_concurrency_config(FunctionName=name, Qualifier=version)
    except functions.exceptions.ProvisionedConcurrencyConfigNotFoundException:
        return False
    return True
