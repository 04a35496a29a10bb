"""A deployed app moves to a worker: no resource is replaced, and no message is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.tests.support import observed, printed
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.process import Emulator
from tests.deploy.adoption.app import STACK

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

PROJECT = Path(__file__).parent / "adoption"
PATIENCE = 60.0
"""Seconds: far beyond what an invocation takes, so that only a lost message reaches it."""
KEPT = ("AWS::IAM::Role", "AWS::Lambda::Function", "AWS::SQS::Queue")


def resources(emulator: Emulator) -> dict[str, tuple[str, str]]:
    """The type and the physical id of the deployed resources, by logical id."""
    pages = emulator.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    return {
        each["LogicalResourceId"]: (each["ResourceType"], each["PhysicalResourceId"])
        for page in pages
        for each in page["StackResourceSummaries"]
    }


def test_a_message_that_waits_while_the_app_moves_is_processed_by_the_alias(
    shared_emulator: Emulator,
) -> None:
    cli = Cdk(shared_emulator, project=PROJECT)
    cli.bootstrap()
    outputs = cli.deploy(STACK)
    before = resources(shared_emulator)
    lambda_, sqs = shared_emulator.client("lambda"), shared_emulator.client("sqs")

    def processed(*bodies: str) -> list[dict[str, str]]:
        return observed(
            lambda: printed(shared_emulator, outputs["FunctionName"]),
            lambda lines: {line["body"] for line in lines} >= {*bodies},
            PATIENCE,
        )

    sqs.send_message(QueueUrl=outputs["QueueUrl"], MessageBody="before")
    assert processed("before") == [{"body": "before", "invoked": outputs["FunctionName"]}]
    (mapping,) = lambda_.list_event_source_mappings()["EventSourceMappings"]
    lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    sqs.send_message(QueueUrl=outputs["QueueUrl"], MessageBody="waiting")

    assert cli.deploy(STACK, {"adopted": "true"}) == outputs

    assert processed("waiting")[1:] == [{"body": "waiting", "invoked": "live"}]
    after = resources(shared_emulator)
    kept = {name: each for name, each in before.items() if each[0] in KEPT}
    assert len(kept) == 4
    assert kept == {name: after.get(name) for name in kept}
    (moved,) = lambda_.list_event_source_mappings()["EventSourceMappings"]
    assert moved["FunctionArn"] == f"{outputs['FunctionArn']}:live"
    cli.destroy(STACK)
