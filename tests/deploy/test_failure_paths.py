"""Every trigger, every failure: where the work ends, after how many attempts, and which alarms fire.

All triggers fail at once, in one way after the other. What was seen stands in docs/failure-paths.md, which
`pytest --snapshot-update` writes anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from emulator.cdk import Cdk
from emulator.process import ROOT, Emulator
from tests.deploy.paths import STACK, Paths

pytestmark = pytest.mark.deploy

PROJECT = Path(__file__).parent / "failure_paths"
PAGE = ROOT / "docs" / "failure-paths.md"
HEAD = PROJECT / "page.md"
MAPPED = ("Queue", "Table", "Stream")
ASYNCHRONOUS = ("Rule", "Topic", "Bucket", "Logs", "Schedule")
TRIGGERS = (*MAPPED, *ASYNCHRONOUS)
READING = {
    "Queue": "sqs:ReceiveMessage",
    "Table": "dynamodb:GetRecords",
    "Stream": "kinesis:GetRecords",
}
NUMBERS = itertools.count()

Row = dict[str, str]

DEAD, FAILED = "dead-letter queue", "failure queue"
EXPECTED: dict[str, Row] = {
    "none": dict.fromkeys(TRIGGERS, "done, tried once; no alarm"),
    "exception": {
        "Queue": f"{DEAD}, tried 3 times; DeadLetters, Errors, FailedEvents",
        **dict.fromkeys(("Table", "Stream"), f"{FAILED}, tried twice; DeadLetters, Errors, FailedEvents"),
        **dict.fromkeys(ASYNCHRONOUS, f"{FAILED}, tried twice; DeadLetters, DroppedEvents, Errors"),
    },
    "timeout": {
        "Queue": f"{DEAD}, tried 3 times; DeadLetters, Errors, FailedEvents",
        **dict.fromkeys(("Table", "Stream"), f"{FAILED}, tried twice; DeadLetters, Errors, FailedEvents"),
        **dict.fromkeys(ASYNCHRONOUS, f"{FAILED}, tried twice; DeadLetters, DroppedEvents, Errors"),
    },
    "reported by its batch": {
        "Queue": f"{DEAD}, tried 3 times; DeadLetters, FailedEvents",
        **dict.fromkeys(("Table", "Stream"), f"{FAILED}, tried twice; DeadLetters, FailedEvents"),
    },
    "raised amid its batch": dict.fromkeys(
        ("Table", "Stream"), f"{FAILED}, tried 4 times; DeadLetters, Errors, FailedEvents"
    ),
    "throttled for a while": {
        "Queue": f"{DEAD}, never tried; DeadLetters, FailedEvents",
        **dict.fromkeys(("Table", "Stream"), "done, tried once; no alarm"),
        **dict.fromkeys(ASYNCHRONOUS, "done, tried once; no alarm"),
    },
    "trigger not permitted": {
        **dict.fromkeys(MAPPED, "waits in the source, done when permitted again; no alarm"),
        **dict.fromkeys(("Rule", "Topic", "Schedule"), f"{FAILED}, never tried; DeadLetters"),
        **dict.fromkeys(("Bucket", "Logs"), "lost, never tried; no alarm"),
    },
    "destination not permitted": {
        **dict.fromkeys(("Table", "Stream"), "lost, tried twice; DroppedEvents, Errors, FailedEvents"),
        **dict.fromkeys(ASYNCHRONOUS, "lost, tried twice; DeliveryFailures, DroppedEvents, Errors"),
    },
}


@pytest.fixture(scope="module")
def paths(shared_emulator: Emulator) -> Paths:
    cdk = Cdk(shared_emulator, project=PROJECT)
    cdk.bootstrap()
    return Paths(shared_emulator, cdk.deploy(STACK))


@pytest.fixture(scope="module")
def seen() -> dict[str, Row]:
    """What was seen, by kind of failure."""
    return {}


def send(paths: Paths, do: str, triggers: Sequence[str] = TRIGGERS, *, amid: str = "") -> Row:
    """Send one order by each trigger, perhaps between two others of a batch; returns the ids."""
    orders = {}
    for trigger in triggers:
        orders[trigger] = f"{trigger}-{next(NUMBERS)}"
        batch = [{"id": orders[trigger], "do": do}]
        if amid:
            batch = [{"id": f"{orders[trigger]}-first", "do": amid}, *batch]
            batch += [{"id": f"{orders[trigger]}-last", "do": amid}]
        paths.send(trigger, *batch)
    return orders


def nothing(paths: Paths) -> Row:
    return paths.watch(send(paths, "work"))


def exception(paths: Paths) -> Row:
    return paths.watch(send(paths, "raise"))


def timeout(paths: Paths) -> Row:
    return paths.watch(send(paths, "hang"))


def partial(paths: Paths) -> Row:
    orders = send(paths, "report", MAPPED, amid="work")
    found = paths.watch(orders)
    assert_neighbours_are_done(paths, orders)
    return found


def poison(paths: Paths) -> Row:
    """Without partial responses a raise fails its batch; of a stream that is halved, of a queue it is not."""
    orders = send(paths, "raise", ("Table", "Stream"), amid="work")
    found = paths.watch(orders)
    assert_neighbours_are_done(paths, orders)
    return found


def throttle(paths: Paths) -> Row:
    """What is kept for a busy function is done later; a queue's order may be dead by then."""
    with paths.stopped(MAPPED), paths.busy(ASYNCHRONOUS, seconds=2):
        orders = send(paths, "work")
        dead = paths.watch({"Queue": orders.pop("Queue")})
    return {**dead, **paths.watch(orders)}


def not_permitted(paths: Paths) -> Row:
    with ExitStack() as stack:
        for trigger in TRIGGERS:
            if trigger in READING:
                stack.enter_context(paths.without(READING[trigger], trigger))
            else:
                stack.enter_context(paths.uninvited(trigger))
        orders = send(paths, "work")
        found = paths.watch(orders, lost_after=3)
    waiting = {trigger: orders[trigger] for trigger in MAPPED}
    for trigger, later in paths.watch(waiting).items():
        assert (found[trigger], later) == ("lost, never tried; no alarm", "done, tried once; no alarm")
        found[trigger] = "waits in the source, done when permitted again; no alarm"
    return found


def undeliverable(paths: Paths) -> Row:
    triggers = TRIGGERS[1:]
    with ExitStack() as stack:
        for trigger in triggers:
            stack.enter_context(paths.without("sqs:SendMessage", trigger))
        return paths.watch(send(paths, "raise", triggers), lost_after=5)


def assert_neighbours_are_done(paths: Paths, orders: Mapping[str, str]) -> None:
    for order_id in orders.values():
        assert paths.count(f"{order_id}-first", "done") >= 1, order_id
        assert paths.count(f"{order_id}-last", "done") >= 1, order_id


FAILURES: dict[str, Callable[[Paths], Row]] = {
    "none": nothing,
    "exception": exception,
    "timeout": timeout,
    "reported by its batch": partial,
    "raised amid its batch": poison,
    "throttled for a while": throttle,
    "trigger not permitted": not_permitted,
    "destination not permitted": undeliverable,
}


@pytest.mark.parametrize("failure", FAILURES)
def test_work_ends_where_it_should(failure: str, paths: Paths, seen: dict[str, Row]) -> None:
    try:
        seen[failure] = FAILURES[failure](paths)
    finally:
        paths.forget()

    assert seen[failure] == EXPECTED[failure]


def test_the_page_says_what_was_seen(seen: dict[str, Row], pytestconfig: pytest.Config) -> None:
    if seen.keys() != FAILURES.keys():
        pytest.fail("the page needs all kinds of failure: run the whole module")
    lines = ["| failure | " + " | ".join(TRIGGERS) + " |", "|---" * (len(TRIGGERS) + 1) + "|"]
    for failure, row in seen.items():
        lines.append(" | ".join([f"| {failure}", *(row.get(trigger, "") for trigger in TRIGGERS)]) + " |")
    text = HEAD.read_text().replace("{table}", "\n".join(lines))
    if pytestconfig.getoption("update_snapshots"):
        PAGE.write_text(text)
    assert PAGE.read_text() == text
