"""How Lambda reaches brokers: network interfaces in their VPC, and the secrets to sign in with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_secretsmanager as secretsmanager

from ..core import acknowledgements
from ..core.guard import Guard
from ..rules.options import option_type

if TYPE_CHECKING:
    from ..core.execution_role import ExecutionRole


def check_secret(guard: Guard, option: str, secret: secretsmanager.ISecret) -> None:
    """Check that a secret is a reference to one; a value is not repeated, it could be the secret."""
    if not hasattr(secret, "secret_arn"):
        guard.refuse(option_type, option, f"a {type(secret).__name__}", "a Secrets Manager secret")


def allow_secret(role: ExecutionRole, secret: secretsmanager.ISecret) -> None:
    """Let the execution role, as which Lambda signs in, read a secret.

    Six characters that nobody knows end the ARN of a secret that was imported by its name.
    """
    role.allow(["secretsmanager:GetSecretValue"], [secret.secret_full_arn or f"{secret.secret_arn}-??????"])
    if secret.encryption_key is not None:
        role.allow(["kms:Decrypt"], [secret.encryption_key.key_arn])


def allow_broker_network(
    role: ExecutionRole, subnets: Sequence[ec2.ISubnet], security_groups: Sequence[ec2.ISecurityGroup]
) -> None:
    """Allow interfaces beside the brokers: in these subnets, with these security groups.

    Where they are not given, because brokers of AWS tell them to Lambda itself, any of the account.
    https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
    """
    stack = cdk.Stack.of(role.role)

    def arns(resource: str, names: Sequence[str]) -> list[str]:
        return [
            stack.format_arn(service="ec2", resource=resource, resource_name=name) for name in names or ["*"]
        ]

    interfaces = arns("network-interface", [])
    places = [
        *arns("subnet", [subnet.subnet_id for subnet in subnets]),
        *arns("security-group", [group.security_group_id for group in security_groups]),
    ]
    role.allow(["ec2:CreateNetworkInterface"], [*interfaces, *places])
    role.allow(["ec2:DeleteNetworkInterface"], interfaces)
    findings = [acknowledgements.granular(stack, arn) for arn in (*interfaces, *places) if arn.endswith("*")]
    acknowledgements.acknowledge(role.role, acknowledgements.SOURCE_INTERFACES, *findings)
