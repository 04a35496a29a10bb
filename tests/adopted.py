"""Functions of every class and with every property, as an app defines them itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_nodejs as nodejs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_signer as signer
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from tests.support import basics

MOUNTS: Final = "/mnt"  # where Lambda mounts file systems


def plain(scope: Construct, construct_id: str = "Fn", **options: Any) -> lambda_.Function:
    """A function as `cdk init` has it, with these options beside."""
    given: dict[str, Any] = {**basics(), **options}
    return lambda_.Function(scope, construct_id, **given)


def good(scope: Construct, construct_id: str = "Fn", **options: Any) -> lambda_.Function:
    """A function that no rule warns of."""
    role = iam.Role(scope, f"{construct_id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    given: dict[str, Any] = {
        "architecture": lambda_.Architecture.ARM_64,
        "memory_size": 512,
        "timeout": cdk.Duration.seconds(5),
        "logging_format": lambda_.LoggingFormat.JSON,
        "log_group": logs.LogGroup(scope, f"{construct_id}Logs", retention=logs.RetentionDays.ONE_MONTH),
        "role": role,
        **options,
    }
    return plain(scope, construct_id, **given)


def image(scope: Construct) -> lambda_.Function:
    """A container image."""
    repository = ecr.Repository.from_repository_name(scope, "Images", "orders")
    code = lambda_.DockerImageCode.from_ecr(repository, tag_or_digest="1")
    return lambda_.DockerImageFunction(scope, "Fn", code=code)


def traced(scope: Construct) -> lambda_.Function:
    """A function with a version, failure paths, a policy, a concurrency, and text in an own log group."""
    function = plain(
        scope,
        function_name=f"shop-{scope.node.id}",
        description="Takes orders",
        tracing=lambda_.Tracing.ACTIVE,
        log_group=logs.LogGroup(scope, "Logs"),
        reserved_concurrent_executions=10,
        dead_letter_queue=sqs.Queue(scope, "Letters"),
        retry_attempts=1,
        current_version_options=lambda_.VersionOptions(removal_policy=cdk.RemovalPolicy.RETAIN),
        recursive_loop=lambda_.RecursiveLoop.ALLOW,
    )
    function.add_environment("CURRENCY", "EUR")
    sqs.Queue(scope, "Audit").grant_send_messages(function)
    return function


def signed(scope: Construct) -> lambda_.Function:
    """A function in a VPC with a file system, and with a layer; its code is signed, its runtime managed."""
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["eu-west-1a"],
        private_subnet_ids=["subnet-0123456789abcdef0"],
    )
    group = ec2.SecurityGroup.from_security_group_id(scope, "Group", "sg-0123456789abcdef0")
    system = efs.FileSystem.from_file_system_attributes(
        scope, "Files", security_group=group, file_system_id="fs-01234567"
    )
    point = efs.AccessPoint(scope, "Point", file_system=system)
    profile = signer.SigningProfile(scope, "Profile", platform=signer.Platform.AWS_LAMBDA_SHA384_ECDSA)
    return plain(
        scope,
        vpc=vpc,
        filesystem=lambda_.FileSystem.from_efs_access_point(point, f"{MOUNTS}/files"),
        code_signing_config=lambda_.CodeSigningConfig(scope, "Signing", signing_profiles=[profile]),
        runtime_management_mode=lambda_.RuntimeManagementMode.FUNCTION_UPDATE,
        layers=[
            lambda_.LayerVersion.from_layer_version_arn(
                scope, "Layer", "arn:aws:lambda:eu-west-1:123456789012:layer:tools:1"
            )
        ],
    )


class Bundled(lambda_.Function):
    """A class of an app's own, as CDK's alpha module for Python has one."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, memory_size=512, **basics())


def python(scope: Construct) -> lambda_.Function:
    """A function of another class than CDK's own."""
    return Bundled(scope, "Fn")


def node(scope: Construct) -> lambda_.Function:
    """A Node.js function, whose code is bundled already."""
    code = lambda_.Code.from_inline("exports.handler = async () => {};")
    return nodejs.NodejsFunction(
        scope, "Fn", code=code, handler="index.handler", runtime=lambda_.Runtime.NODEJS_24_X
    )


FUNCTIONS: Final[dict[str, Callable[[Construct], lambda_.Function]]] = {
    each.__name__: each for each in (plain, good, image, traced, signed, python, node)
}
"""Functions by what is special about them."""
