"""Rules for functions in a VPC: their network, and the file systems that they mount through it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from ..template.targets import FUNCTION
from ..template.template import Resource, Template
from ..template.values import Value
from .modes import FILE_SYSTEM_URL
from .names import first_of
from .ranges import Service, items
from .rule import Place, Words, at, rule, warning
from .urls import FUNCTION_API_URL

_VPC_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
# The options of the network, which need a VPC.
IN_VPC: Final = ("vpc_subnets", "security_groups", "ipv6_allowed_for_dual_stack")
_SYSTEMS: Final = "FileSystemConfigs"
_NETWORK: Final = "VpcConfig"


@rule(why="Without a VPC the option silently does nothing.", source=_VPC_URL)
def vpc_options(_: Words, options: str) -> str | None:
    """Network options need a VPC."""
    if not options:
        return None
    return f"{options} given without vpc; pass vpc=... too, or leave it out"


@rule("vpc-subnets", why="The function would have no network.", source=_VPC_URL)
def vpc_subnets_exist(_: Words, error: str) -> str | None:
    """The VPC has the subnets that `vpc_subnets` selects."""
    return f"vpc_subnets selects no subnet: {error}; choose subnets that vpc has"


@rule(
    why="A function has no public IP address: from a public subnet it reaches neither the internet nor AWS.",
    source=_VPC_URL,
)
def vpc_subnet_public(_: Words, subnets: Sequence[str]) -> str | None:
    """Functions are in private subnets."""
    if not subnets:
        return None
    return (
        f"the function would be in public subnets ({len(subnets)}), from which it cannot reach the internet; "
        "choose private subnets as vpc_subnets"
    )


@warning(
    why="The smoke test runs in the network of the function. If it does not reach Lambda and CodeDeploy, it "
    "never reports, and the deployment fails after an hour.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-endpoints.html",
)
def smoke_test_network(_: Words, isolated: Sequence[str]) -> str | None:
    """The subnets of a function with a smoke test have a route to AWS."""
    if not isolated:
        return None
    return (
        f"the smoke test would be in isolated subnets ({len(isolated)}); create interface endpoints for "
        "lambda and codedeploy and acknowledge this, or choose subnets with a route to a NAT gateway"
    )


@rule(
    why="Lambda refuses the function: it reaches a file system through the VPC of its mount targets.",
    source=FILE_SYSTEM_URL,
)
def file_system_network(_: Words, *, in_vpc: bool) -> str | None:
    """A function that mounts a file system is in a VPC."""
    if in_vpc:
        return None
    return (
        "the function mounts a file system, but is not in a VPC; set VpcConfig to the VPC of the file system"
    )


@file_system_network.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if function.given(_SYSTEMS) is True and function.count(_SYSTEMS) != 0:
            yield at(function, _SYSTEMS, in_vpc=function.given(_NETWORK))


@rule(
    why="Lambda refuses the function: the network interfaces of a function are in one VPC.",
    source=_VPC_URL,
)
def function_vpcs(_: Words, vpcs: Collection[str]) -> str | None:
    """The subnets and security groups of a function are in one VPC."""
    if len(vpcs) < 2:
        return None
    return (
        f"SubnetIds and SecurityGroupIds are in {len(vpcs)} VPCs ({first_of(sorted(vpcs))}); choose subnets "
        "and security groups of one VPC"
    )


@function_vpcs.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        network = [*function.items(_NETWORK, "SubnetIds"), *function.items(_NETWORK, "SecurityGroupIds")]
        yield at(function, _NETWORK, {name for value in network if (name := _vpc_of(template, value))})


def _vpc_of(template: Template, value: Value) -> str | None:
    """The VPC of a subnet or security group of the template, if it is known; or the VPC itself."""
    match template.referred(value):
        case Resource(type="AWS::EC2::VPC", id=name):
            return name
        case Resource(type="AWS::EC2::Subnet" | "AWS::EC2::SecurityGroup") as part:
            vpc = part.get("VpcId")
            return vpc if isinstance(vpc, str) else _vpc_of(template, vpc)
    return None


file_systems_maximum = Service("Lambda", FUNCTION_API_URL).allows(
    "file-systems-maximum",
    (0, 1),
    "",
    "the number of file systems",
    items("the number of FileSystemConfigs", FUNCTION, _SYSTEMS),
    above="mount one access point",
)
