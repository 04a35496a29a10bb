"""docs/how-to/rename-a-workload.md: a workload that is renamed or moved loses no data."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import HttpFunction, Idempotency, ProductionFunction, RestApiEndpoint, SqsWorker
from lambda_constructs.template.changes import changes
from tests.changes.effects import DATA, MAPPING, Resources, noun, one_way, taken
from tests.changes.recipe import keep_logical_ids
from tests.changes.transitions import WORKLOADS, made
from tests.support import basics, resources, worker
from tests.workloads import ARN

KINDS: Final[list[tuple[type[ProductionFunction], dict[str, Any]]]] = [
    *((kind, {}) for kind in WORKLOADS),
    (HttpFunction, {"endpoint": RestApiEndpoint()}),
]
# Their names contain the path; a new one of each takes over before the old one is deleted.
NAMED_BY_PATH: Final = {
    "alarm",
    "API mapping",
    "deployment group",
    "permission",
    "policy",
    "role",
    "version",
}


def built(kind: type[ProductionFunction], path: str, **options: Any) -> ProductionFunction:
    """A workload at a path of a stack, whose template has the metadata that the CDK CLI asks for."""
    app = cdk.App(context={"aws:cdk:enable-path-metadata": True}, analytics_reporting=False)
    stack = cdk.Stack(app, "Shop")
    *above, construct_id = path.split("/")
    needed = made(stack, WORKLOADS[kind])
    scope: Construct = stack
    for each in above:
        scope = Construct(scope, each)
    return kind(scope, construct_id, **{**basics(), "idempotency": Idempotency(), **needed, **options})


def template(workload: ProductionFunction) -> Resources:
    return resources(cdk.Stack.of(workload))


@pytest.mark.slow
def test_a_renamed_workload_keeps_its_data_its_mapping_and_its_address() -> None:
    keep, missed = keep_logical_ids(), {}
    for kind, options in KINDS:
        before = template(built(kind, "Orders", **options))
        for path in ("Sales", "Team/Orders"):
            renamed = built(kind, path, description="Renamed", **options)
            keep(renamed, "Shop/Orders", {"Resources": before})
            after = template(renamed)
            found = changes(before, after).values()
            gone = [each for each in found if each.action in ("replace", "delete")]
            effect = one_way(before, after)
            wrong = {noun(each) for each in gone} - NAMED_BY_PATH
            if wrong or effect.kept or effect.lost or effect.replays or not effect.version:
                missed[kind.__name__, path] = wrong, effect
            assert [*taken(gone, before, after)] == [], kind

    assert missed == {}


def test_a_workload_that_is_renamed_without_it_keeps_its_data_apart() -> None:
    before, after = (template(built(SqsWorker, path)) for path in ("Orders", "Sales"))
    found = [each for each in changes(before, after).values() if each.action == "delete"]

    assert {each.type for each in found} >= {*DATA[:2], *DATA[3:], MAPPING}
    assert [each for each in found if each.type in DATA and not each.kept] == []


def test_a_workload_in_another_stack_reads_the_queues_that_the_old_one_leaves() -> None:
    before = template(built(SqsWorker, "Orders"))
    left = [each for each in changes(before, {}).values() if each.type in DATA]
    billing = cdk.Stack(cdk.App(analytics_reporting=False), "Billing")
    worker(
        billing,
        queue=sqs.Queue.from_queue_arn(billing, "Queue", ARN.format("sqs", "orders")),
        dead_letter_queue=sqs.Queue.from_queue_arn(billing, "Dead", ARN.format("sqs", "dead")),
        visibility_timeout=cdk.Duration.minutes(3),
    )

    assert [each.kept for each in left] == [True] * 4
    assert resources(billing, "AWS::SQS::Queue") == {}
    (mapping,) = resources(billing, MAPPING).values()
    assert "orders" in str(mapping["Properties"]["EventSourceArn"])
