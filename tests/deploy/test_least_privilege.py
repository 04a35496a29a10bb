"""Least privilege, both ways: with its role every workload works, and without any one action none does.

The roles of all workloads lose one action at a time, and each is driven again: an order must be done, a
failing one must be kept, or its sender told, and both must be logged.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path

import pytest

from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.process import Emulator
from tests.deploy.paths import MAPPED, STACK, TRIGGERS, Paths

pytestmark = pytest.mark.deploy

PROJECT = Path(__file__).parent / "failure_paths"
DONE, KEPT, LOGGED = "working order is done", "failing order is kept", "order is logged"
HEALTHY = {DONE, KEPT, LOGGED}
PATIENCE = 120.0
"""Seconds, on the slowest machine; on others all is seen long before."""
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
    return Paths(Aws(shared_emulator, project=PROJECT).deploy(stack=STACK))


def drive(paths: Paths, triggers: Collection[str], patience: float) -> dict[str, set[str]]:
    """What of a healthy workload is to be seen of each, at the end of patience at the latest."""
    working, failing = (
        {trigger: f"{kind}-{next(NUMBERS)}" for trigger in triggers} for kind in ("works", "fails")
    )
    for trigger in triggers:
        paths.send(trigger, {"id": working[trigger], "do": "work"})
        # In a batch only the order itself may fail, and not its neighbours.
        paths.send(trigger, {"id": failing[trigger], "do": "report" if trigger in MAPPED else "raise"})
    shows: dict[str, Callable[[str], bool]] = {
        DONE: lambda trigger: paths.count(working[trigger], "done") > 0,
        LOGGED: lambda trigger: paths.logged(trigger, working[trigger]),
        KEPT: lambda trigger: bool(paths.ended(trigger, failing[trigger])),
    }
    seen: dict[str, set[str]] = {trigger: set() for trigger in triggers}
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and any(each != HEALTHY for each in seen.values()):
        for trigger, what in itertools.product(triggers, HEALTHY):
            if what not in seen[trigger] and shows[what](trigger):
                seen[trigger].add(what)
        time.sleep(0.3)
    return seen


def test_no_workload_can_do_without_any_one_of_its_actions(paths: Paths) -> None:
    actions = {trigger: paths.library_actions(trigger) for trigger in TRIGGERS}
    for round_ in range(max(map(len, actions.values()))):
        missing = {trigger: each[round_] for trigger, each in actions.items() if round_ < len(each)}
        paths.purge()
        paths.warm(missing)
        started = time.monotonic()
        assert drive(paths, missing, PATIENCE) == dict.fromkeys(missing, HEALTHY)
        longer = time.monotonic() - started + 1
        paths.purge()
        with ExitStack() as stack:
            for trigger, action in missing.items():
                stack.enter_context(paths.without(action, trigger))
            seen = drive(paths, missing, longer)
        needless = [f"{trigger}: {missing[trigger]}" for trigger in missing if seen[trigger] == HEALTHY]
        assert needless == []


def test_what_else_the_roles_hold_is_explained(paths: Paths) -> None:
    """Actions that the emulator has no use for, each with the reason for it."""
    others = {action for trigger in TRIGGERS for action in paths.shared_actions(trigger)}

    assert others == EXPLAINED.keys()


def test_a_caller_needs_what_grant_call_gives(paths: Paths) -> None:
    customer, order = paths.callers.customer(), {"id": "a customer's", "do": "work"}
    assert paths.callers.request(customer, order) == 200
    assert paths.count(order["id"], "done") == 1

    paths.callers.dismiss_customer()
    assert paths.callers.request(customer, order) == 403
    assert paths.count(order["id"], "done") == 1
