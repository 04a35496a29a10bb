"""A release that failed is deployed again, and a worker is renamed: no message is lost."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.tests.support import observed
from lambda_constructs_emulator.kit import Aws, Deployed
from lambda_constructs_emulator.process import Emulator
from tests.deploy.inventory import resources
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


def kept(deployed: Deployed) -> dict[str, str]:
    """The physical ids of what must not be replaced, by logical id."""
    return {name: each for name, (kind, each) in resources(deployed).items() if kind in KEPT}


def test_a_failed_release_is_repeated_and_a_renamed_worker_keeps_its_messages(
    emulator: Emulator, tmp_path: Path
) -> None:
    context = {"name": "Orders", "release": "1"}
    deployed = Aws(emulator, project=PROJECT).deploy(stack=STACK, context=context)
    outputs, queue, function = deployed.outputs, deployed.queue("Orders"), deployed.function()
    cloudformation = emulator.client("cloudformation")

    def release(**context: str) -> None:
        assert deployed.release(context=context).error == ""
        assert deployed.outputs == outputs

    def processed(body: str) -> dict[str, Any]:
        def lines() -> list[Any]:
            return [line for line in function.log_lines("body") if line["body"] == body]

        (line,) = observed(lines, bool, PATIENCE)
        return {name: line[name] for name in ("release", "version")}

    assert deployed.release(context={"release": "2", "broken": "true"}).error
    assert deployed.status == "UPDATE_ROLLBACK_COMPLETE"
    release(release="2")
    queue.send("after")
    repeated = processed("after")
    assert repeated["release"] == "2"

    release(release="2", enabled="false")
    queue.send("waiting")
    before = kept(deployed)
    template = cloudformation.get_template(StackName=STACK)["TemplateBody"]
    file = tmp_path / "deployed.json"
    file.write_text(template if isinstance(template, str) else json.dumps(template))

    release(name="Sales", release="3", deployed=str(file))

    assert len(before) == 5
    assert kept(deployed) == before
    renamed = processed("waiting")
    assert renamed["release"] == "3"
    assert int(renamed["version"]) > int(repeated["version"])
    old_versions_are_pruned(deployed.aws, outputs["FunctionName"])


def old_versions_are_pruned(aws: Aws, function: str) -> None:
    """Prune what nothing needs: neither the weights of an alias nor provisioned concurrency."""
    functions = aws.client("lambda")

    def prune() -> list[str]:
        command = (sys.executable, "-m", "lambda_constructs", "ops", "prune", "Sales", "--keep", "1")
        ran = aws.run(*command, "--yes", "--json")
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
