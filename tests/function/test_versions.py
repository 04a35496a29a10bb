"""Which changes publish a new version, and which leave the alias where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import AllAtOnce, ProductionFunction, ProvisionedConcurrency
from tests.support import function, new_stack, resources

TWO = lambda_.Code.from_inline("def handler(event, context): ...\nother = handler\n")
BASE: dict[str, Any] = {"environment": {"TABLE": "orders"}, "code": TWO}


def version_of(options: dict[str, Any], then: Callable[[ProductionFunction], None] | None = None) -> str:
    """The logical id of the version, which changes when one is published."""
    stack = new_stack()
    orders = function(stack, **{**BASE, **options})
    if then is not None:
        then(orders)
    (version,) = resources(stack, "AWS::Lambda::Version")
    return version


@pytest.mark.parametrize(
    "options",
    [
        {"code": lambda_.Code.from_inline("def handler(event, context): ...")},
        {"memory_size": 1024},
        {"timeout": cdk.Duration.seconds(31)},
        {"environment": {"TABLE": "returns"}},
        {"handler": "index.other"},
        {"runtime": lambda_.Runtime.PYTHON_3_13},
        {"architecture": lambda_.Architecture.X86_64},
        {"description": "Takes orders"},
        {"ephemeral_storage_size": 1024},
        {"snap_start": True},
        {"application_log_level": lambda_.ApplicationLogLevel.DEBUG},
    ],
    ids=lambda options: next(iter(options)),
)
def test_a_change_of_code_or_configuration_publishes(options: dict[str, Any]) -> None:
    assert version_of(options) != version_of({})


@pytest.mark.parametrize(
    "options",
    [
        {"reserved_concurrency": 5},
        {"rollout": AllAtOnce()},
        {"provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=2)},
    ],
    ids=lambda options: next(iter(options)),
)
def test_what_is_no_part_of_a_version_publishes_none(options: dict[str, Any]) -> None:
    assert version_of(options) == version_of({})


def test_tags_and_grants_publish_no_version() -> None:
    def tag(orders: ProductionFunction) -> None:
        cdk.Tags.of(orders).add("team", "shop")

    def grant(orders: ProductionFunction) -> None:
        statement = iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"])
        orders.grant_principal.add_to_principal_policy(statement)

    assert version_of({}, tag) == version_of({}, grant) == version_of({})


def test_new_content_of_a_layer_publishes_although_its_construct_is_the_same(tmp_path: Path) -> None:
    def build(content: str) -> str:
        (tmp_path / "tools.py").write_text(content)
        stack = new_stack()
        layer = lambda_.LayerVersion(stack, "Layer", code=lambda_.Code.from_asset(str(tmp_path)))
        function(stack, layers=[layer])
        (version,) = resources(stack, "AWS::Lambda::Version")
        return version

    assert build("A = 1\n") != build("A = 2\n")
    assert build("A = 2\n") == build("A = 2\n")
