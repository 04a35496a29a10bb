"""Templates as they are today; `make snapshots` accepts what has changed on purpose."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.support import flags
from tests.variants import VARIANTS

# Their ids change with every release, and with every change of an API.
NEW_EACH_TIME = ("AWS::Lambda::Version", "AWS::ApiGateway::Deployment")


@pytest.fixture
def snapshot_json(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.fixture(scope="module")
def templates() -> dict[str, dict[str, Any]]:
    """Every variant, synthesized once, with the feature flags of a new project."""
    found: dict[str, dict[str, Any]] = {}
    for name, build in VARIANTS.items():
        stack = cdk.Stack(cdk.App(context=flags(), analytics_reporting=False), "Shop")
        build(stack)
        found[name] = dict(assertions.Template.from_stack(stack).to_json())
    return found


@pytest.mark.parametrize("name", VARIANTS)
def test_template(name: str, templates: dict[str, dict[str, Any]], snapshot_json: SnapshotAssertion) -> None:
    assert templates[name] == snapshot_json


@pytest.mark.parametrize("name", VARIANTS)
def test_logical_ids_are_a_contract_because_another_id_replaces_the_resource(
    name: str, templates: dict[str, dict[str, Any]], snapshot_json: SnapshotAssertion
) -> None:
    ids = {
        logical_id: resource["Type"]
        for logical_id, resource in templates[name]["Resources"].items()
        if resource["Type"] not in NEW_EACH_TIME
    }

    assert ids == snapshot_json
