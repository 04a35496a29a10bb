"""More than one trigger, deployed: a second queue, and an API of two functions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.credentials import Credentials

from emulator.tests.support import eventually
from lambda_constructs_emulator.kit import Aws, Caller, Queue
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy

PROJECT = Path(__file__).parent / "more_triggers"
QUEUES = ("Queue", "DeadLetterQueue", "Returns", "ReturnsDeadLetterQueue")


@pytest.fixture(scope="module")
def outputs(shared_emulator: Emulator) -> dict[str, str]:
    return Aws(shared_emulator, project=PROJECT).deploy(stack="MoreTriggers").outputs


def test_a_failing_message_ends_in_the_dead_letter_queue_of_its_queue(
    shared_emulator: Emulator, outputs: dict[str, str]
) -> None:
    queues = {name: Queue(shared_emulator.client("sqs"), outputs[name]) for name in QUEUES}
    queues["Returns"].send("good", "bad")
    queues["Queue"].send("good")

    assert eventually(lambda: [each.depth() for each in queues.values()] == [0, 0, 0, 1])
    assert queues["ReturnsDeadLetterQueue"].bodies() == ["bad"]


def test_each_function_answers_its_routes_to_its_callers(
    shared_emulator: Emulator, outputs: dict[str, str]
) -> None:
    root = Caller.to(shared_emulator)
    key = shared_emulator.client("iam").create_access_key(UserName=outputs["User"])["AccessKey"]
    user = replace(root, credentials=Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    stranger = replace(root, credentials=None)

    def call(caller: Caller, path: str) -> object:
        response = caller.send("GET", f"{outputs['Url']}{path}")
        return json.loads(response.body) if response.status == 200 else response.status

    assert call(stranger, "prices") == ["first", "GET /prices"]
    assert call(stranger, "status/1") == ["second", "GET /status/{id}"]
    assert [call(stranger, path) for path in ("orders", "admin", "nowhere")] == [403, 403, 404]
    assert call(user, "admin") == ["second", "GET /admin"]
    assert call(user, "orders") == 403
    assert call(root, "orders") == ["first", "GET /orders"]
