"""Every trigger, every failure: where the work ends, after how many attempts, and which alarms fire.

All triggers fail at once, in one way after the other. docs/reference/failure-paths.md shows what was seen;
`pytest --snapshot-update` writes it anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.paths import ROOT
from lambda_constructs_emulator.process import Emulator
from tests.deploy.callers import TRIGGERS as SYNCHRONOUS
from tests.deploy.paths import ASYNCHRONOUS, KEEPING, MAPPED, STACK, TRIGGERS, Paths

pytestmark = pytest.mark.deploy

PROJECT = Path(__file__).parent / "failure_paths"
PAGE = ROOT / "docs" / "reference" / "failure-paths.md"
HEAD = PROJECT / "page.md"
READING = {
    "Queue": "sqs:ReceiveMessage",
    "Table": "dynamodb:GetRecords",
    "Stream": "kinesis:GetRecords",
}
NUMBERS = itertools.count()

Row = dict[str, str]

DEAD, FAILED = "dead-letter queue", "failure queue"
DONE = "done, tried once; no alarm"
WAITED = "waits in the source, done when permitted again; no alarm"
RAISED: Row = {
    "Queue": f"{DEAD}, tried 3 times; DeadLetters, Errors, FailedEvents",
    **dict.fromkeys(("Table", "Stream"), f"{FAILED}, tried twice; DeadLetters, Errors, FailedEvents"),
    **dict.fromkeys(ASYNCHRONOUS, f"{FAILED}, tried twice; DeadLetters, DroppedEvents, Errors"),
    "Http": "answered with 500, tried once; Errors, FailedEvents",
    "Signup": "user refused, tried once; Errors, FailedEvents",
}
EXPECTED: dict[str, Row] = {
    "none": dict.fromkeys(TRIGGERS, DONE),
    "exception": RAISED,
    "crash": RAISED,
    "timeout": {**RAISED, "Signup": "user refused, tried 3 times; Errors, FailedEvents"},
    "reported by its batch": {
        "Queue": f"{DEAD}, tried 3 times; DeadLetters, FailedEvents",
        **dict.fromkeys(("Table", "Stream"), f"{FAILED}, tried twice; DeadLetters, FailedEvents"),
    },
    "raised within its batch": dict.fromkeys(
        ("Table", "Stream"), f"{FAILED}, tried 4 times; DeadLetters, Errors, FailedEvents"
    ),
    "throttled for a while": {
        "Queue": f"{DEAD}, never tried; DeadLetters, FailedEvents",
        **dict.fromkeys(KEEPING, DONE),
        "Http": "answered with 503, never tried; FailedEvents, Throttles",
        "Signup": "user refused, never tried; Throttles",
    },
    "trigger not permitted": {
        **dict.fromkeys(MAPPED, WAITED),
        **dict.fromkeys(("Rule", "Topic", "Schedule"), f"{FAILED}, never tried; DeadLetters"),
        **dict.fromkeys(("Bucket", "Logs"), "lost, never tried; no alarm"),
        "Http": "answered with 500, never tried; FailedEvents",
        "Signup": "user refused, never tried; no alarm",
    },
    "destination not permitted": {
        **dict.fromkeys(("Table", "Stream"), "lost, tried twice; DroppedEvents, Errors, FailedEvents"),
        **dict.fromkeys(ASYNCHRONOUS, "lost, tried twice; DeliveryFailures, DroppedEvents, Errors"),
    },
}


@pytest.fixture(scope="module")
def paths(shared_emulator: Emulator) -> Paths:
    return Paths(Aws(shared_emulator, project=PROJECT).deploy(stack=STACK))


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


def nothing(paths: Paths, wanted: Row) -> Row:
    return paths.watch(send(paths, "work"), wanted)


def exception(paths: Paths, wanted: Row) -> Row:
    return paths.watch(send(paths, "raise"), wanted)


def crash(paths: Paths, wanted: Row) -> Row:
    return paths.watch(send(paths, "crash"), wanted)


def timeout(paths: Paths, wanted: Row) -> Row:
    return paths.watch(send(paths, "hang"), wanted)


def partial(paths: Paths, wanted: Row) -> Row:
    orders = send(paths, "report", MAPPED, amid="work")
    found = paths.watch(orders, wanted)
    assert_neighbours_are_done(paths, orders)
    return found


def poison(paths: Paths, wanted: Row) -> Row:
    """Without partial responses a raise fails its batch; of a stream that is halved, of a queue it is not."""
    orders = send(paths, "raise", ("Table", "Stream"), amid="work")
    found = paths.watch(orders, wanted)
    assert_neighbours_are_done(paths, orders)
    return found


def throttle(paths: Paths, wanted: Row) -> Row:
    """What is kept for a busy function is done later; a queue's order may be dead, who waits is told."""
    with paths.stopped((*MAPPED, *SYNCHRONOUS)), paths.busy(ASYNCHRONOUS, seconds=2):
        orders = send(paths, "work")
        over = paths.watch({trigger: orders.pop(trigger) for trigger in ("Queue", *SYNCHRONOUS)}, wanted)
    return {**over, **paths.watch(orders, wanted)}


def not_permitted(paths: Paths, wanted: Row) -> Row:
    nowhere, done = (dict.fromkeys(MAPPED, what) for what in ("lost, never tried; no alarm", DONE))
    with ExitStack() as stack:
        for trigger in TRIGGERS:
            if trigger in READING:
                stack.enter_context(paths.without(READING[trigger], trigger))
            else:
                stack.enter_context(paths.uninvited(trigger))
        orders = send(paths, "work")
        found = paths.watch(orders, {**wanted, **nowhere}, lost_after=3)
    later = paths.watch({trigger: orders[trigger] for trigger in MAPPED}, done)
    assert later == done
    assert {trigger: found[trigger] for trigger in MAPPED} == nowhere
    return {**found, **dict.fromkeys(MAPPED, WAITED)}


def undeliverable(paths: Paths, wanted: Row) -> Row:
    with ExitStack() as stack:
        for trigger in KEEPING:
            stack.enter_context(paths.without("sqs:SendMessage", trigger))
        return paths.watch(send(paths, "raise", KEEPING), wanted, lost_after=5)


def assert_neighbours_are_done(paths: Paths, orders: Mapping[str, str]) -> None:
    for order_id in orders.values():
        assert paths.count(f"{order_id}-first", "done") >= 1, order_id
        assert paths.count(f"{order_id}-last", "done") >= 1, order_id


FAILURES: dict[str, Callable[[Paths, Row], Row]] = {
    "none": nothing,
    "exception": exception,
    "crash": crash,
    "timeout": timeout,
    "reported by its batch": partial,
    "raised within its batch": poison,
    "throttled for a while": throttle,
    "trigger not permitted": not_permitted,
    "destination not permitted": undeliverable,
}


@pytest.mark.parametrize("failure", FAILURES)
def test_work_ends_where_it_should(failure: str, paths: Paths, seen: dict[str, Row]) -> None:
    paths.warm()
    try:
        seen[failure] = FAILURES[failure](paths, EXPECTED[failure])
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
