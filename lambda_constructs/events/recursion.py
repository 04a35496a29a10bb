"""Finds a function that may write to the resource that triggers it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
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
        self._scope, self._role, self._action, self._resource = scope, role, action, resource
        ask(scope, "node").add_validation(self)

    def validate(self) -> list[str]:
        """The violation, if there is one."""
        resource = acknowledgements.flatten(cdk.Stack.of(self._scope).resolve(self._resource))
        rule = recursive_trigger
        for statement in self._statements():
            actions, resources = _texts(statement.get("Action")), _texts(statement.get("Resource"))
            if any(overlap(each.lower(), self._action.lower()) for each in actions) and any(
                overlap(each, resource) for each in resources
            ):
                return [f"{rule(self._action, resource)} [{rule.code}] ({rule.source})"]
        return []

    def _statements(self) -> Iterator[dict[str, Any]]:
        policies: list[Any] = []
        for child in self._role.node.find_all():
            if isinstance(child, iam.CfnPolicy):
                policies.append({"policyDocument": child.policy_document})
            elif isinstance(child, iam.CfnRole):
                policies.append(child.policies)
        resolved = cdk.Stack.of(self._role).resolve({"policies": policies})
        for each in resolved["policies"]:
            for policy in each if isinstance(each, list) else [each]:
                for statement in policy["policyDocument"]["Statement"]:
                    if statement["Effect"] == "Allow" and "Condition" not in statement:
                        yield statement


def allow_recursive_loop(function: lambda_.CfnFunction) -> None:
    """Let the function write to its trigger.

    A version does not contain this setting, but CDK hashes it into the version's logical id: a new id without
    a new version fails the deployment.
    """
    function.recursive_loop = "Allow"
    lambda_.Function.classify_version_property("RecursiveLoop", False)


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [acknowledgements.flatten(each) for each in values if each is not None]
