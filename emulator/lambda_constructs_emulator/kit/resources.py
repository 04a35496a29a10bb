"""Finds the resources of a deployed stack by the names that its code gives them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from ..clients import Client

_METADATA: Final = "lambda-constructs"
_PATH: Final = "aws:cdk:path"
_SUFFIX: Final = "[0-9A-F]{8}"


class Resources:
    """The resources of a stack, as its template describes them.

    Args:
        client: a client of CloudFormation.
        stack: the stack's name.
    """

    def __init__(self, client: Client, stack: str) -> None:
        self._client, self._stack = client, stack

    def physical_id(self, name: str, role: str, *types: str) -> str:
        """The physical id of a resource, found as `logical_id` does."""
        return self._physical(self.logical_id(name, role, *types))

    def logical_id(self, name: str, role: str, *types: str) -> str:
        """The logical id of a workload's resource in that role, or else of a resource of these types.

        Args:
            name: A construct id, or the end of a construct path. Empty: the only one of the stack.
            role: The role in the metadata of a workload, such as `queue`; empty for resources alone.
            types: The resource types.

        Raises:
            LookupError: The stack has several, or none. The message lists them.
        """
        found = self._of_workloads(name, role) or self._of_types(name, types)
        if len(found) != 1:
            wanted = f"{types[0]} for {name!r}" if name else types[0]
            there = ", ".join(self._of_workloads("", role) + self._of_types("", types)) or "none"
            raise LookupError(f"{self._stack} has {len(found)} resources {wanted}, not one; it has: {there}")
        return found[0]

    def alarm(self, name: str) -> str:
        """The name in CloudWatch of the alarm whose construct path contains this.

        Raises:
            LookupError: The stack has several, or none. The message lists them.
        """
        alarms = self._of_types("", ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"))
        found = [each for each in alarms if name.replace("/", "") in each]
        if len(found) != 1:
            raise LookupError(f"{self._stack} has {len(found)} alarms {name!r}, not one; it has: {alarms}")
        return self._physical(found[0])

    def rollout_alarms(self) -> set[str]:
        """The names in CloudWatch of the alarms that stop a rollout of the stack."""
        found = set()
        for group in self._of_types("", ("AWS::CodeDeploy::DeploymentGroup",)):
            watched = self._template["Resources"][group]["Properties"].get("AlarmConfiguration", {})
            for name in (each["Name"] for each in watched.get("Alarms", [])):
                if isinstance(name, str):
                    found.add(name)
                elif "Ref" in name:
                    found.add(self._physical(name["Ref"]))
        return found

    def alias(self, name: str) -> str:
        """The name of the alias that belongs to a workload's function; empty without a workload."""
        aliases = self._of_workloads(name, "alias")
        if len(aliases) != 1:
            return ""
        return str(self._template["Resources"][aliases[0]]["Properties"]["Name"])

    @cached_property
    def _template(self) -> Mapping[str, Any]:
        body = self._client.get_template(StackName=self._stack)["TemplateBody"]
        template: Mapping[str, Any] = json.loads(body) if isinstance(body, str) else body
        return template

    def _physical(self, logical_id: str) -> str:
        described = self._client.describe_stack_resource(StackName=self._stack, LogicalResourceId=logical_id)
        return str(described["StackResourceDetail"]["PhysicalResourceId"])

    def _of_workloads(self, name: str, role: str) -> list[str]:
        workloads = self._template.get("Metadata", {}).get(_METADATA, {}).get("workloads", [])
        return [each[role] for each in workloads if role in each and (not name or _ends(each["path"], name))]

    def _of_types(self, name: str, types: tuple[str, ...]) -> list[str]:
        return [
            logical_id
            for logical_id, each in self._template["Resources"].items()
            if each["Type"] in types and (not name or _is_of(each, logical_id, name))
        ]


def _ends(path: str, name: str) -> bool:
    return f"/{path}".endswith(f"/{name}")


def _is_of(resource: Mapping[str, Any], logical_id: str, name: str) -> bool:
    """Whether a resource is the one that CDK created for a construct; not each template has paths."""
    path = resource.get("Metadata", {}).get(_PATH)
    if path is None:
        return re.fullmatch(f"{re.escape(name.replace('/', ''))}({_SUFFIX})?", logical_id) is not None
    return _ends(path.removesuffix("/Resource"), name)
