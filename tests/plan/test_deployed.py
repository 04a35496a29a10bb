"""`LambdaRules(deployed=)`: a synthesis reports what the deployment of its templates loses or repeats."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import LambdaRules, SqsWorker, StreamConsumer
from lambda_constructs.audit.source import Source
from lambda_constructs.cdk_plugin import compared
from lambda_constructs.plan.effects import Effect
from lambda_constructs.plan.stacks import work_at_risk
from tests.support import basics


class Shop(cdk.Stack):
    """A stack with what changes from one release to the next."""

    def __init__(self, scope: Construct, *, release: int) -> None:
        super().__init__(scope, "Shop")
        first = release == 1
        SqsWorker(self, "Orders", queue_name=None if first else "orders", **basics())
        gone = cdk.RemovalPolicy.DESTROY
        name = "first" if first else "second"
        _, self.mails = (
            sqs.Queue(self, queue, queue_name=f"{name}-{queue}", removal_policy=gone)
            for queue in ("Trials", "Mails")
        )
        streams = [kinesis.Stream(self, f"Stream{number}") for number in range(2)]
        StreamConsumer(self, "Scores", source=streams[not first], **basics())
        if first:
            SqsWorker(cdk.NestedStack(self, "Nested"), "Old", **basics())


def synthesize(app: cdk.App, deployed: Path | None = None) -> dict[str, str]:
    """What the plugin says of each construct path, beginning with severity and code."""
    cdk.Validations.of(app).add_plugins(LambdaRules(deployed=deployed))
    with nullcontext() if deployed is None else pytest.raises(RuntimeError, match="lambda-constructs"):
        app.synth()
    report = json.loads(Path(app.outdir, "validation-report.json").read_text())
    return {
        construct["constructPath"]: f"{each['severity']} {each['ruleName']}: {each['description']}; "
        f"{each['suggestedFix']}"
        for plugin in report["pluginReports"]
        if plugin["pluginName"] == "lambda-constructs"
        for each in plugin["violations"]
        for construct in each["violatingConstructs"]
    }


def released(folder: Path, release: int) -> tuple[cdk.App, Shop]:
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    return app, Shop(cdk.Stage(app, "Prod"), release=release)


def test_a_synthesis_reports_what_its_deployment_loses_or_repeats(tmp_path: Path) -> None:
    deployed = tmp_path / "deployed"
    app, _ = released(deployed, 1)
    assert synthesize(app) == {}
    app, shop = released(tmp_path / "new", 2)
    cdk.Stack(app, "New")
    accepting = cdk.Acknowledgment(id="lambda-constructs::data-deleted", reason="nothing is in it")
    cdk.Validations.of(shop.mails).acknowledge(accepting)

    found = synthesize(app, deployed)

    removed = ("DeadLetterQueue/Resource", "Logs/Resource", "Queue/Resource")
    assert {path: said.partition(":")[0] for path, said in found.items()} == {
        "Prod/Shop/Trials/Resource": "error data-deleted",
        "Prod/Shop/Orders/Queue/Resource": "warning data-left",
        "Prod/Shop/Scores/Mapping": "warning mapping-replays",
        **{f"Prod/Shop/Nested/Old/{each}": "warning data-left" for each in removed},
    }
    assert found["Prod/Shop/Orders/Queue/Resource"] == (
        "warning data-left: Prod/Shop/Orders/Queue is replaced (QueueName), and CloudFormation keeps it with "
        "its messages, but the stack does not use it; let a function read it until it is empty, and remove "
        "that in the next deployment (docs/reference/changes.md#queues)"
    )


def source(folder: Path, stack: str, *names: str) -> Source:
    """A template with queues of these logical ids."""
    file = folder / f"{stack}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    template = {"Resources": {name: {"Type": "AWS::SQS::Queue"} for name in names}}
    file.write_text(json.dumps(template))
    return Source(file=file, text="", template=template, stack=stack)


def test_a_folder_with_a_template_for_each_stack(tmp_path: Path) -> None:
    deployed = tmp_path / "deployed"
    for stack in ("Prod/Shop", "Prod/Gone", "Shop"):
        source(deployed, stack, "Orders", "Mails")

    found = [*work_at_risk(deployed, [source(tmp_path, "Prod/Shop", "Mails"), source(tmp_path, "New")])]

    assert [(each.code, each.path) for each in found if isinstance(each, Effect)] == [
        ("data-deleted", "Prod/Shop/Orders")
    ]


def test_what_cannot_be_compared_is_said_and_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "Shop.json").write_text("{")
    source(tmp_path / "others", "Other")
    new = source(tmp_path / "new", "Shop")

    for name, reason in {
        "missing": "missing: No such file or directory",
        "others": "others has no template of a stack of this app",
        "broken": "broken/Shop.json: not valid JSON",
        "new": "new is the folder of this synthesis",
    }.items():
        found = compared(tmp_path / name, [new])
        assert {(each.rule_name, each.severity) for each in found} == {("not-judged", "warning")}
        assert reason in found[0].description
