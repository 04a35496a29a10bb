"""The function in a VPC: the statements that let Lambda manage its network interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core import acknowledgements

if TYPE_CHECKING:
    from ..core.execution_role import ExecutionRole


def allow_network_interfaces(scope: Construct, role: ExecutionRole, function: lambda_.Function) -> None:
    """Allow interfaces in the function's subnets, with its security groups, and in no others."""
    stack = cdk.Stack.of(scope)

    def arn(resource: str, name: str) -> str:
        return stack.format_arn(service="ec2", resource=resource, resource_name=name)

    interfaces = arn("network-interface", "*")
    places = [
        *(arn("subnet", subnet_id) for subnet_id in _subnet_ids(function)),
        *(arn("security-group", group.security_group_id) for group in function.connections.security_groups),
    ]
    role.allow(["ec2:CreateNetworkInterface"], [interfaces, *places])
    role.allow(
        [
            "ec2:AssignPrivateIpAddresses",
            "ec2:DeleteNetworkInterface",
            "ec2:UnassignPrivateIpAddresses",
        ],
        [interfaces],
    )
    acknowledgements.acknowledge(
        role.role, acknowledgements.NETWORK_INTERFACES, acknowledgements.granular(stack, interfaces)
    )


def _subnet_ids(function: lambda_.Function) -> list[str]:
    """The subnets that CDK selected; any of the account if it learns them at deployment."""
    resource = cast(lambda_.CfnFunction, function.node.default_child)
    config = cast(lambda_.CfnFunction.VpcConfigProperty, resource.vpc_config)
    subnet_ids = config.subnet_ids or []
    return ["*"] if cdk.Token.is_unresolved(subnet_ids) else subnet_ids
