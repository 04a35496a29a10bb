"""Two thousand orders through a worker that crashes, hangs, raises and is throttled: none is lost."""

from __future__ import annotations

import time

import pytest

from examples.order_worker import drive
from examples.order_worker.demo import EXAMPLE
from lambda_constructs_emulator.kit import Aws

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

ORDERS = 2_000
POISON = 40
THROTTLED_FOR = 3.0  # seconds
PATIENCE = 600.0  # seconds


def orders() -> list[drive.Message]:
    """Valid orders, and every fiftieth one poison."""
    messages = drive.valid_orders(ORDERS, prefix="endure")
    for number in range(0, ORDERS, ORDERS // POISON):
        order_id = messages[number].order_id
        messages[number] = drive.Message(
            f"{order_id} (poison)", "<order/>", drive.Fate.DEAD_LETTERED, order_id
        )
    return messages


def test_none_of_2000_orders_is_lost_or_stored_twice(aws: Aws) -> None:
    deployed = EXAMPLE.deploy(aws, handler="faulty.unreliable")
    driver = drive.Driver(deployed)
    messages = orders()
    started = time.monotonic()
    driver.send(messages)
    throttle(aws, deployed.function("Worker").name)
    driver.wait_until_drained(dead_letters=None, timeout=PATIENCE)
    seconds = time.monotonic() - started
    found = driver.collect(messages)

    dead = {label.partition(" ")[0] for label in found.dead_lettered}
    poison = {message.order_id for message in messages if message.fate is drive.Fate.DEAD_LETTERED}
    print(
        f"{len(messages)} orders in {seconds:.0f} s, {len(messages) / seconds:.0f} a second: "
        f"{len(found.totals)} stored, {len(dead)} dead-lettered ({len(dead - poison)} of them valid), "
        f"{found.retries} deliveries after the first"
    )
    assert found.totals.keys() | dead == {message.order_id for message in messages}
    assert poison <= dead
    assert not poison & found.totals.keys()
    assert max(found.times_stored.values()) == 1
    assert found.retries > POISON * 4


def throttle(aws: Aws, function: str) -> None:
    """Let the function run only once at a time for a while: the mapping's other batches are throttled."""
    client = aws.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=1)
    time.sleep(THROTTLED_FOR)
    client.delete_function_concurrency(FunctionName=function)
