"""Finds a function that may write to the resource that triggers it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from constructs import Construct, IValidation

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..rules.patterns import overlap
from ..rules.recursion import recursive_trigger


@jsii.implements(IValidation)
class NoRecursion:
    """Checks the permissions of the execution role at synthesis, when all of them are known.

    It ignores statements with a condition.
    """

    def __init__(self, scope: Construct, role: iam.IRole, action: str, resource: str) -> None:
        """Check that `role` may not call `action` on `resource`, a pattern of ARNs."""
        self._role, self._action, self._resource = role, action, resource
        ask(scope, "node").add_validation(self)

    def validate(self) -> list[str]:
        """The violation, if there is one."""
        policies: list[Any] = []
        for child in self._role.node.find_all():
            if isinstance(child, iam.CfnPolicy):
                policies.append([{"policyDocument": child.policy_document}])
            elif isinstance(child, iam.CfnRole):
                policies.append(child.policies or [])
        # One message resolves everything.
        resolved = cdk.Stack.of(self._role).resolve({"resource": self._resource, "policies": policies})
        resource, rule = acknowledgements.flatten(resolved["resource"]), recursive_trigger
        for statement in _statements(resolved["policies"]):
            actions, resources = _texts(statement.get("Action")), _texts(statement.get("Resource"))
            if any(overlap(each.lower(), self._action.lower()) for each in actions) and any(
                overlap(each, resource) for each in resources
            ):
                return [f"{rule(self._action, resource)} [{rule.code}] ({rule.source})"]
        return []


def _statements(policies: list[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """The statements that allow something without a condition."""
    for policy in chain.from_iterable(policies):
        for statement in policy.get("policyDocument", {}).get("Statement", ()):
            if statement["Effect"] == "Allow" and "Condition" not in statement:
                yield statement


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [acknowledgements.flatten(each) for each in values if each is not None]
