"""Thousands of records and events through functions that raise, crash and are throttled: none is lost."""

import time
from collections import Counter

import pytest

from emulator.tests.support import total
from examples.activity_scores import demo as scores
from examples.activity_scores import drive as stream
from examples.event_fanout import demo as fanout
from examples.event_fanout import drive as events
from lambda_constructs_emulator.kit import Aws, Deployed

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

RECORDS = 5_000
EVENTS = 2_000
POISON = 10
BURST, PAUSE = 50, 0.3
"""Events at once, more than the handlers may run at once, and the seconds until the next ones."""
THROTTLED_FOR = 2.0  # seconds
PATIENCE = 600.0  # seconds


def test_none_of_5000_records_is_lost_counted_twice_or_counted_too_late(aws: Aws) -> None:
    deployed = scores.EXAMPLE.deploy(aws, handler="faulty.unreliable")
    driver = stream.Driver(deployed)
    activities = stream.with_poison(RECORDS, prefix="user", users=25, every=1_600)
    started = time.monotonic()

    driver.write(activities)
    throttle(aws, deployed.function("Counter").name)
    driver.wait_until_settled(timeout=PATIENCE)

    found = driver.collect(activities)
    seconds = time.monotonic() - started
    print(
        f"{RECORDS} records in {seconds:.0f} s, {RECORDS / seconds:.0f} a second: "
        f"{len(found.counted)} counted, {len(found.failed)} in the failure queue, "
        f"{found.counted_before} delivered again after they were counted, {found.invocations} invocations"
    )
    poison = {each.label for each in activities if each.points is None}
    assert found.counted | found.failed.keys() == {each.label for each in activities}
    assert poison <= found.failed.keys()
    assert not poison & found.counted
    assert found.disorder == []
    assert found.counted_before > 0
    points = Counter[str]()
    for each in activities:
        points[each.user_id] += (each.points or 0) if each.label in found.counted else 0
    assert {user: score.points for user, score in found.scores.items()} == points


def test_none_of_2000_events_is_lost_or_stored_twice(aws: Aws) -> None:
    deployed = fanout.EXAMPLE.deploy(aws, handler="unreliable")
    driver = events.Driver(deployed)
    made = [event for event in events.events(2 * EVENTS, prefix="event") if event.stored]
    poison = [event for event in made if event.reason][:POISON]
    sent = sorted([*poison, *[e for e in made if not e.reason][: EVENTS - POISON]], key=lambda e: e.key)
    started = time.monotonic()

    for start in range(0, EVENTS, BURST):
        driver.send(sent[start : start + BURST])
        time.sleep(PAUSE)
    driver.wait_until_settled(timeout=PATIENCE)

    found = driver.collect(sent)
    seconds = time.monotonic() - started
    print(
        f"{EVENTS} events in {seconds:.0f} s, {EVENTS / seconds:.0f} a second: {len(found.stored)} stored, "
        f"{len(found.failed)} in the failure queues, {throttles(deployed):.0f} throttles"
    )
    assert len(sent) == EVENTS
    assert found.stored.keys() | found.failed.keys() == {event.key for event in sent}
    assert {event.key for event in poison} <= found.failed.keys()
    assert not {event.key for event in poison} & found.stored.keys()
    assert max(found.times_stored.values()) == 1
    assert {failure.attempts for failure in found.failed.values()} == {events.ATTEMPTS}
    assert throttles(deployed) > 0


def throttles(deployed: Deployed) -> float:
    """How often a handler was not allowed to run, because enough of it ran."""
    return sum(
        total(
            deployed.aws.emulator, "AWS/Lambda", "Throttles", {"FunctionName": deployed.function(name).name}
        )
        for name in ("Billing", "Tracking")
    )


def throttle(aws: Aws, function: str) -> None:
    """Let the function not run at all for a while."""
    client = aws.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    time.sleep(THROTTLED_FOR)
    client.delete_function_concurrency(FunctionName=function)
