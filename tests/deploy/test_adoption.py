"""A deployed app moves to workloads: nothing is replaced, and no message or record is lost or repeated."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from emulator.tests.support import observed, printed
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.process import Emulator
from tests.deploy.adoption.app import STACK, STREAM_MAPPING

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

PROJECT = Path(__file__).parent / "adoption"
PATIENCE = 60.0
"""Seconds: far beyond what an invocation takes, so that only a lost message reaches it."""
KEPT = ("AWS::DynamoDB::Table", "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::SQS::Queue")


def resources(emulator: Emulator) -> dict[str, tuple[str, str]]:
    """The type and the physical id of the deployed resources, by logical id."""
    pages = emulator.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    return {
        each["LogicalResourceId"]: (each["ResourceType"], each["PhysicalResourceId"])
        for page in pages
        for each in page["StackResourceSummaries"]
    }


def test_nothing_that_waits_while_the_app_moves_is_lost_or_processed_again(shared_emulator: Emulator) -> None:
    cli = Cdk(shared_emulator, project=PROJECT)
    cli.bootstrap()
    outputs = cli.deploy(STACK)
    before = resources(shared_emulator)
    lambda_, sqs = shared_emulator.client("lambda"), shared_emulator.client("sqs")
    names = {"queue": outputs["FunctionName"], "stream": outputs["ScoresName"]}

    def send(body: str) -> None:
        sqs.send_message(QueueUrl=outputs["QueueUrl"], MessageBody=body)
        item = {"id": {"S": body}}
        shared_emulator.client("dynamodb").put_item(TableName=outputs["TableName"], Item=item)

    def lines(name: str) -> list[tuple[str, str]]:
        return [(line["body"], line["invoked"]) for line in printed(shared_emulator, name)]

    def processed(body: str) -> dict[str, list[tuple[str, str]]]:
        """What the functions have processed until both have processed this."""
        return {
            source: observed(partial(lines, name), lambda seen: body in dict(seen), PATIENCE)
            for source, name in names.items()
        }

    send("before")
    first = {source: [("before", name)] for source, name in names.items()}
    assert processed("before") == first
    mappings = lambda_.list_event_source_mappings()["EventSourceMappings"]
    assert len(mappings) == 2
    for mapping in mappings:
        lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    send("waiting")

    assert cli.deploy(STACK, {"adopted": "true"}) == outputs

    moved = {source: [*seen, ("waiting", "live")] for source, seen in first.items()}
    assert processed("waiting") == moved
    after = resources(shared_emulator)
    kept = {name: each for name, each in before.items() if each[0] in KEPT or name == STREAM_MAPPING}
    assert len(kept) == 8
    assert kept == {name: after.get(name) for name in kept}

    cli.deploy(STACK, {"adopted": "changed"})
    send("changed")

    assert processed("changed") == {source: [*seen, ("changed", "live")] for source, seen in moved.items()}
    assert resources(shared_emulator)[STREAM_MAPPING] == before[STREAM_MAPPING]
    mapping = lambda_.get_event_source_mapping(UUID=before[STREAM_MAPPING][1])
    assert mapping["BatchSize"] == 50
