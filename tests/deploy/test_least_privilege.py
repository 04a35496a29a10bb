"""Least privilege, both ways: with its role every workload works, and without any one action none does.

The roles of all workloads lose one action at a time, and each is driven again: an order must be done, a
failing one must be kept, and both must be logged.
"""

from __future__ import annotations

import itertools
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from emulator.cdk import Cdk
from emulator.process import Emulator
from tests.deploy.paths import STACK, Paths

pytestmark = pytest.mark.deploy

PROJECT = Path(__file__).parent / "failure_paths"
TRIGGERS = ("Queue", "Table", "Stream", "Rule", "Topic", "Bucket", "Logs", "Schedule")
DONE, KEPT, LOGGED = "working order is done", "failing order is kept", "order is logged"
HEALTHY = {DONE, KEPT, LOGGED}
ONE_BY_ONE = ("Queue", "Table", "Stream")
PATIENCE = 30.0
NUMBERS = itertools.count()
EXPLAINED = {
    # The emulator has no X-Ray. The actions know no resource types:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    "xray:PutTelemetryRecords": "traces",
    "xray:PutTraceSegments": "traces",
    # The emulator finds a stream by its ARN. AWS has it in AWSLambdaDynamoDBExecutionRole; no resource types:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
    "dynamodb:ListStreams": "the mapping of a table's stream",
}


@pytest.fixture(scope="module")
def paths(shared_emulator: Emulator) -> Paths:
    cdk = Cdk(shared_emulator, project=PROJECT)
    cdk.bootstrap()
    return Paths(shared_emulator, cdk.deploy(STACK))


def drive(paths: Paths, patience: float) -> dict[str, set[str]]:
    """What of a healthy workload is to be seen of each, at the end of patience at the latest."""
    orders = {trigger: (f"works-{next(NUMBERS)}", f"fails-{next(NUMBERS)}") for trigger in TRIGGERS}
    for trigger, (works, fails) in orders.items():
        paths.send(trigger, {"id": works, "do": "work"})
        # In a batch only the order itself may fail, and not its neighbours.
        paths.send(trigger, {"id": fails, "do": "report" if trigger in ONE_BY_ONE else "raise"})
    deadline = time.monotonic() + patience
    seen: dict[str, set[str]] = {trigger: set() for trigger in TRIGGERS}
    while time.monotonic() < deadline:
        waiting = [trigger for trigger in TRIGGERS if seen[trigger] != HEALTHY]
        if not waiting:
            break
        for trigger in waiting:
            works, fails = orders[trigger]
            if DONE not in seen[trigger] and paths.count(works, "done"):
                seen[trigger].add(DONE)
            if KEPT not in seen[trigger] and paths.ended(trigger, fails):
                seen[trigger].add(KEPT)
            if LOGGED not in seen[trigger] and paths.logged(trigger, works):
                seen[trigger].add(LOGGED)
        time.sleep(0.05)
    return seen


def test_no_workload_can_do_without_any_one_of_its_actions(paths: Paths) -> None:
    actions = {trigger: paths.library_actions(trigger) for trigger in TRIGGERS}
    for round_ in range(max(map(len, actions.values()))):
        missing = {trigger: each[round_] for trigger, each in actions.items() if round_ < len(each)}
        paths.purge()
        started = time.monotonic()
        assert drive(paths, PATIENCE) == dict.fromkeys(TRIGGERS, HEALTHY)
        longer = 1.5 * (time.monotonic() - started) + 1
        paths.purge()
        with ExitStack() as stack:
            for trigger, action in missing.items():
                stack.enter_context(paths.without(action, trigger))
            seen = drive(paths, longer)
        needless = [f"{trigger}: {missing[trigger]}" for trigger in missing if seen[trigger] == HEALTHY]
        assert needless == []


def test_what_else_the_roles_hold_is_explained(paths: Paths) -> None:
    """Actions that the emulator has no use for, each with the reason for it."""
    others = {action for trigger in TRIGGERS for action in paths.shared_actions(trigger)}

    assert others == EXPLAINED.keys()
