"""The execution role: exactly what the workload does, on exactly the resources it does it to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct, IDependable

from ..rules.role import role_not_changed
from . import acknowledgements
from .guard import Guard
from .stack_resources import Shared


class ExecutionRole:
    """A role and the statements that the bundle adds to it.

    Statements for a role made here stand in the role itself: the function then needs no dependency on a
    policy of its own, and what users grant lands in a policy beside it.

    Attributes:
        role: The role that the function assumes.
    """

    def __init__(
        self,
        scope: Construct,
        guard: Guard,
        given: iam.IRole | None,
        shared_policies: Sequence[iam.ManagedPolicy],
        statements: Sequence[tuple[Sequence[str], Sequence[str]]],
    ) -> None:
        """Create the role with these statements, actions and resources each, or extend the given one."""
        self._scope, self._guard = scope, guard
        self._document: iam.PolicyDocument | None = None
        self._dependables: list[IDependable] = []
        if given is None:
            # One message to CDK's process, where statement objects would take three each.
            self._document = iam.PolicyDocument.from_json(
                {
                    "Statement": [
                        {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
                        for actions, resources in statements
                    ]
                }
            )
            self.role: iam.IRole = iam.Role(
                scope,
                "Role",
                assumed_by=_lambda_service(),
                inline_policies={"Workload": self._document},
                managed_policies=list(shared_policies),
            )
        else:
            self.role = given
            for policy in shared_policies:
                given.add_managed_policy(policy)
            for actions, resources in statements:
                self.allow(actions, resources)

    def allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Add one statement; warn if the role is one that ignores it."""
        statement = iam.PolicyStatement(actions=list(actions), resources=list(resources))
        if self._document is not None:
            self._document.add_statements(statement)
            return
        added = self.role.add_to_principal_policy(statement)
        policy = added.policy_dependable
        # A frozen role pretends that the statement was added; an imported one that takes it has a policy.
        took_it = isinstance(self.role, iam.Role | iam.LazyRole) or isinstance(policy, iam.Policy)
        if not (added.statement_added and took_it):
            self._guard.warn(self._scope, role_not_changed, ", ".join(actions))
        elif policy is not None:
            self._dependables.append(policy)

    def attach(self, policy: iam.ManagedPolicy) -> None:
        """Add a policy that the workloads of the stack share."""
        self.role.add_managed_policy(policy)
        if self._document is None:
            self._dependables.append(policy)

    def must_precede(self, construct: Construct) -> None:
        """Let a construct wait for the statements that a given role keeps in a policy of its own."""
        if self._dependables:
            construct.node.add_dependency(*self._dependables)


@cache
def _lambda_service() -> iam.ServicePrincipal:
    return iam.ServicePrincipal("lambda.amazonaws.com")


def own_statements(
    log_group: logs.ILogGroup, key: kms.IKey | None
) -> list[tuple[Sequence[str], Sequence[str]]]:
    """What every function does: write its log group, and decrypt its environment."""
    write = (["logs:CreateLogStream", "logs:PutLogEvents"], [log_group.log_group_arn])
    return [write, *([] if key is None else [(["kms:Decrypt"], [key.key_arn])])]


def shared_statements(shared: Shared, *, traced: bool, vpc: bool) -> list[iam.ManagedPolicy]:
    """The stack's policies that a function needs."""
    return [*([tracing_policy(shared)] if traced else []), *([vpc_policy(shared)] if vpc else [])]


def tracing_policy(shared: Shared) -> iam.ManagedPolicy:
    """The stack's one policy for X-Ray, whose actions know no resources."""
    return _star_policy(
        shared,
        "Tracing",
        ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        acknowledgements.TRACING,
    )


def vpc_policy(shared: Shared) -> iam.ManagedPolicy:
    """The stack's one policy for describing networks, whose actions know no resources."""
    return _star_policy(
        shared,
        "Vpc",
        ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
        acknowledgements.VPC_DESCRIBE,
    )


def streams_policy(shared: Shared) -> iam.ManagedPolicy:
    """The stack's one policy for the streams of tables, whose listing knows no resources."""
    return _star_policy(shared, "Streams", ["dynamodb:ListStreams"], acknowledgements.LIST_STREAMS)


def source_vpc_policy(shared: Shared) -> iam.ManagedPolicy:
    """The stack's one policy for reaching brokers in their VPC, whose actions know no resources."""
    return _star_policy(
        shared,
        "SourceVpc",
        [
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        acknowledgements.SOURCE_DESCRIBE,
    )


def msk_policy(shared: Shared) -> iam.ManagedPolicy:
    """The stack's one policy for finding the brokers of MSK clusters, which knows no resources."""
    return _star_policy(shared, "Msk", ["kafka:GetBootstrapBrokers"], acknowledgements.MSK_BROKERS)


def _star_policy(shared: Shared, construct_id: str, actions: Sequence[str], reason: str) -> iam.ManagedPolicy:
    def make(scope: Construct, construct_id: str) -> iam.ManagedPolicy:
        statement = iam.PolicyStatement(actions=list(actions), resources=["*"])
        policy = iam.ManagedPolicy(scope, construct_id, statements=[statement])
        acknowledgements.acknowledge(policy, reason, acknowledgements.ANY_RESOURCE)
        return policy

    return shared.once(construct_id, make)
