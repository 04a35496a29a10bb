"""Presets: in several stacks, stages and pipelines, merged, and what of them does not apply."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import pipelines
from constructs import Construct

from lambda_constructs import (
    Alarms,
    ConfigurationError,
    Durable,
    FunctionOptions,
    Idempotency,
    Linear,
    MemorySize,
    MqConsumer,
    Preset,
    ProductionFunction,
    ProvisionedConcurrency,
    SqsWorker,
)
from tests.adopted import good
from tests.support import assert_refused, function, new_stack, only, resources
from tests.test_bad_values import WORKLOADS
from tests.test_every_option import THRESHOLDS
from tests.workloads import NEEDED, build


@pytest.fixture
def house(tmp_path: Path) -> Preset:
    """A preset with code, which is an asset."""
    (tmp_path / "app.py").write_text("def handler(event, context): ...\n")
    return Preset(code=str(tmp_path), handler="app.handler", runtime=lambda_.Runtime.PYTHON_3_14)


class Shop(cdk.Stage):
    """A stack with every workload, and a stack with one of them again."""

    def __init__(self, scope: Construct, construct_id: str, preset: Preset) -> None:
        super().__init__(scope, construct_id, env=cdk.Environment(account="123456789012", region="eu-west-1"))
        for name, kinds in {"Orders": [*NEEDED], "Refunds": [*NEEDED][:1]}.items():
            stack = cdk.Stack(self, name)
            for kind in kinds:
                part = Construct(stack, kind.__name__)
                options: dict[str, object] = dict.fromkeys(("code", "handler", "runtime"))
                if kind is MqConsumer:  # one workload of the app reads a queue of a broker
                    options["queue_name"] = construct_id
                build(kind, part, **options, preset=preset)


def test_a_preset_works_in_stacks_of_several_stages(house: Preset) -> None:
    app = cdk.App()
    for name in ("Test", "Live"):
        Shop(app, name, house)

    assembly = app.synth()
    for name in ("Test", "Live"):
        assert len(assembly.get_nested_assembly(f"assembly-{name}").stacks) == 2


@pytest.mark.slow
def test_a_preset_works_in_a_pipeline(house: Preset) -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Pipeline", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    source = pipelines.CodePipelineSource.connection(
        "shop/orders",
        "main",
        connection_arn="arn:aws:codestar-connections:eu-west-1:123456789012:connection/a",
    )
    pipeline = pipelines.CodePipeline(
        stack,
        "Pipeline",
        pipeline_type=codepipeline.PipelineType.V2,
        synth=pipelines.ShellStep("Synth", input=source, commands=["npx cdk synth"]),
    )
    for name in ("Test", "Live"):
        pipeline.add_stage(Shop(stack, name, house))

    app.synth()
    assert len(pipeline.pipeline.stages) >= 4


def test_an_option_of_the_workload_wins_over_the_preset_and_the_preset_over_the_default() -> None:
    preset = Preset(memory_size=1024, timeout=cdk.Duration.seconds(7))
    for kind in NEEDED:
        stack = new_stack()
        build(kind, stack, preset=preset, memory_size=2048, timeout=None)

        functions = resources(stack, "AWS::Lambda::Function")
        (properties,) = (
            each["Properties"] for name, each in functions.items() if name.startswith("OrdersFunction")
        )
        assert (properties["MemorySize"], properties["Timeout"]) == (2048, 7), kind


def test_presets_merge_and_the_later_wins() -> None:
    one = Preset(memory_size=256, description="one", handler=None)
    two = Preset(memory_size=512)

    assert dict((one | two).options) == {"memory_size": 512, "description": "one"}
    assert dict((two | one).options) == {"memory_size": 256, "description": "one"}
    assert dict(one.but(memory_size=None).options) == {"description": "one"}
    assert dict(one.but(memory_size=1024).options) == {"memory_size": 1024, "description": "one"}
    assert dict(Preset(preset=one, description="two").options) == {"memory_size": 256, "description": "two"}
    assert dict(one.options) == {"memory_size": 256, "description": "one"}
    assert repr(one) == "Preset(memory_size=256, description='one')"


def test_the_options_of_a_preset_cannot_be_changed() -> None:
    options: Any = Preset(memory_size=256).options
    with pytest.raises(TypeError):
        options["memory_size"] = 512


def test_an_option_that_does_not_exist_is_refused_at_once() -> None:
    unknown: Any = {"memorysize": 1024}
    with pytest.raises(TypeError, match=r"Preset\(\) got an unexpected keyword argument 'memorysize'"):
        Preset(**unknown)
    with pytest.raises(TypeError, match="'memorysize'"):
        Preset().but(**unknown)


def test_an_option_of_a_wrong_type_is_refused_by_the_workload() -> None:
    wrong: Any = {"timeout": 30}
    assert_refused(function, "option-type", "preset.timeout is 30 (int)", preset=Preset(**wrong))
    assert_refused(function, "option-type", "preset is {}", preset={})


def test_alarms_that_a_workload_does_not_have_are_ignored() -> None:
    given: dict[str, Any] = {**THRESHOLDS, "dropped_events": False, "missed_run": True}
    for kind in NEEDED:
        build(kind, new_stack(), preset=Preset(alarms=Alarms(**given)))


def test_what_does_not_apply_to_an_image_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM public.ecr.aws/lambda/python:3.14\n")
    stack = new_stack()
    arn = "arn:aws:lambda:eu-west-1:123456789012:layer:tools:1"
    preset = Preset(
        handler="app.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        layers=[lambda_.LayerVersion.from_layer_version_arn(stack, "Layer", arn)],
        insights_version="1.0.498.0",
        memory_size=MemorySize.pinned(1024),
    )
    code = lambda_.DockerImageCode.from_image_asset(str(tmp_path))
    ProductionFunction(stack, "Orders", code=code, preset=preset)

    properties = only(stack, "AWS::Lambda::Function")
    assert (properties["PackageType"], properties["MemorySize"]) == ("Image", 1024)


def everything(scope: Construct) -> list[FunctionOptions]:
    """All options, in three presets, because some exclude others."""
    arn = "arn:aws:lambda:eu-west-1:123456789012:{}"
    layer = lambda_.LayerVersion.from_layer_version_arn(scope, "Layer", arn.format("layer:tools:1"))
    return [
        {
            **basic(),
            "preset": Preset(),
            "architecture": lambda_.Architecture.ARM_64,
            "memory_size": 1024,
            "timeout": cdk.Duration.seconds(5),
            "ephemeral_storage_size": 512,
            "environment": {"CURRENCY": "EUR"},
            "secrets": {"DATABASE": secretsmanager.Secret(scope, "Secret")},
            "idempotency": Idempotency(),
            "layers": [layer],
            "description": "Takes orders",
            "reserved_concurrency": 20,
            "provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=2),
            "rollout": Linear(),
            "alarms": Alarms(**THRESHOLDS),
            "tracing": lambda_.Tracing.DISABLED,
            "insights_version": "1.0.498.0",
            "log_retention": logs.RetentionDays.ONE_DAY,
            "encryption_key": kms.Key(scope, "Key"),
            "removal_policy": cdk.RemovalPolicy.DESTROY,
            "vpc": ec2.Vpc(scope, "Vpc", nat_gateways=1),
            "vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            "security_groups": [],
            "ipv6_allowed_for_dual_stack": False,
        },
        {
            "function": good(scope),
            "snap_start": True,
            "application_log_level": lambda_.ApplicationLogLevel.DEBUG,
            "system_log_level": lambda_.SystemLogLevel.DEBUG,
            "log_group": logs.LogGroup(scope, "Logs"),
            "role": iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")),
            "code_signing_config": lambda_.CodeSigningConfig.from_code_signing_config_arn(
                scope, "Signing", arn.format("code-signing-config:csc-0123456789abcdef0")
            ),
            "runtime_management_mode": lambda_.RuntimeManagementMode.FUNCTION_UPDATE,
        },
        {"durable": Durable(execution_timeout=cdk.Duration.seconds(5)), "regulated": False},
    ]


@pytest.mark.slow
def test_every_option_of_a_preset_applies_to_a_workload_or_is_ignored() -> None:
    """Whether the workload has code, an image, or a function of the app."""
    given: set[str] = set()
    for number, place in product(range(3), ("code", "image", "function")):
        for kind, needed in WORKLOADS.items():
            stack = new_stack()
            options = everything(Construct(stack, "Shared"))[number]
            given |= options.keys()
            source: dict[str, Any] = {**basic()}
            if place == "image":
                repository = ecr.Repository.from_repository_name(stack, "Images", "orders")
                source = {"code": lambda_.DockerImageCode.from_ecr(repository)}
            elif place == "function":
                source = {"function": good(stack, "Adopted")}
            required: dict[str, Any] = {name: make(stack) for name, make in needed.items()}
            kind(stack, "Orders", preset=Preset(**options), **source, **required)

    assert given == FunctionOptions.__annotations__.keys()


def test_a_log_group_and_the_retention_of_a_preset_go_together() -> None:
    stack = new_stack()
    group = logs.LogGroup(stack, "Group", retention=logs.RetentionDays.ONE_YEAR)
    function(stack, log_group=group, preset=Preset(log_retention=logs.RetentionDays.ONE_DAY))
    function(stack, "Own", log_retention=logs.RetentionDays.ONE_DAY, preset=Preset(log_group=group))

    found = [
        each["Properties"]["RetentionInDays"] for each in resources(stack, "AWS::Logs::LogGroup").values()
    ]
    assert sorted(found) == [1, 365]
    both = Preset(log_group=group, log_retention=logs.RetentionDays.ONE_DAY)
    assert_refused(function, "not-your-log-group", preset=both)


def test_options_of_the_network_are_ignored_without_a_vpc() -> None:
    stack = new_stack()
    function(stack, preset=Preset(security_groups=[]))

    assert "VpcConfig" not in only(stack, "AWS::Lambda::Function")
    assert_refused(function, "vpc-options", security_groups=[])


def test_sandbox_costs_nothing_while_idle_and_shifts_at_once() -> None:
    stack = new_stack()
    SqsWorker(stack, "Orders", preset=Preset(**basic()) | Preset.SANDBOX)

    assert resources(stack, "AWS::CloudWatch::Alarm") == {}
    assert only(stack, "AWS::Logs::LogGroup")["RetentionInDays"] == 7
    name = only(stack, "AWS::CodeDeploy::DeploymentGroup")["DeploymentConfigName"]
    assert name == "CodeDeployDefault.LambdaAllAtOnce"


def test_sandbox_works_for_every_workload() -> None:
    for kind in NEEDED:
        build(kind, new_stack(), preset=Preset.SANDBOX)


def basic() -> FunctionOptions:
    return {
        "code": lambda_.Code.from_inline("def handler(event, context): ..."),
        "handler": "index.handler",
        "runtime": lambda_.Runtime.PYTHON_3_14,
    }


def test_what_is_missing_in_workload_and_preset_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="handler is missing"):
        ProductionFunction(new_stack(), "Orders", preset=Preset(**basic()).but(handler=None))
