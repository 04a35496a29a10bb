"""Deployed workloads: the metadata of the templates names them, so their physical names need not be known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..template.workloads import FORMAT, KEY


class OperationError(Exception):
    """The command cannot do its work; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A deployed workload.

    Attributes:
        stack: The name of its stack.
        path: Its construct path.
        function: The name of its function.
    """

    stack: str
    path: str
    function: str


def find(cloudformation: Any, name: str, stack: str | None) -> Workload:  # noqa: ANN401 - boto3's
    """The workload with this construct path, or with a path that ends so.

    Args:
        cloudformation: CloudFormation's client.
        name: The path, or its last ids, such as "Orders".
        stack: The stack to look in. Default: all of the region

    Raises:
        OperationError: The stacks do not have this workload, or have several.
    """
    stacks = [stack] if stack else list(_stacks(cloudformation))
    found = [each for one in stacks for each in workloads(cloudformation, one) if _is(each, name)]
    exact = [each for each in found if each.path == name]
    if len(chosen := exact or found) == 1:
        return chosen[0]
    if not chosen:
        raise OperationError(f"{stack or 'the region'} has no workload {name}")
    paths = ", ".join(f"{each.path} of stack {each.stack}" for each in chosen)
    raise OperationError(
        f"{name} is the name of several workloads: {paths}; pass more of the path, or --stack"
    )


def workloads(cloudformation: Any, stack: str) -> Iterator[Workload]:  # noqa: ANN401 - boto3's
    """The workloads of a stack."""
    template = cloudformation.get_template(StackName=stack)["TemplateBody"]
    entries = _entries(template)
    if not entries:
        return
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    names = {
        each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
        for page in pages
        for each in page["StackResourceSummaries"]
    }
    for entry in entries:
        if function := names.get(entry.get("function", "")):
            yield Workload(stack=stack, path=entry["path"], function=function)


def _entries(template: str | Mapping[str, Any]) -> list[dict[str, str]]:
    """The workloads in the metadata of a template; a template in YAML is not of CDK."""
    if isinstance(template, str):
        try:
            template = json.loads(template)
        except ValueError:
            return []
    metadata = template.get("Metadata", {}).get(KEY, {}) if isinstance(template, Mapping) else {}
    return metadata.get("workloads", []) if metadata.get("format") == FORMAT else []


def _stacks(cloudformation: Any) -> Iterator[str]:  # noqa: ANN401 - boto3's
    """The stacks of the region that exist."""
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        yield from (each["StackName"] for each in page["Stacks"])


def _is(workload: Workload, name: str) -> bool:
    return workload.path == name or workload.path.endswith(f"/{name}")
