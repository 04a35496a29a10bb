"""A deployed app moves to workloads: nothing is replaced, and no message or record is lost or repeated."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from emulator.tests.support import observed
from lambda_constructs_emulator.kit import Aws, Function
from lambda_constructs_emulator.process import Emulator
from tests.deploy.adoption.app import STACK, STREAM_MAPPING
from tests.deploy.inventory import resources

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

PROJECT = Path(__file__).parent / "adoption"
PATIENCE = 60.0
"""Seconds: far beyond what an invocation takes, so that only a lost message reaches it."""
KEPT = ("AWS::DynamoDB::Table", "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::SQS::Queue")


def test_nothing_that_waits_while_the_app_moves_is_lost_or_processed_again(emulator: Emulator) -> None:
    deployed = Aws(emulator, project=PROJECT).deploy(stack=STACK)
    outputs, before = deployed.outputs, resources(deployed)
    lambda_ = emulator.client("lambda")
    functions = {"queue": deployed.function("Function"), "stream": deployed.function("Scores")}
    queue, table = deployed.queue("Queue"), deployed.table("Table")

    def send(body: str) -> None:
        queue.send(body)
        table.put({"id": body})

    def lines(function: Function) -> list[tuple[str, str]]:
        return [(line["body"], line["invoked"]) for line in function.log_lines("body", "invoked")]

    def processed(body: str) -> dict[str, list[tuple[str, str]]]:
        """What the functions have processed until both have processed this."""
        return {
            source: observed(partial(lines, function), lambda seen: body in dict(seen), PATIENCE)
            for source, function in functions.items()
        }

    send("before")
    first = {source: [("before", function.name)] for source, function in functions.items()}
    assert processed("before") == first
    mappings = lambda_.list_event_source_mappings()["EventSourceMappings"]
    assert len(mappings) == 2
    for mapping in mappings:
        lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    send("waiting")

    assert deployed.release(context={"adopted": "true"}).error == ""
    assert deployed.outputs == outputs

    moved = {source: [*seen, ("waiting", "live")] for source, seen in first.items()}
    assert processed("waiting") == moved
    after = resources(deployed)
    kept = {name: each for name, each in before.items() if each[0] in KEPT or name == STREAM_MAPPING}
    assert len(kept) == 8
    assert kept == {name: after.get(name) for name in kept}

    assert deployed.release(context={"adopted": "changed"}).error == ""
    send("changed")

    assert processed("changed") == {source: [*seen, ("changed", "live")] for source, seen in moved.items()}
    assert resources(deployed)[STREAM_MAPPING] == before[STREAM_MAPPING]
    mapping = lambda_.get_event_source_mapping(UUID=before[STREAM_MAPPING][1])
    assert mapping["BatchSize"] == 50
