"""The function in a VPC: its subnets, and the statements that let Lambda manage its network interfaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from ..core import acknowledgements
from ..core.execution_role import ExecutionRole, Statement
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..rules.network import (
    IN_VPC,
    smoke_test_network,
    vpc_options,
    vpc_subnet_public,
    vpc_subnets_exist,
)
from .settings import Settings

SELECTION: Final = (
    "availability_zones",
    "one_per_az",
    "subnet_filters",
    "subnet_group_name",
    "subnets",
    "subnet_type",
)


def check_network(settings: Settings) -> None:
    """Check that the VPC has the selected subnets, that they are private, and that there is a VPC."""
    guard, vpc, chosen = settings.guard, settings.vpc, settings.vpc_subnets
    if vpc is None:
        guard.check(
            vpc_options, ", ".join(name for name in IN_VPC if getattr(settings, name) not in (None, False))
        )
        return
    selected = _selected(guard, vpc, chosen)
    public = {subnet.subnet_id for subnet in vpc.public_subnets}
    guard.check(vpc_subnet_public, sorted(public.intersection(selected)))
    if settings.smoke_tested:
        isolated = {subnet.subnet_id for subnet in vpc.isolated_subnets}
        guard.check(smoke_test_network, sorted(isolated.intersection(selected)))


def _selected(guard: Guard, vpc: ec2.IVpc, chosen: ec2.SubnetSelection | None) -> Sequence[str]:
    """The ids of the selected subnets: CDK also reads their zones, which subnets by id do not have."""
    if chosen is not None and chosen.subnets is not None:
        selected = [subnet.subnet_id for subnet in chosen.subnets]
    else:
        given = {name: getattr(chosen, name) for name in SELECTION} if chosen is not None else {}
        try:
            found = vpc.select_subnets(**given)
        except RuntimeError as error:
            guard.refuse(vpc_subnets_exist, str(error).partition("\n")[0])
        if found.is_pending_lookup:
            return ()
        selected = found.subnet_ids
    if not selected:
        guard.refuse(vpc_subnets_exist, "it is empty")
    return selected


def allow_network_interfaces(stack: StackResources, role: ExecutionRole, function: lambda_.Function) -> None:
    """Allow network interfaces only in the function's subnets and with its security groups."""
    for actions, resources in interface_statements(stack, function):
        role.allow(actions, resources)
    acknowledge_interfaces(stack, role.role)


def interface_statements(stack: StackResources, function: lambda_.Function) -> list[Statement]:
    """The statements that let Lambda manage network interfaces of the function."""
    interfaces = stack.arn("ec2", "network-interface", "*")
    groups = function.connections.security_groups
    places = [
        *(stack.arn("ec2", "subnet", subnet_id) for subnet_id in _subnet_ids(function)),
        *(stack.arn("ec2", "security-group", group.security_group_id) for group in groups),
    ]
    change = ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
    return [(["ec2:CreateNetworkInterface"], [interfaces, *places]), (change, [interfaces])]


def acknowledge_interfaces(stack: StackResources, role: IConstruct) -> None:
    """Acknowledge that a role names network interfaces by a pattern."""
    finding = acknowledgements.granular(stack.stack, stack.arn("ec2", "network-interface", "*"))
    acknowledgements.acknowledge(role, acknowledgements.NETWORK_INTERFACES, finding)


def _subnet_ids(function: lambda_.Function) -> list[str]:
    """The subnets that CDK selected; any subnet of the account if they are known only at deployment."""
    resource = cast(lambda_.CfnFunction, function.node.default_child)
    config = cast(lambda_.CfnFunction.VpcConfigProperty, resource.vpc_config)
    subnet_ids = config.subnet_ids or []
    return ["*"] if cdk.Token.is_unresolved(subnet_ids) else subnet_ids
