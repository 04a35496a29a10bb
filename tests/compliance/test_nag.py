"""cdk-nag finds nothing that is not acknowledged, with an honest reason and in the right place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from cdk_nag import (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NagPack,
    NIST80053R4Checks,
    NIST80053R5Checks,
    PCIDSS321Checks,
    ServerlessChecks,
)
from constructs import Construct
from syrupy.assertion import SnapshotAssertion

from examples.activity_scores.stack import ActivityScoresStack
from examples.all_in_one.stack import AllInOneStack
from examples.daily_report.stack import DailyReportStack
from examples.event_fanout.stack import EventFanoutStack
from examples.order_worker.stack import OrderWorkerStack
from examples.task_api.stack import TaskApiStack
from examples.thumbnails.stack import ThumbnailsStack
from lambda_constructs import ApiFunction, ProductionFunction
from lambda_constructs.testing import NagFinding, all_nag_findings, nag_findings
from tests.compliance.regulated import build_regulated
from tests.support import new_stack, worker
from tests.variants import VARIANTS

# A user's decision, not the library's: all of these have an option or belong to the user's own resources.
OWN_RESOURCES = (
    "Guard",
    *(f"{name}/" for name in ("Adopted", "Bucket", "Dead", "Queue", "Refunds", "Secret", "Table", "Topic")),
)
PACKS = (AwsSolutionsChecks, ServerlessChecks)
EXAMPLES: tuple[Callable[[Construct, str], cdk.Stack], ...] = (
    ActivityScoresStack,
    AllInOneStack,
    DailyReportStack,
    EventFanoutStack,
    OrderWorkerStack,
    TaskApiStack,
    ThumbnailsStack,
)
UNBUNDLED: dict[str, object] = {"aws:cdk:bundling-stacks": []}
ALL_PACKS = (*PACKS, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks)


def ours(findings: list[NagFinding]) -> list[NagFinding]:
    """The findings without those on resources of the user."""
    return [each for each in findings if not each.path.partition("/")[2].startswith(OWN_RESOURCES)]


def findings(stack: cdk.Stack, *packs: type[NagPack]) -> list[str]:
    """The findings that are not acknowledged, as texts."""
    return [str(each) for each in ours(nag_findings(stack, *packs))]


@pytest.fixture(scope="module")
def found() -> list[NagFinding]:
    """The findings of all packs in the variants, which are one app and synthesized once."""
    app = cdk.App(analytics_reporting=False)
    for name, build in VARIANTS.items():
        build(cdk.Stack(app, name.replace("_", "-")))
    return all_nag_findings(app, *ALL_PACKS)


def test_nothing_is_left_unacknowledged(found: list[NagFinding], snapshot: SnapshotAssertion) -> None:
    left = [
        each
        for each in ours(found)
        if each.rule.startswith(("AwsSolutions", "Serverless")) and not each.reason
    ]

    assert left == []
    assert {str(each): each.reason for each in found if each.reason} == snapshot


def test_with_the_compliance_options_all_six_packs_find_only_inline_policies(found: list[NagFinding]) -> None:
    """The packs that want no inline policies at all find them; the statements stand in the roles."""
    names = ("worker-everything-on", "events-everything-on", "stream-everything-on", "job-everything-on")
    left = [each for each in ours(found) if each.path.startswith(names) and not each.reason]

    assert {each.rule.partition("-")[2] for each in left} == {"IAMNoInlinePolicy"}


def test_a_wildcard_of_the_user_is_found_although_ours_are_acknowledged() -> None:
    stack = new_stack()
    statement = cdk.aws_iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"])
    worker(stack).grant_principal.add_to_principal_policy(statement)

    assert findings(stack) == ["AwsSolutions-IAM5[Resource::*] @ Shop/Orders/Role/DefaultPolicy/Resource"]


def test_a_queue_of_the_user_without_dead_letters_is_found() -> None:
    stack = new_stack()
    worker(stack)
    cdk.aws_sqs.Queue(stack, "Other", enforce_ssl=True)

    assert [each.partition(" @ ")[0] for each in findings(stack)] == [
        "AwsSolutions-SQS3",
        "Serverless-SQSRedrivePolicy",
    ]


def test_a_table_that_the_worker_writes_needs_no_acknowledgement() -> None:
    stack = new_stack()
    table = dynamodb.Table(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
    )
    table.grant(worker(stack), "dynamodb:PutItem")

    assert findings(stack) == []


@pytest.mark.slow
def test_a_regulated_workload_leaves_nothing_unacknowledged_in_any_pack() -> None:
    """Every variant of every workload, with `Preset.REGULATED` and the preset of a house."""
    assert ours(nag_findings(build_regulated(VARIANTS), *ALL_PACKS)) == []


@pytest.mark.slow
def test_as_regulated_workloads_the_examples_leave_only_what_is_their_own() -> None:
    """Their runtimes, their grants, and the resources that are not part of a workload."""
    app = build_regulated(
        {f"Example{number}": partial(_example, kind) for number, kind in enumerate(EXAMPLES)}, **UNBUNDLED
    )
    workloads = {
        each.node.path for each in app.node.find_all() if isinstance(each, ProductionFunction | ApiFunction)
    }
    left = {
        each.rule.partition("[")[0]
        for each in nag_findings(app, *ALL_PACKS)
        if any(each.path.startswith(f"{path}/") for path in workloads) or "LambdaConstructs" in each.path
    }

    assert left == {"AwsSolutions-IAM5", "AwsSolutions-L1", "Serverless-LambdaLatestVersion"}


def _example(kind: Callable[[Construct, str], cdk.Stack], outer: cdk.Stack) -> None:
    kind(outer, "Example")


def test_regulated_defaults_leave_nothing_unacknowledged_in_any_pack() -> None:
    """Those that differ most: an API with its stage, a smoke test, a bucket, a schedule."""
    names = (
        "function_hooks",
        "http_rest_defaults",
        "http_url_everything_on",
        "events_bucket",
        "job_defaults",
    )
    app = build_regulated({name: VARIANTS[name] for name in names})

    assert ours(nag_findings(app, *ALL_PACKS)) == []
