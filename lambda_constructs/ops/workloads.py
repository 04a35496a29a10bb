"""Deployed workloads: the metadata of the templates names them, so their physical names need not be known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from ..template.intrinsics import mapping
from ..template.workloads import workloads_of

Client: TypeAlias = Any  # a boto3 client, which has no static types

Clients: TypeAlias = Callable[[str], Client]  # the client of a service

AT_ONCE: Final = 8  # how many stacks or workloads are read at once, within AWS's rates

_ALARM: Final = "AWS::CloudWatch::Alarm"
_APPLICATION: Final = "AWS::CodeDeploy::Application"
_STACK: Final = "AWS::CloudFormation::Stack"
_EMPTY: Final = "REVIEW_IN_PROGRESS"  # only a change set so far


class OperationError(Exception):
    """The command cannot do its work; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A deployed workload."""

    stack: str  # the name of its stack
    path: str  # its construct path
    kind: str  # its class
    function: str  # the name of its function
    # The physical ids of its resources, by role such as `alias` or `failureQueue`
    resources: Mapping[str, str]
    alarms: tuple[str, ...]  # the names of the alarms of its stack
    application: str  # the CodeDeploy application of its stack; empty without one

    @property
    def alias_arn(self) -> str:
        """The ARN of its alias; an OperationError if the stack does not have it."""
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
    """The workload with this construct path, or whose path ends with it, in one stack or all of the region.

    Raises:
        OperationError: The stacks do not have this workload, or have several.
    """
    every = list(all_workloads(cloudformation, stack))
    found = [each for each in every if _is(each, name.strip("/"))]
    exact = [each for each in found if each.path == name.strip("/")]
    if len(chosen := exact or found) == 1:
        return chosen[0]
    if not chosen:
        paths = ", ".join(each.path for each in every) or "no workloads; pass another --region or --profile"
        raise OperationError(f"{place(cloudformation, stack)} has no workload {name}; it has {paths}")
    paths = ", ".join(f"{each.path} of stack {each.stack}" for each in chosen)
    raise OperationError(
        f"{name} is the name of several workloads: {paths}; pass more of the path, or --stack"
    )


def all_workloads(cloudformation: Client, stack: str | None) -> Iterator[Workload]:
    """The workloads of a stack and of its nested stacks, or of all stacks of the region."""
    if stack:
        yield from _workloads(cloudformation, stack, nested=True)
        return
    names = list(_stacks(cloudformation))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for each in pool.map(partial(_of_stack, cloudformation), names):
            yield from each


def _of_stack(cloudformation: Client, stack: str) -> list[Workload]:
    """The workloads of one stack of the region; a stack that was just deleted has none."""
    try:
        return list(_workloads(cloudformation, stack, nested=False))
    except cloudformation.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return []
        raise


def place(cloudformation: Client, stack: str | None) -> str:
    """Where a command looks for workloads."""
    return stack or f"the region {cloudformation.meta.region_name}"


def _workloads(cloudformation: Client, stack: str, *, nested: bool) -> Iterator[Workload]:
    # boto3 parses templates of CDK, which are JSON; another one is a string, and has no workloads.
    template = mapping(cloudformation.get_template(StackName=stack)["TemplateBody"])
    entries = workloads_of(template)
    within = nested and any(
        mapping(each).get("Type") == _STACK for each in mapping(template.get("Resources")).values()
    )
    if not entries and not within:
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
    for arn in filter(None, of_type(_STACK) if nested else ()):
        yield from _workloads(cloudformation, arn.split("/")[1], nested=True)


def _stacks(cloudformation: Client) -> Iterator[str]:
    """The stacks of the region that have a template."""
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        yield from (each["StackName"] for each in page["Stacks"] if each.get("StackStatus") != _EMPTY)


def _is(workload: Workload, name: str) -> bool:
    return workload.path == name or workload.path.endswith(f"/{name}")
