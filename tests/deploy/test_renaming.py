"""A release that failed is deployed again, and a worker is renamed: no message is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.tests.support import observed
from lambda_constructs_emulator.cdk import Cdk, CdkError
from lambda_constructs_emulator.paths import ROOT
from lambda_constructs_emulator.process import Emulator
from tests.deploy.renaming.app import STACK

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

PROJECT = Path(__file__).parent / "renaming"
PATIENCE = 60.0
"""Seconds: far beyond what an invocation takes, so that only a lost message reaches it."""
KEPT = (
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::SQS::Queue",
)


def kept(emulator: Emulator) -> dict[str, str]:
    """The physical ids of what must not be replaced, by logical id."""
    pages = emulator.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    summaries = [each for page in pages for each in page["StackResourceSummaries"]]
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in summaries
        if each["ResourceType"] in KEPT
    }


def test_a_failed_release_is_repeated_and_a_renamed_worker_keeps_its_messages(
    shared_emulator: Emulator, tmp_path: Path
) -> None:
    cli = Cdk(shared_emulator, project=PROJECT)
    cli.bootstrap()
    context = {"name": "Orders", "release": "1"}
    outputs = cli.deploy(STACK, context)
    sqs, logs = shared_emulator.client("sqs"), shared_emulator.client("logs")
    cloudformation = shared_emulator.client("cloudformation")

    def processed(body: str) -> dict[str, Any]:
        def lines() -> list[Any]:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=outputs["LogGroup"])
            printed = [event["message"] for page in pages for event in page["events"]]
            found = [json.loads(line) for line in printed if line.startswith("{")]
            return [line for line in found if line.get("body") == body]

        (line,) = observed(lines, bool, PATIENCE)
        return {name: line[name] for name in ("release", "version")}

    def status() -> str:
        (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        found: str = stack["StackStatus"]
        return found

    context["release"] = "2"
    with pytest.raises(CdkError):
        cli.deploy(STACK, {**context, "broken": "true"})
    assert status() == "UPDATE_ROLLBACK_COMPLETE"
    assert cli.deploy(STACK, context) == outputs
    sqs.send_message(QueueUrl=outputs["QueueUrl"], MessageBody="after")
    repeated = processed("after")
    assert repeated["release"] == "2"

    cli.deploy(STACK, {**context, "enabled": "false"})
    sqs.send_message(QueueUrl=outputs["QueueUrl"], MessageBody="waiting")
    before = kept(shared_emulator)
    template = cloudformation.get_template(StackName=STACK)["TemplateBody"]
    deployed = tmp_path / "deployed.json"
    deployed.write_text(template if isinstance(template, str) else json.dumps(template))

    assert cli.deploy(STACK, {"name": "Sales", "release": "3", "deployed": str(deployed)}) == outputs

    assert len(before) == 5
    assert kept(shared_emulator) == before
    renamed = processed("waiting")
    assert renamed["release"] == "3"
    assert int(renamed["version"]) > int(repeated["version"])
    old_versions_are_pruned(shared_emulator, outputs["FunctionName"])


def old_versions_are_pruned(emulator: Emulator, function: str) -> None:
    """Prune what nothing needs: neither the weights of an alias nor provisioned concurrency."""
    functions = emulator.client("lambda")

    def prune() -> list[str]:
        command = [sys.executable, "-m", "lambda_constructs", "ops", "prune", "Sales", "--keep", "1"]
        ran = subprocess.run(
            [*command, "--yes", "--json"],
            env=emulator.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        deleted: list[str] = json.loads(ran.stdout)["deleted"]
        return deleted

    *old, last = (
        each["Version"] for each in functions.list_versions_by_function(FunctionName=function)["Versions"][1:]
    )
    weighted, warm = old
    routing = {"AdditionalVersionWeights": {weighted: 0.1}}
    functions.update_alias(FunctionName=function, Name="live", RoutingConfig=routing)
    functions.put_provisioned_concurrency_config(
        FunctionName=function, Qualifier=warm, ProvisionedConcurrentExecutions=1
    )
    assert prune() == []
    functions.update_alias(FunctionName=function, Name="live", RoutingConfig={"AdditionalVersionWeights": {}})
    assert prune() == [weighted]
    functions.delete_provisioned_concurrency_config(FunctionName=function, Qualifier=warm)
    assert prune() == [warm]
    assert (
        functions.invoke(FunctionName=function, Qualifier="live", Payload=b'{"Records": []}')[
            "ExecutedVersion"
        ]
        == last
    )
