"""Functions in a VPC, in templates: a function is in one VPC."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, found, function, parameter, ref, resource, template

CODE = "function-vpcs"


def attribute(logical_id: str, name: str) -> Json:
    return {"Fn::GetAtt": [logical_id, name]}


def shop(subnets: Any, groups: Any) -> Json:
    return template(
        {"Parameters": {"Given": parameter()}},
        Function=function(VpcConfig={"SubnetIds": subnets, "SecurityGroupIds": groups}),
        Vpc=resource("AWS::EC2::VPC"),
        Private=resource("AWS::EC2::Subnet", VpcId=ref("Vpc")),
        Web=resource("AWS::EC2::SecurityGroup", VpcId=attribute("Vpc", "VpcId")),
        Other=resource("AWS::EC2::SecurityGroup", VpcId="vpc-1234"),
        Copied=resource("AWS::EC2::SecurityGroup", VpcId=attribute("Other", "VpcId")),
        OfParameter=resource("AWS::EC2::SecurityGroup", VpcId=ref("Given")),
        NoVpc=resource("AWS::EC2::SecurityGroup"),
    )


def test_subnets_and_security_groups_are_of_one_vpc() -> None:
    for group, refused in (
        (attribute("Web", "GroupId"), False),
        (attribute("Vpc", "DefaultSecurityGroup"), False),
        (attribute("OfParameter", "GroupId"), False),
        (attribute("NoVpc", "GroupId"), False),
        (ref("Given"), False),
        ("sg-1234", False),
        (attribute("Other", "GroupId"), True),
        (ref("Other"), True),
        (attribute("Copied", "GroupId"), True),
    ):
        expected = [(CODE, "error", "Function")] if refused else []
        assert found(shop([ref("Private"), "subnet-1"], ["sg-2", group]), CODE) == expected, group
    assert found(shop(ref("Given"), [attribute("Other", "GroupId"), attribute("Web", "GroupId")]), CODE)
    assert not found(shop(ref("Given"), ref("Given")), CODE)
