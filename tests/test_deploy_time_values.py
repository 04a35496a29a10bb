"""A value that is known only at deployment publishes no version: the warning names its option."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from lambda_constructs import FunctionOptions, Idempotency, ProductionFunction
from tests.adopted import MOUNTS, good
from tests.support import basics, new_stack

Options = dict[str, Any]
WARNING: Final = "version-unpublished"
# They reach no version, or have no value that could be known at deployment only.
WITHOUT: Final = {
    "alarms",
    "application_log_level",
    "architecture",
    "code_signing_config",
    "durable",  # its durations must be known at synthesis
    "function",
    "insights_version",  # must be known at synthesis
    "ipv6_allowed_for_dual_stack",
    "log_retention",
    "preset",
    "provisioned_concurrency",
    "regulated",
    "removal_policy",
    "reserved_concurrency",
    "rollout",
    "runtime",
    "runtime_management_mode",
    "snap_start",
    "system_log_level",
    "tracing",
}


def text(scope: Construct) -> str:
    return cdk.CfnParameter(scope, "Text").value_as_string


def number(scope: Construct) -> float:
    return cdk.CfnParameter(scope, "Number", type="Number").value_as_number


def arn(scope: Construct, service: str, rest: str) -> str:
    return f"arn:aws:{service}:eu-west-1:123456789012:{rest}{text(scope)}"


def network(scope: Construct, *subnets: str) -> ec2.IVpc:
    zones = ["eu-west-1a"]
    return ec2.Vpc.from_vpc_attributes(
        scope, "Vpc", vpc_id="vpc-0a", availability_zones=zones, private_subnet_ids=list(subnets)
    )


def image(scope: Construct) -> lambda_.DockerImageCode:
    repository = ecr.Repository.from_repository_name(scope, "Repository", "orders")
    return lambda_.DockerImageCode.from_ecr(repository, tag_or_digest=text(scope))


def a_secret(scope: Construct) -> secretsmanager.ISecret:
    return secretsmanager.Secret.from_secret_complete_arn(
        scope, "Secret", arn(scope, "secretsmanager", "secret:")
    )


def a_table(scope: Construct) -> Idempotency:
    return Idempotency(table=dynamodb.Table.from_table_name(scope, "Table", text(scope)))


def a_layer(scope: Construct) -> list[lambda_.ILayerVersion]:
    return [lambda_.LayerVersion.from_layer_version_arn(scope, "Layer", arn(scope, "lambda", "layer:tools:"))]


CASES: Final[dict[str, list[tuple[Callable[[Construct], Options], str]]]] = {
    "code": [
        (lambda _: {"code": lambda_.Code.from_cfn_parameters()}, "code"),
        (
            lambda scope: {
                "code": lambda_.Code.from_bucket(s3.Bucket.from_bucket_name(scope, "B", "code"), text(scope))
            },
            "code",
        ),
        (lambda scope: {"code": image(scope), "handler": None, "runtime": None}, "code"),
    ],
    "handler": [(lambda scope: {"handler": text(scope)}, "handler")],
    "memory_size": [(lambda scope: {"memory_size": number(scope)}, "memory_size")],
    "timeout": [(lambda scope: {"timeout": cdk.Duration.seconds(number(scope))}, "timeout")],
    "ephemeral_storage_size": [
        (lambda scope: {"ephemeral_storage_size": number(scope)}, "ephemeral_storage_size")
    ],
    "environment": [
        (lambda scope: {"environment": {"KEY": text(scope)}}, "environment['KEY']"),
        (lambda _: {"environment": {"KEY": cdk.Fn.import_value("Other")}}, "environment['KEY']"),
        (lambda _: {"environment": {"KEY": "{{resolve:ssm:/limit}}"}}, "environment['KEY']"),
        (
            lambda scope: {
                "environment": {"KEY": ssm.StringParameter.value_for_string_parameter(scope, "/limit")}
            },
            "environment['KEY']",
        ),
    ],
    "secrets": [(lambda scope: {"secrets": {"KEY": a_secret(scope)}}, "environment['KEY']")],
    "idempotency": [(lambda scope: {"idempotency": a_table(scope)}, "environment['IDEMPOTENCY_TABLE']")],
    "layers": [(lambda scope: {"layers": a_layer(scope)}, "layers")],
    "description": [(lambda scope: {"description": text(scope)}, "description")],
    "log_group": [
        (lambda scope: {"log_group": logs.LogGroup.from_log_group_name(scope, "L", text(scope))}, "log_group")
    ],
    "role": [(lambda scope: {"role": iam.Role.from_role_name(scope, "R", text(scope))}, "role")],
    "encryption_key": [
        (
            lambda scope: {"encryption_key": kms.Key.from_key_arn(scope, "K", arn(scope, "kms", "key/"))},
            "encryption_key",
        )
    ],
    "vpc": [(lambda scope: {"vpc": network(scope, text(scope))}, "vpc")],
    "vpc_subnets": [
        (
            lambda scope: {
                "vpc": network(scope, "subnet-0a"),
                "vpc_subnets": ec2.SubnetSelection(
                    subnets=[ec2.Subnet.from_subnet_id(scope, "Subnet", text(scope))]
                ),
            },
            "vpc",
        )
    ],
    "security_groups": [
        (
            lambda scope: {
                "vpc": network(scope, "subnet-0a"),
                "security_groups": [ec2.SecurityGroup.from_security_group_id(scope, "G", text(scope))],
            },
            "security_groups",
        )
    ],
}
# Properties of a function of the user that no option sets, by their names in CDK.
ADOPTED: Final[dict[str, tuple[str, object]]] = {
    "fileSystemConfigs": (
        "file_system_configs",
        [{"arn": cdk.Fn.import_value("Files"), "localMountPath": f"{MOUNTS}/files"}],
    ),
    "imageConfig": ("image_config", {"command": [cdk.Fn.import_value("Command")]}),
    "deadLetterConfig": ("dead_letter_config", {"targetArn": cdk.Fn.import_value("Letters")}),
}


def said(construct: Construct) -> str:
    """What the warning says of a workload."""
    found = [
        str(each.data) for each in construct.node.metadata if f"lambda-constructs:{WARNING}" in str(each.data)
    ]
    return "; ".join(found)


def workloads(stack: cdk.Stack) -> Iterator[tuple[str, str, ProductionFunction]]:
    """A workload for each way to give an option a value that is known at deployment."""
    for option, cases in CASES.items():
        for number_of_case, (make, expected) in enumerate(cases):
            scope = Construct(stack, f"{option.title().replace('_', '')}{number_of_case}")
            given: dict[str, Any] = {
                name: value for name, value in {**basics(), **make(scope)}.items() if value is not None
            }
            yield option, expected, ProductionFunction(scope, "Orders", **given)
    for expected, (name, value) in ADOPTED.items():
        scope = Construct(stack, expected)
        function = good(scope)
        resource: Any = function.node.default_child
        resource.vpc_config = {"subnetIds": ["subnet-0a"], "securityGroupIds": ["sg-0a"]}  # for file systems
        setattr(resource, name, value)
        yield expected, expected, ProductionFunction(scope, "Orders", function=function)


def test_the_warning_names_every_option_with_a_value_that_is_known_at_deployment() -> None:
    stack = new_stack()
    built = list(workloads(stack))
    assertions.Template.from_stack(stack)

    silent = {
        (option, said(workload.function)[:200])
        for option, expected, workload in built
        if not re.search(rf"known only at deployment, in {re.escape(expected)}", said(workload.function))
    }
    assert silent == set()
    assert {*CASES, *WITHOUT} == set(FunctionOptions.__annotations__)
