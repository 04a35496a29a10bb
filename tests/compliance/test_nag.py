"""cdk-nag finds nothing that is not acknowledged, with an honest reason and in the right place."""

from __future__ import annotations

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
from syrupy.assertion import SnapshotAssertion

from lambda_constructs.testing import NagFinding, all_nag_findings, nag_findings
from tests.support import new_stack, worker
from tests.variants import VARIANTS

# A user's decision, not the library's: all of these have an option or belong to the user's own resources.
OWN_RESOURCES = tuple(
    f"{name}/" for name in ("Adopted", "Bucket", "Dead", "Queue", "Refunds", "Secret", "Table", "Topic")
)
PACKS = (AwsSolutionsChecks, ServerlessChecks)
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
