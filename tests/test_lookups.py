"""What CDK has not looked up yet, and networks that are known only by id or at deployment, work."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ssm as ssm

from lambda_constructs import (
    ConfigurationError,
    Cors,
    HttpApiEndpoint,
    HttpFunction,
    JwtAuthorizer,
    LoadBalancerEndpoint,
)
from tests.support import assert_refused, basics, function, new_stack, resources, worker
from tests.test_bad_values import WORKLOADS, build

HERE = cdk.Environment(account="123456789012", region="eu-west-1")


def subnet_ids(stack: cdk.Stack) -> Any:
    """The subnets of the function `Orders`."""
    ((_, resource),) = (
        each for each in resources(stack, "AWS::Lambda::Function").items() if each[0].startswith("OrdersF")
    )
    return resource["Properties"]["VpcConfig"]["SubnetIds"]


def test_every_workload_takes_resources_that_cdk_looks_up() -> None:
    for kind in WORKLOADS:
        stack = new_stack(env=HERE)
        vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-1")
        group = ec2.SecurityGroup.from_lookup_by_name(stack, "Group", "orders", vpc)
        options = {
            "vpc": vpc,
            "security_groups": [group],
            "vpc_subnets": ec2.SubnetSelection(subnet_group_name="Application"),
            "encryption_key": kms.Key.from_lookup(stack, "Key", alias_name="alias/orders"),
            "role": iam.Role.from_lookup(stack, "Role", role_name="orders"),
            "description": f"Orders of {ssm.StringParameter.value_from_lookup(stack, '/shop')}",
        }

        build(kind, stack, options)

        assert resources(stack), kind


def test_a_listener_and_texts_around_a_parameter_that_cdk_looks_up() -> None:
    stack = new_stack(env=HERE)
    name = ssm.StringParameter.value_from_lookup(stack, "/shop/domain")
    listener = elbv2.ApplicationListener.from_lookup(
        stack,
        "Listener",
        load_balancer_arn="arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/0a1b",
    )
    paths = elbv2.ListenerCondition.path_patterns(["/orders"])
    balanced = LoadBalancerEndpoint(listener=listener, priority=10, conditions=[paths])
    tokens = HttpApiEndpoint(authorizer=JwtAuthorizer(issuer=f"https://{name}/pool", audience=["orders"]))
    cors = Cors(allow_origins=[f"https://{name}"])
    HttpFunction(stack, "Balanced", endpoint=balanced, **basics())
    HttpFunction(stack, "Tokens", endpoint=tokens, cors=cors, **basics())

    assert resources(stack)


def test_the_warning_of_an_imported_key_names_the_service_without_tokens() -> None:
    stack = new_stack()
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d")
    function(stack, encryption_key=key)

    found = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
    texts = [str(each.entry.data) for each in found]
    assert any("allow logs.<Region>.<URLSuffix> to use the key" in text for text in texts)


def test_a_key_that_another_template_defines_works() -> None:
    stack = new_stack()
    resource = kms.CfnKey(stack, "Resource", key_policy={"Statement": [], "Version": "2012-10-17"})
    key = kms.Key.from_cfn_key(resource)
    for name in ("Orders", "Invoices"):
        function(stack, name, encryption_key=key)

    assert [
        str(each).count("LambdaConstructsLogs") for each in resources(stack, "AWS::KMS::Key").values()
    ] == [1]


def test_subnets_can_be_given_by_id() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc")
    subnets = [ec2.Subnet.from_subnet_id(stack, f"Subnet{number}", f"subnet-{number}") for number in (1, 2)]

    worker(stack, vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnets=subnets))

    assert subnet_ids(stack) == ["subnet-1", "subnet-2"]


def test_the_network_can_be_known_only_at_deployment() -> None:
    stack = new_stack()
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id=cdk.Fn.import_value("vpc"),
        availability_zones=cdk.Fn.get_azs(),
        private_subnet_ids=cdk.Fn.split(",", cdk.Fn.import_value("subnets")),
    )

    worker(stack, vpc=vpc)

    assert subnet_ids(stack) == {"Fn::Split": [",", {"Fn::ImportValue": "subnets"}]}


def test_public_missing_and_empty_subnets_are_refused_by_name() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc")
    for chosen, rule in (
        (ec2.SubnetSelection(subnets=vpc.public_subnets), "vpc-subnet-public"),
        (ec2.SubnetSelection(subnets=[]), "vpc-subnets"),
        (ec2.SubnetSelection(subnet_group_name="Nowhere"), "vpc-subnets"),
        (ec2.SubnetSelection(subnet_filters=[ec2.SubnetFilter.by_ids(["subnet-9"])]), "vpc-subnets"),
    ):
        with pytest.raises(ConfigurationError) as refusal:
            function(stack, vpc=vpc, vpc_subnets=chosen)
        assert refusal.value.code == rule
        assert "\n" not in str(refusal.value)

    assert_refused(function, "vpc-options", vpc_subnets=ec2.SubnetSelection())
