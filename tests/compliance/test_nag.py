"""cdk-nag finds nothing that is not acknowledged, with an honest reason and in the right place."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

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

from tests.support import worker
from tests.variants import VARIANTS

# A user's decision, not the library's: all of these have an option or belong to the user's own resources.
OWN_RESOURCES = tuple(
    f"Shop/{name}/" for name in ("Adopted", "Bucket", "Dead", "Queue", "Refunds", "Secret", "Table", "Topic")
)
PACKS = (AwsSolutionsChecks, ServerlessChecks)
ALL_PACKS = (*PACKS, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks)


def findings(
    outdir: Path, build: Callable[[cdk.Stack], None], packs: Sequence[type[NagPack]] = PACKS
) -> tuple[list[str], dict[str, str]]:
    """What packs find: unacknowledged as `rule @ path`, acknowledged with the reason."""
    app = cdk.App(outdir=str(outdir), analytics_reporting=False)
    cdk.Validations.of(app).add_plugins(*(pack(app) for pack in packs))
    build(cdk.Stack(app, "Shop"))
    with contextlib.suppress(RuntimeError):  # raised for findings, which the report lists
        app.synth()
    report = outdir / "validation-report.json"
    open_findings, acknowledged = set(), {}
    for plugin in json.loads(report.read_text())["pluginReports"]:
        if plugin["pluginName"] == "Construct Annotations":
            continue
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                open_findings.add(f"{violation['ruleName']} @ {construct['constructPath']}")
        for violation in plugin.get("suppressedViolations", []):
            for construct in violation["violatingConstructs"]:
                key = f"{violation['acknowledgedId']} @ {construct['constructPath']}"
                acknowledged[key] = violation["reason"]
    ours = {finding for finding in open_findings if not finding.partition(" @ ")[2].startswith(OWN_RESOURCES)}
    return sorted(ours), dict(sorted(acknowledged.items()))


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_is_left_unacknowledged(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    open_findings, acknowledged = findings(tmp_path, VARIANTS[name])

    assert open_findings == []
    assert acknowledged == snapshot


@pytest.mark.parametrize(
    "name", ["worker_everything_on", "events_everything_on", "stream_everything_on", "job_everything_on"]
)
def test_with_the_compliance_options_all_six_packs_find_only_inline_policies(
    name: str, tmp_path: Path
) -> None:
    """The packs that want no inline policies at all find them; the statements stand in the roles."""
    open_findings, _ = findings(tmp_path, VARIANTS[name], ALL_PACKS)

    assert {finding.partition(" @ ")[0].partition("-")[2] for finding in open_findings} <= {
        "IAMNoInlinePolicy"
    }


def test_a_wildcard_of_the_user_is_found_although_ours_are_acknowledged(tmp_path: Path) -> None:
    def build(stack: cdk.Stack) -> None:
        orders = worker(stack)
        orders.grant_principal.add_to_principal_policy(
            cdk.aws_iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"])
        )

    open_findings, _ = findings(tmp_path, build)

    assert len(open_findings) == 1
    assert open_findings[0].startswith("AwsSolutions-IAM5[Resource::*] @ Shop/Orders/Role/DefaultPolicy")


def test_a_queue_of_the_user_without_dead_letters_is_found(tmp_path: Path) -> None:
    def build(stack: cdk.Stack) -> None:
        worker(stack)
        cdk.aws_sqs.Queue(stack, "Other", enforce_ssl=True)

    open_findings, _ = findings(tmp_path, build)

    assert [finding.partition(" @ ")[0] for finding in open_findings] == [
        "AwsSolutions-SQS3",
        "Serverless-SQSRedrivePolicy",
    ]


def test_a_table_that_the_worker_writes_needs_no_acknowledgement(tmp_path: Path) -> None:
    def build(stack: cdk.Stack) -> None:
        table = dynamodb.Table(
            stack,
            "Table",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
        )
        table.grant(worker(stack), "dynamodb:PutItem")

    assert findings(tmp_path, build)[0] == []
