"""The execution role: exactly the actions that the workload needs, on exactly the resources that it uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct, IDependable

from ..rules.role import role_not_changed
from . import acknowledgements
from .acknowledgements import Acknowledgement
from .cdk_objects import make, service
from .guard import Guard
from .stack_resources import StackResources

Statement: TypeAlias = tuple[Sequence[str], Sequence[str]]
"""Actions, and the resources for which the role allows them."""


# The id of the policy that the workloads of a stack share, its actions, and why they need any resource.
AnyResource: TypeAlias = tuple[str, Sequence[str], Acknowledgement]
TRACING: Final[AnyResource] = (
    "Tracing",
    ("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    acknowledgements.TRACING,
)
NETWORKS: Final[AnyResource] = (
    "Vpc",
    ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
    acknowledgements.VPC_DESCRIBE,
)


class ExecutionRole:
    """A role and the statements that the workload adds to it.

    Statements of a role that is created here are part of the role itself, so the function does not depend on
    another policy. Grants that users add later go to a separate policy.

    Attributes:
        role: The role that the function assumes.
        holder: The construct that contains the statements.
    """

    holder: Construct

    def __init__(
        self,
        scope: Construct,
        guard: Guard,
        given: iam.IRole | None,
        policies: Sequence[iam.ManagedPolicy],
        statements: Sequence[Statement],
    ) -> None:
        """Create the role with these policies and statements, or extend the given one."""
        self._scope, self._guard = scope, guard
        self._document: iam.PolicyDocument | None = None
        self._dependables: list[IDependable] = []
        if given is None:
            self._document = iam.PolicyDocument.from_json(document(statements))
            self.role: iam.IRole = make(
                iam.Role,
                scope,
                "Role",
                assumed_by=service("lambda.amazonaws.com"),
                inline_policies={"Workload": self._document},
                managed_policies=list(policies),
            )
        else:
            self.role = given
            for policy in policies:
                given.add_managed_policy(policy)
            for actions, resources in statements:
                self.allow(actions, resources)
        self.holder = cast(Construct, self.role)

    def allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Add one statement; warn if the role ignores it."""
        statement = make(iam.PolicyStatement, actions=list(actions), resources=list(resources))
        if self._document is not None:
            self._document.add_statements(statement)
        else:
            self.add(statement)

    def allow_apart(self, actions: Sequence[str], resources: Sequence[str]) -> Construct:
        """Add one statement that refers to the function, which depends on everything in its role.

        Returns:
            The construct that contains the statement.
        """
        apart = OwnersRole(self._scope, self._guard, self.role, [(actions, resources)])
        self._dependables += apart._dependables
        return apart.holder

    def add(self, statement: iam.PolicyStatement) -> None:
        """Add one statement to the separate policy of the role; warn if the role ignores it."""
        added = self.role.add_to_principal_policy(statement)
        policy = added.policy_dependable
        # An immutable role claims that it added the statement; an imported role that accepts it has a policy.
        took_it = isinstance(self.role, iam.Role | iam.LazyRole) or isinstance(policy, iam.Policy)
        if not (added.statement_added and took_it):
            self._guard.warn(self._scope, role_not_changed, ", ".join(statement.actions))
        elif policy is not None:
            self._dependables.append(policy)

    def allow_any_resource(
        self, stack: StackResources, construct_id: str, actions: Sequence[str], reason: Acknowledgement
    ) -> None:
        """Allow actions that have no resource types, with a policy that the workloads of the stack share."""
        policy = any_resource_policy(stack, construct_id, actions, reason)
        self.role.add_managed_policy(policy)
        if self._document is None:
            self._dependables.append(policy)

    def must_precede(self, construct: Construct) -> None:
        """Let a construct depend on the separate policy to which a given role adds its statements."""
        if self._dependables:
            construct.node.add_dependency(*self._dependables)


class OwnersRole(ExecutionRole):
    """The role of a function that the workload did not create: a policy of the workload has its statements.

    The role itself stays as it is, and so does the function, which depends on everything in its role.
    """

    def __init__(
        self, scope: Construct, guard: Guard, role: iam.IRole, statements: Sequence[Statement]
    ) -> None:
        """Add the statements; a role that accepts no policy causes a warning for each."""
        self._scope, self._guard, self.role = scope, guard, role
        self._document, self._dependables = None, []
        self.holder = cast(Construct, role)
        self._policy: iam.Policy | None = None
        for actions, resources in statements:
            self.allow(actions, resources)

    def allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Add one statement, the first one with the policy; warn if the role ignores it."""
        if self._policy is None:
            self.holder = self._policy = policy = iam.Policy(self._scope, "Access")
            self.role.attach_inline_policy(policy)
            # An immutable role ignores the policy; CDK does not tell.
            resource = cast(iam.CfnPolicy, policy.node.default_child)
            if isinstance(self.role, iam.Role) or cdk.Stack.of(policy).resolve(resource.roles):
                self._document = policy.document
                self._dependables.append(policy)
        super().allow(actions, resources)

    def allow_apart(self, actions: Sequence[str], resources: Sequence[str]) -> Construct:
        """Add one statement: its policy is not part of the role."""
        self.allow(actions, resources)
        return self.holder

    def allow_any_resource(
        self,
        stack: StackResources,  # noqa: ARG002 - a shared policy could create a circular dependency
        construct_id: str,  # noqa: ARG002
        actions: Sequence[str],
        reason: Acknowledgement,
    ) -> None:
        """Allow actions that have no resource types."""
        self.allow(actions, ["*"])
        acknowledgements.acknowledge(self.holder, reason, acknowledgements.ANY_RESOURCE)


class RoleOfAnotherStack(OwnersRole):
    """A role that another stack creates: policies of this stack have all statements, those of grants too.

    The stack of the role cannot refer to this one, whose function refers to the role.
    """

    def __init__(
        self, scope: Construct, guard: Guard, role: iam.IRole, statements: Sequence[Statement]
    ) -> None:
        """Import the role, and add the statements."""
        # CDK would take a role whose account it cannot read from the ARN for one of another account.
        resource = role.node.default_child
        # Role.customize_roles() lets CDK create none.
        path = (resource.path if isinstance(resource, iam.CfnRole) else None) or "/"
        arn = cdk.Stack.of(scope).format_arn(
            service="iam", region="", resource="role", resource_name=f"{path[1:]}{role.role_name}"
        )
        super().__init__(scope, guard, iam.Role.from_role_arn(scope, "Role", arn), statements)


def document(statements: Sequence[Statement]) -> dict[str, object]:
    """A policy with these statements; as JSON it needs only one message to CDK's process."""
    return {
        "Statement": [
            {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
            for actions, resources in statements
        ]
    }


def any_resource_policy(
    stack: StackResources, construct_id: str, actions: Sequence[str], reason: Acknowledgement
) -> iam.ManagedPolicy:
    """A policy that the workloads of a stack share, for actions that need the resource `*`."""

    def create(scope: Construct, construct_id: str) -> iam.ManagedPolicy:
        statement = iam.PolicyStatement(actions=list(actions), resources=["*"])
        policy = iam.ManagedPolicy(scope, construct_id, statements=[statement])
        acknowledgements.acknowledge(policy, reason, acknowledgements.ANY_RESOURCE)
        return policy

    return stack.once(construct_id, create)
