"""Functions whose code is a container image, or a path: in every workload, and what they exclude."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambda_constructs import (
    AllAtOnce,
    CognitoTrigger,
    FunctionUrlEndpoint,
    HttpFunction,
    ProductionFunction,
    ProvisionedConcurrency,
)
from lambda_constructs.audit import audit
from lambda_constructs.rules.image import EXCLUDED
from tests.support import assert_refused, function, new_stack, only, resources, warnings
from tests.workloads import NEEDED, build

ARM64 = ecr_assets.Platform.LINUX_ARM64
SIGNING = "arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdef0"
IMAGE: dict[str, Any] = {"handler": None, "runtime": None}
EXCLUDED_VALUES: dict[str, Callable[[Construct], object]] = {
    "handler": lambda _: "app.handler",
    "runtime": lambda _: lambda_.Runtime.PYTHON_3_14,
    "layers": lambda scope: [
        lambda_.LayerVersion.from_layer_version_arn(scope, "Layer", "arn:aws:lambda:eu-west-1:1:layer:a:1")
    ],
    "insights_version": lambda _: "1.0.498.0",
    "code_signing_config": lambda scope: lambda_.CodeSigningConfig.from_code_signing_config_arn(
        scope, "Signing", SIGNING
    ),
    "runtime_management_mode": lambda _: lambda_.RuntimeManagementMode.FUNCTION_UPDATE,
}


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A folder that Docker can build."""
    (tmp_path / "Dockerfile").write_text("FROM public.ecr.aws/lambda/python:3.14\nCOPY app.py .\n")
    (tmp_path / "app.py").write_text("def handler(event, context): ...\n")
    return str(tmp_path)


def repository(scope: Construct) -> ecr.IRepository:
    return ecr.Repository.from_repository_name(scope, "Repository", "orders")


def images(folder: str, scope: Construct) -> list[lambda_.Code | lambda_.DockerImageCode]:
    """An image of every kind."""
    return [
        lambda_.DockerImageCode.from_image_asset(folder),
        lambda_.DockerImageCode.from_ecr(repository(scope), tag_or_digest="1"),
        lambda_.Code.from_asset_image(folder, platform=ARM64),
        lambda_.Code.from_ecr_image(ecr.Repository.from_repository_name(scope, "Other", "orders")),
    ]


def test_every_workload_takes_every_kind_of_image(folder: str) -> None:
    workloads: dict[type[ProductionFunction], dict[str, Callable[[Construct], object]]] = {
        **NEEDED,
        HttpFunction: {},
        CognitoTrigger: cognito_needs(),
    }
    for kind, needed in workloads.items():
        for number in range(4):
            stack = new_stack()
            given: dict[str, Any] = {name: make(stack) for name, make in needed.items()}
            kind(stack, "Orders", code=images(folder, stack)[number], **given)

            template = resources(stack, "AWS::Lambda::Function")
            (properties,) = (
                each["Properties"] for name, each in template.items() if name.startswith("OrdersFunction")
            )
            assert properties["PackageType"] == "Image", kind
            assert "ImageUri" in properties["Code"], kind
            assert {"Handler", "Runtime", "Layers"}.isdisjoint(properties), kind
            assert properties["Architectures"] == ["arm64"], kind
            assert [name for name in warnings(stack) if name.startswith("lambda-constructs")] == [], kind


def cognito_needs() -> dict[str, Callable[[Construct], object]]:
    return {
        "user_pool": lambda scope: cognito.UserPool(scope, "Users"),
        "operation": lambda _: cognito.UserPoolOperation.PRE_SIGN_UP,
    }


def platforms(stack: cdk.Stack) -> list[str | None]:
    """The platforms of the images that the CDK command line will build for a stack."""
    assembly = cdk.App.of(stack).synth()  # type: ignore[union-attr]
    manifest = json.loads((Path(assembly.directory) / f"{stack.stack_name}.assets.json").read_text())
    return [each["source"].get("platform") for each in manifest["dockerImages"].values()]


@pytest.mark.parametrize(
    ("architecture", "platform"),
    [
        (None, "linux/arm64"),
        (lambda_.Architecture.ARM_64, "linux/arm64"),
        (lambda_.Architecture.X86_64, "linux/amd64"),
    ],
)
def test_cdk_builds_an_image_for_the_architecture(
    folder: str, architecture: lambda_.Architecture | None, platform: str
) -> None:
    stack = new_stack()
    code = lambda_.DockerImageCode.from_image_asset(folder, cmd=["app.handler"])
    function(stack, code=code, architecture=architecture, **IMAGE)

    assert platforms(stack) == [platform]
    assert only(stack, "AWS::Lambda::Function")["ImageConfig"] == {"Command": ["app.handler"]}


def test_a_ready_made_image_names_the_platform_of_the_function(folder: str) -> None:
    code = lambda_.Code.from_asset_image(folder)
    fix = 'use DockerImageCode.from_image_asset(...), or pass platform=Platform.custom("linux/arm64")'
    assert_refused(function, "image-platform", "does not name a platform", fix, code=code, **IMAGE)
    code = lambda_.Code.from_asset_image(folder, platform=ecr_assets.Platform.LINUX_AMD64)
    assert_refused(function, "image-platform", "is built for linux/amd64", code=code, **IMAGE)

    stack = new_stack()
    function(stack, code=code, architecture=lambda_.Architecture.X86_64, **IMAGE)
    function(stack, "Refunds", code=code, architecture=lambda_.Architecture.X86_64, **IMAGE)
    assert platforms(stack) == ["linux/amd64"]


def test_the_platform_of_an_image_that_another_function_created_is_not_known(folder: str) -> None:
    stack = new_stack()
    code = lambda_.Code.from_asset_image(folder)
    plain: dict[str, Any] = {"handler": lambda_.Handler.FROM_IMAGE, "runtime": lambda_.Runtime.FROM_IMAGE}
    lambda_.Function(stack, "Plain", code=code, **plain)
    function(stack, code=code, **IMAGE)

    assert "lambda-constructs:image-platform" in warnings(stack)


def test_a_synthesis_finds_an_image_for_another_platform_whatever_builds_it(folder: str) -> None:
    app, amd64 = cdk.App(), ecr_assets.Platform.LINUX_AMD64
    stack = cdk.Stack(app, "Shop")
    image = ecr_assets.DockerImageAsset(stack, "Image", directory=folder, platform=amd64)
    codes = {
        "Pushed": lambda_.DockerImageCode.from_ecr(image.repository, tag_or_digest=image.image_tag),
        "Built": lambda_.DockerImageCode.from_image_asset(folder, platform=amd64),
        "Default": lambda_.DockerImageCode.from_image_asset(folder),
        "Elsewhere": lambda_.DockerImageCode.from_ecr(repository(stack), tag_or_digest="1"),
    }
    for construct_id, code in codes.items():
        function(stack, construct_id, code=code, **IMAGE)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    source = json.loads((Path(app.outdir) / "Shop.template.json").read_text())
    found = [each for each in audit("Shop", source, Path(app.outdir)) if each.code == "image-platform"]
    assert {each.resource.partition("Function")[0] for each in found} == {"Built", "Pushed"}


def test_what_an_image_excludes_is_refused_by_name(folder: str) -> None:
    assert EXCLUDED_VALUES.keys() == EXCLUDED.keys()
    for kind in NEEDED:
        for name, make in EXCLUDED_VALUES.items():
            stack = new_stack()
            options = {**IMAGE, "code": lambda_.DockerImageCode.from_image_asset(folder), name: make(stack)}
            with pytest.raises(Exception, match=re.escape(f"{name} given for a container image")) as refusal:
                build(kind, stack, **options)
            assert getattr(refusal.value, "code", None) == "image-excludes", kind
            assert stack.node.try_find_child("Orders") is None


def test_no_layers_are_no_layers(folder: str) -> None:
    stack = new_stack()
    function(stack, code=lambda_.DockerImageCode.from_image_asset(folder), layers=[], **IMAGE)

    assert "Layers" not in only(stack, "AWS::Lambda::Function")


def test_snap_start_takes_images_and_excludes_what_it_excludes_of_others(folder: str) -> None:
    stack = new_stack()
    code = lambda_.DockerImageCode.from_image_asset(folder)
    function(stack, code=code, snap_start=True, **IMAGE)
    assert only(stack, "AWS::Lambda::Function")["SnapStart"] == {"ApplyOn": "PublishedVersions"}

    warm = ProvisionedConcurrency(minimum=1, maximum=1)
    assert_refused(
        function,
        "snap-start-exclusions",
        code=code,
        snap_start=True,
        provisioned_concurrency=warm,
        rollout=AllAtOnce(),
        **IMAGE,
    )


def test_an_image_may_stream_whatever_it_runs(folder: str) -> None:
    stack = new_stack()
    code = lambda_.DockerImageCode.from_image_asset(folder)
    HttpFunction(stack, "Orders", code=code, endpoint=FunctionUrlEndpoint(response_streaming=True))

    assert [name for name in warnings(stack) if name.startswith("lambda-constructs")] == []


def test_a_path_is_an_asset_of_each_construct(folder: str) -> None:
    app = cdk.App()
    stacks = [cdk.Stack(app, name) for name in ("Test", "Live")]
    for stack in stacks:
        function(stack, code=folder, handler="app.handler")
    hashes = {str(only(stack, "AWS::Lambda::Function")["Code"]["S3Key"]) for stack in stacks}
    (Path(folder) / "__pycache__").mkdir()
    (Path(folder) / "__pycache__" / "app.cpython-314.pyc").write_text("")
    stack = new_stack()
    function(stack, code=folder, handler="app.handler")
    hashes.add(str(only(stack, "AWS::Lambda::Function")["Code"]["S3Key"]))

    assert len(hashes) == 1


def test_code_of_another_stack_is_refused_before_anything_is_created(folder: str) -> None:
    for code in (lambda_.Code.from_asset(folder), lambda_.Code.from_asset_image(folder, platform=ARM64)):
        first = cdk.Stack(cdk.App(), "Test")
        options = IMAGE if isinstance(code, lambda_.AssetImageCode) else {}
        function(first, code=code, **options)
        function(first, "Refunds", code=code, **options)
        fix = "code belongs to stack Test already; pass the path instead of Code.from_asset(path)"
        assert_refused(function, "code-of-another-stack", fix, code=code, **options)


def test_code_that_is_no_image_needs_handler_and_runtime() -> None:
    kinds: list[type[ProductionFunction]] = [*NEEDED]
    for kind in kinds:
        for name in ("handler", "runtime"):
            with pytest.raises(Exception, match=f"{name} is missing"):
                build(kind, new_stack(), **{name: None})
