"""What happens to data when a workload, or a resource of one, is removed or replaced."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
import pytest

from lambda_constructs import (
    ConfigurationError,
    HttpFunction,
    Idempotency,
    Preset,
    ProductionFunction,
    RestApiEndpoint,
)
from tests.support import new_stack, resources
from tests.test_bad_values import WORKLOADS, build

DATA: Final = ("AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Logs::LogGroup")
POLICIES: Final = {
    None: ("RetainExceptOnCreate", "Retain"),
    cdk.RemovalPolicy.RETAIN: ("Retain", "Retain"),
    cdk.RemovalPolicy.DESTROY: ("Delete", "Delete"),
}


def policies(stack: cdk.Stack) -> dict[str, tuple[str, str]]:
    """What CloudFormation does with the data of a workload: at its removal, and at its replacement."""
    return {
        name: (each["DeletionPolicy"], each["UpdateReplacePolicy"])
        for name, each in resources(stack).items()
        if each["Type"] in DATA and name.startswith("Orders")
    }


def test_the_data_of_every_workload_follows_its_removal_policy() -> None:
    cases: list[tuple[type[ProductionFunction], dict[str, Any]]] = [
        *((kind, {}) for kind in WORKLOADS),
        (HttpFunction, {"endpoint": RestApiEndpoint()}),
    ]
    for kind, options in cases:
        for policy, expected in POLICIES.items():
            stack = new_stack()
            build(kind, stack, {"idempotency": Idempotency(), "removal_policy": policy, **options})
            found = policies(stack)
            assert len(found) >= 2, kind
            assert set(found.values()) == {expected}, (kind, policy, found)


def test_a_sandbox_keeps_no_data() -> None:
    for kind in WORKLOADS:
        stack = new_stack()
        build(kind, stack, {"preset": Preset.SANDBOX})
        assert set(policies(stack).values()) == {("Delete", "Delete")}, kind


def test_snapshots_are_refused() -> None:
    for kind in WORKLOADS:
        stack = new_stack()
        with pytest.raises(ConfigurationError, match="removal_policy is SNAPSHOT") as refusal:
            build(kind, stack, {"removal_policy": cdk.RemovalPolicy.SNAPSHOT})
        assert refusal.value.code == "removal-policy-snapshot"
        assert stack.node.try_find_child("Orders") is None
