"""Options that go to the function as they are."""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_

from tests.support import assert_refused, function, new_stack, only
from tests.workloads import ARN


def test_code_is_signed_and_the_runtime_is_updated_with_the_function() -> None:
    stack = new_stack()
    arn = ARN.format("lambda", "code-signing-config:csc-0123456789abcdef0")
    signing = lambda_.CodeSigningConfig.from_code_signing_config_arn(stack, "Signing", arn)
    mode = lambda_.RuntimeManagementMode.FUNCTION_UPDATE
    function(stack, code_signing_config=signing, runtime_management_mode=mode)

    properties = only(stack, "AWS::Lambda::Function")
    assert properties["CodeSigningConfigArn"] == arn
    assert properties["RuntimeManagementConfig"] == {"UpdateRuntimeOn": "FunctionUpdate"}


def test_ipv6_needs_a_vpc() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)
    function(stack, vpc=vpc, ipv6_allowed_for_dual_stack=True)
    assert only(stack, "AWS::Lambda::Function")["VpcConfig"]["Ipv6AllowedForDualStack"] is True

    function(new_stack(), ipv6_allowed_for_dual_stack=False)
    assert_refused(function, "vpc-options", "ipv6_allowed_for_dual_stack", ipv6_allowed_for_dual_stack=True)
