"""The metadata of a template about its workloads, for tools outside of CDK.

The metadata has the key `lambda-constructs`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import aws_cdk as cdk
import jsii

from ..template.workloads import FORMAT, KEY


@jsii.implements(cdk.IStableAnyProducer)
class WorkloadMetadata:
    """Collects the workloads of a stack; their logical ids are known when the template is written."""

    def __init__(self, stack: cdk.Stack) -> None:
        """Write the entry of a stack."""
        self._stack = stack
        self._workloads: list[tuple[dict[str, str], Mapping[str, Callable[[], str]]]] = []
        stack.add_metadata(KEY, cdk.Lazy.any(self))

    def add(self, workload: str, path: str, resources: Mapping[str, Callable[[], str]]) -> None:
        """Add a workload: its class, its construct path, and its resources by role, such as `alias`.

        Each resource is a function that returns an attribute of it. The workload may add entries until the
        synthesis.
        """
        self._workloads.append(({"class": workload, "path": path}, resources))

    def remove(self, path: str) -> bool:
        """Remove the workload at a path, if there is one; returns whether others are left."""
        self._workloads = [each for each in self._workloads if each[0]["path"] != path]
        return bool(self._workloads)

    def produce(self) -> Mapping[str, object]:
        """The entry, with the logical ids of the resources that the stack has."""
        attributes = [{name: get() for name, get in each.items()} for _, each in self._workloads]
        resolved = self._stack.resolve(attributes)
        return {
            "format": FORMAT,
            "workloads": [
                {**head, **{name: id_ for name, value in each.items() if (id_ := _logical_id(value))}}
                for (head, _), each in zip(self._workloads, resolved, strict=True)
            ],
        }


def _logical_id(resolved: object) -> str | None:
    """The logical id that a resolved attribute refers to; None for a resource of another stack."""
    match resolved:
        case {"Ref": str(logical_id)} | {"Fn::GetAtt": [str(logical_id), *_]}:
            return logical_id
        case _:
            return None
