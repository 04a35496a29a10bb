"""Templates as they are today; `make snapshots` accepts what has changed on purpose."""

from __future__ import annotations

from functools import cache
from typing import Any

import aws_cdk as cdk
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from lambda_constructs.testing import template_of
from tests.support import flags
from tests.variants import VARIANTS

# They are replaced with every release, and with every change of an API.
NEW_EACH_TIME = ("AWS::Lambda::Version", "AWS::ApiGateway::Deployment")

# They differ from other variants in few properties, which other tests cover. Their logical ids are kept.
ALMOST_THE_SAME = {"worker_fifo", "job_no_overlap", "http_public", "http_rest_streaming", "http_url_defaults"}


@pytest.fixture
def snapshot_json(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


@cache
def template(name: str) -> dict[str, Any]:
    """A variant, synthesized once, with the feature flags of a new project."""
    stack = cdk.Stack(cdk.App(context=flags(), analytics_reporting=False), "Shop")
    VARIANTS[name](stack)
    return template_of(stack)


@pytest.mark.parametrize("name", [name for name in VARIANTS if name not in ALMOST_THE_SAME])
def test_template(name: str, snapshot_json: SnapshotAssertion) -> None:
    assert template(name) == snapshot_json


@pytest.mark.parametrize("name", VARIANTS)
def test_logical_ids_are_a_contract_because_another_id_replaces_the_resource(
    name: str, snapshot_json: SnapshotAssertion
) -> None:
    ids = {
        logical_id: resource["Type"]
        for logical_id, resource in template(name)["Resources"].items()
        if resource["Type"] not in NEW_EACH_TIME
    }

    assert ids == snapshot_json
