"""Permissions to reach brokers: network interfaces in their VPC, and secrets with credentials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aws_cdk import aws_secretsmanager as secretsmanager

from ..core import acknowledgements
from ..core.context import Context

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2

_DESCRIBE = [
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
]


def allow_secret(context: Context, secret: secretsmanager.ISecret) -> None:
    """Let the execution role, which Lambda uses to authenticate, read a secret.

    The ARN of a secret that was imported by its name ends with six characters that CDK does not know.
    """
    arn = secret.secret_full_arn or f"{secret.secret_arn}-??????"
    context.role.allow(["secretsmanager:GetSecretValue"], [arn])
    if secret.encryption_key is not None:
        context.role.allow(["kms:Decrypt"], [secret.encryption_key.key_arn])


def allow_broker_network(
    context: Context,
    subnets: Sequence[ec2.ISubnet] | None,
    security_groups: Sequence[ec2.ISecurityGroup] | None,
) -> None:
    """Allow network interfaces in the subnets of the brokers, with these security groups.

    Lambda reads the network of AWS's brokers itself; if it is not given here, the role may use any subnet and
    security group of the account.
    https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
    """
    role = context.role

    def arns(resource: str, names: Sequence[str]) -> list[str]:
        return [context.stack.arn("ec2", resource, name) for name in names or ["*"]]

    interfaces = arns("network-interface", [])
    places = [
        *arns("subnet", [subnet.subnet_id for subnet in subnets or ()]),
        *arns("security-group", [group.security_group_id for group in security_groups or ()]),
    ]
    role.allow(["ec2:CreateNetworkInterface"], [*interfaces, *places])
    role.allow(["ec2:DeleteNetworkInterface"], interfaces)
    stack = context.stack.stack
    findings = [acknowledgements.granular(stack, arn) for arn in (*interfaces, *places) if arn.endswith("*")]
    acknowledgements.acknowledge(role.holder, acknowledgements.SOURCE_INTERFACES, *findings)
    role.allow_any_resource(context.stack, "SourceVpc", _DESCRIBE, acknowledgements.SOURCE_DESCRIBE)
