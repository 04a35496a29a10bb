"""Permissions to reach brokers: network interfaces in their VPC, and secrets with credentials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aws_cdk import aws_secretsmanager as secretsmanager

from ..core import acknowledgements
from ..core.context import Context
from ..core.execution_role import Statement
from ..core.stack_resources import StackResources

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2

_DESCRIBE = [
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
]


def secret_statements(secret: secretsmanager.ISecret) -> list[Statement]:
    """Let the execution role, which Lambda uses to authenticate, read a secret.

    The ARN of a secret that was imported by its name ends with six characters that CDK does not know.
    """
    arn = secret.secret_full_arn or f"{secret.secret_arn}-??????"
    statements: list[Statement] = [(["secretsmanager:GetSecretValue"], [arn])]
    if (key := secret.encryption_key) is not None:
        statements.append((["kms:Decrypt"], [key.key_arn]))
    return statements


def network_statements(
    stack: StackResources,
    subnets: Sequence[ec2.ISubnet] | None,
    security_groups: Sequence[ec2.ISecurityGroup] | None,
) -> list[Statement]:
    """Allow network interfaces in the subnets of the brokers, with these security groups.

    Lambda reads the network of AWS's brokers itself; if it is not given here, the role may use any subnet and
    security group of the account.
    https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
    """

    def arns(resource: str, names: Sequence[str]) -> list[str]:
        return [stack.arn("ec2", resource, name) for name in names or ["*"]]

    interfaces = arns("network-interface", [])
    places = [
        *arns("subnet", [subnet.subnet_id for subnet in subnets or ()]),
        *arns("security-group", [group.security_group_id for group in security_groups or ()]),
    ]
    return [
        (["ec2:CreateNetworkInterface"], [*interfaces, *places]),
        (["ec2:DeleteNetworkInterface"], interfaces),
    ]


def describe_network(context: Context, statements: Sequence[Statement]) -> None:
    """Let the role describe networks; acknowledge what `network_statements` cannot narrow further."""
    stack, role = context.stack, context.role
    arns = dict.fromkeys(arn for _, resources in statements for arn in resources if arn.endswith("*"))
    findings = [acknowledgements.granular(stack.stack, arn) for arn in arns]
    acknowledgements.acknowledge(role.holder, acknowledgements.SOURCE_INTERFACES, *findings)
    role.allow_any_resource(stack, "SourceVpc", _DESCRIBE, acknowledgements.SOURCE_DESCRIBE)
