"""Deployed workloads: the metadata of the templates names them, so their physical names need not be known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ..template.workloads import FORMAT, KEY

Client: TypeAlias = Any
"""A boto3 client, which has no static types."""

Clients: TypeAlias = Callable[[str], Client]
"""The client of a service."""

_ALARM: Final = "AWS::CloudWatch::Alarm"
_APPLICATION: Final = "AWS::CodeDeploy::Application"


class OperationError(Exception):
    """The command cannot do its work; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A deployed workload.

    Attributes:
        stack: The name of its stack.
        path: Its construct path.
        kind: Its class.
        function: The name of its function.
        resources: The physical ids of its resources, by role such as `alias` or `failureQueue`.
        alarms: The names of the alarms of its stack.
        application: The CodeDeploy application of its stack; empty without one.
    """

    stack: str
    path: str
    kind: str
    function: str
    resources: Mapping[str, str]
    alarms: tuple[str, ...]
    application: str

    @property
    def alias_arn(self) -> str:
        """The ARN of its alias.

        Raises:
            OperationError: The stack does not have the alias.
        """
        if not (arn := self.resources.get("alias")):
            raise OperationError(f"{self.path} has no alias; deploy its stack completely first")
        return arn

    @property
    def alias(self) -> Mapping[str, str]:
        """The arguments that name its alias to Lambda's client."""
        return {"FunctionName": self.function, "Name": self.alias_arn.rpartition(":")[2]}

    @property
    def qualified(self) -> Mapping[str, str]:
        """The arguments that name its alias to Lambda's client where it is a qualifier."""
        return {"FunctionName": self.function, "Qualifier": self.alias_arn.rpartition(":")[2]}


def find(cloudformation: Client, name: str, stack: str | None) -> Workload:
    """The workload with this construct path, or with a path that ends so.

    Args:
        cloudformation: CloudFormation's client.
        name: The path, or its last ids, such as "Orders".
        stack: The stack to look in. Default: all of the region

    Raises:
        OperationError: The stacks do not have this workload, or have several.
    """
    found = [each for each in all_workloads(cloudformation, stack) if _is(each, name)]
    exact = [each for each in found if each.path == name]
    if len(chosen := exact or found) == 1:
        return chosen[0]
    if not chosen:
        raise OperationError(f"{stack or 'the region'} has no workload {name}")
    paths = ", ".join(f"{each.path} of stack {each.stack}" for each in chosen)
    raise OperationError(
        f"{name} is the name of several workloads: {paths}; pass more of the path, or --stack"
    )


def all_workloads(cloudformation: Client, stack: str | None) -> Iterator[Workload]:
    """The workloads of a stack, or of all stacks of the region."""
    for each in [stack] if stack else list(_stacks(cloudformation)):
        yield from _workloads(cloudformation, each)


def _workloads(cloudformation: Client, stack: str) -> Iterator[Workload]:
    entries = _entries(cloudformation.get_template(StackName=stack)["TemplateBody"])
    if not entries:
        return
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    summaries = [each for page in pages for each in page["StackResourceSummaries"]]
    names = {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in summaries}

    def of_type(kind: str) -> list[str]:
        return [names[each["LogicalResourceId"]] for each in summaries if each.get("ResourceType") == kind]

    for entry in entries:
        if function := names.get(entry.get("function", "")):
            yield Workload(
                stack=stack,
                path=entry["path"],
                kind=entry["class"],
                function=function,
                resources={role: names[value] for role, value in entry.items() if names.get(value)},
                alarms=tuple(filter(None, of_type(_ALARM))),
                application=next(iter(of_type(_APPLICATION)), ""),
            )


def _entries(template: str | Mapping[str, Any]) -> list[dict[str, str]]:
    """The workloads in the metadata of a template; a template in YAML is not of CDK."""
    if isinstance(template, str):
        try:
            template = json.loads(template)
        except ValueError:
            return []
    metadata = template.get("Metadata", {}).get(KEY, {}) if isinstance(template, Mapping) else {}
    return metadata.get("workloads", []) if metadata.get("format") == FORMAT else []


def _stacks(cloudformation: Client) -> Iterator[str]:
    """The stacks of the region that exist."""
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        yield from (each["StackName"] for each in page["Stacks"])


def _is(workload: Workload, name: str) -> bool:
    return workload.path == name or workload.path.endswith(f"/{name}")
