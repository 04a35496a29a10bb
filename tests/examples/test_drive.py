"""What the driver sends to the order worker, and how it judges what came out."""

import importlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import pytest

from examples.order_worker import drive
from examples.order_worker.drive import Fate, Message, Outcome
from tests.examples.deployments import deployed_on

Json: TypeAlias = Any
HANDLER = Path(drive.__file__).parent / "handler"


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The handler's own module, imported as Lambda does: with the handler's directory first."""
    monkeypatch.syspath_prepend(HANDLER)
    return importlib.import_module("orders")


def test_a_hundred_orders_are_the_promised_mixture() -> None:
    messages = drive.hundred_orders()

    fates = Counter(message.fate for message in messages)
    assert fates == {Fate.STORED: 93, Fate.DUPLICATE: 3, Fate.DEAD_LETTERED: 4}
    assert len({message.label for message in messages}) == 100
    assert messages == drive.hundred_orders()


def test_a_repeated_order_comes_after_the_one_it_repeats() -> None:
    messages = drive.hundred_orders()
    for position, message in enumerate(messages):
        if message.fate is Fate.DUPLICATE:
            first = next(m for m in messages if m.order_id == message.order_id)
            assert first.fate is Fate.STORED
            assert first.body == message.body
            assert messages.index(first) < position


def test_the_handler_takes_every_valid_order_for_what_it_is_worth(orders: ModuleType) -> None:
    for message in drive.hundred_orders():
        if message.fate is Fate.STORED:
            order = orders.Order.parse(message.body)
            assert (order.order_id, order.total) == (message.order_id, message.total)


def test_the_handler_rejects_each_poison_for_a_reason_of_its_own(orders: ModuleType) -> None:
    reasons = []
    for message in drive.hundred_orders():
        if message.fate is Fate.DEAD_LETTERED:
            with pytest.raises(orders.InvalidOrderError) as error:
                orders.Order.parse(message.body)
            reasons.append(str(error.value))
    assert len(set(reasons)) == 4


MESSAGES = [
    Message("a", "{}", Fate.STORED, "a", Decimal(1)),
    Message("b", "{}", Fate.STORED, "b", Decimal(2)),
    Message("a again", "{}", Fate.DUPLICATE, "a"),
    Message("c (empty)", "", Fate.DEAD_LETTERED, "c"),
]
SENT = {f"id-{position}": message for position, message in enumerate(MESSAGES)}
WANTED = drive.expected(MESSAGES, max_receive_count=2)


def line(message_id: str, text: str, order_id: str = "", **more: object) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "message": text,
        "order_id": order_id,
        "function_request_id": "request-1",
        "function_version": "1",
        "release": "1",
        "receive_count": 1,
        **more,
    }


LOG = [
    line("id-0", "order stored", "a"),
    line("id-1", "order stored", "b", function_version="2", function_request_id="request-2"),
    line("id-2", "duplicate order ignored", "a"),
    line("id-3", "order rejected"),
    line("id-3", "order rejected", receive_count=2, function_request_id="request-3"),
    line("id-of-another-run", "order stored", "x", receive_count=9),
]
TABLE = [{"order_id": id_, "total": Decimal(total)} for id_, total in (("a", 1), ("b", 2), ("x", 9))]


def outcome(**changed: object) -> Outcome:
    evidence: dict[str, Any] = {
        "sent": SENT,
        "table": TABLE,
        "log": LOG,
        "dead_letters": {"id-3": 2, "id-of-another-run": 2},
    }
    return drive.outcome(**evidence | changed)


def test_a_right_run_has_no_mismatch() -> None:
    found = outcome()

    assert drive.mismatches(WANTED, found) == []
    assert found.handled_by == {"a": "version 1, release 1", "b": "version 2, release 1"}
    assert found.invocations == 3
    assert found.retries == 1


def test_the_repetition_may_be_the_one_that_is_stored() -> None:
    log = [line("id-2", "order stored", "a"), line("id-0", "duplicate order ignored", "a")]

    assert drive.mismatches(WANTED, outcome(log=[*log, *LOG[1:2]])) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"table": TABLE[1:]}, "expected orders in the table: ['a', 'b'], found: ['b']"),
        ({"dead_letters": {}}, "expected dead-lettered: ['c (empty)'], found: []"),
        (
            {"dead_letters": {"id-3": 2, "id-1": 2}},
            "expected dead-lettered: ['c (empty)'], found: ['b', 'c (empty)']",
        ),
        (
            {"dead_letters": {"id-3": 3}},
            "expected deliveries of dead letters: {'c (empty)': 2}, found: {'c (empty)': 3}",
        ),
        ({"log": [*LOG, LOG[0]]}, "expected times stored: {'a': 1}, found: {'a': 2}"),
        ({"log": LOG[:2]}, "expected duplicates ignored: ['a again'], found: []"),
        (
            {"table": [{"order_id": "a", "total": Decimal("1.5")}, *TABLE[1:]]},
            "expected order totals: {'a': Decimal('1')}, found: {'a': Decimal('1.5')}",
        ),
    ],
)
def test_each_kind_of_mismatch_is_told_with_what_was_expected(changed: dict[str, Any], said: str) -> None:
    assert said in drive.mismatches(WANTED, outcome(**changed))


def test_a_mismatch_among_many_orders_names_only_what_differs() -> None:
    wanted = drive.expected(drive.hundred_orders(), max_receive_count=5)
    totals = {id_: total for id_, total in wanted.totals.items() if id_ != "order-017"}

    mismatch = drive.mismatches(wanted, replace(wanted, totals=totals))[0]

    assert mismatch == ("expected orders in the table (beyond 92 in common): ['order-017'], found: []")


class Queues:
    """Stands in for SQS: depths as listed, and messages that are taken in batches."""

    def __init__(self, depths: Iterator[tuple[int, int]], refused: str = "") -> None:
        self._depths = depths
        self._now = (0, 0)
        self._refused = refused
        self.bodies: list[str] = []

    def get_queue_attributes(self, **request: Json) -> dict[str, Any]:
        if request["AttributeNames"] == ["All"]:
            return {"Attributes": {"RedrivePolicy": json.dumps({"deadLetterTargetArn": "arn:dead"})}}
        source = request["QueueUrl"] == "Worker"
        if source:
            self._now = next(self._depths)
        depth = self._now[0 if source else 1]
        visible, invisible, _ = request["AttributeNames"]
        return {"Attributes": {visible: "0", invisible: str(depth)}}

    def get_queue_url(self, **request: Json) -> dict[str, Any]:
        return {"QueueUrl": request["QueueName"]}

    def send_message_batch(self, **request: Json) -> dict[str, Any]:
        entries = request["Entries"]
        assert len(entries) <= drive.BATCH
        self.bodies += [entry["MessageBody"] for entry in entries]
        failed = [entry for entry in entries if entry["MessageBody"] == self._refused]
        sent = [{"Id": e["Id"], "MessageId": f"m-{len(self.bodies)}-{e['Id']}"} for e in entries]
        return {"Successful": sent, "Failed": failed}


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Callable[[Queues], drive.Driver]:
    """A driver on stand-in queues, with a clock that each pause moves on."""
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr("lambda_constructs_emulator.kit.waiting.sleep", sleep)
    monkeypatch.setattr("lambda_constructs_emulator.kit.waiting.monotonic", lambda: now)
    return lambda queues: drive.Driver(deployed_on(queues))


def test_messages_are_sent_in_batches_that_sqs_takes(
    driver: Callable[[Queues], drive.Driver],
) -> None:
    queues, sent = Queues(iter(())), list[int]()

    driver(queues).send(drive.valid_orders(23, prefix="o"), sent.append)

    assert queues.bodies == [message.body for message in drive.valid_orders(23, prefix="o")]
    assert sent == [10, 20, 23]


def test_a_message_that_the_queue_refuses_is_an_error(
    driver: Callable[[Queues], drive.Driver],
) -> None:
    messages = drive.valid_orders(3, prefix="o")
    with pytest.raises(AssertionError, match="refused"):
        driver(Queues(iter(()), refused=messages[1].body)).send(messages)


def test_drained_means_empty_more_than_once_and_with_every_dead_letter(
    driver: Callable[[Queues], drive.Driver],
) -> None:
    depths = [(3, 0), (0, 0), (0, 0), (0, 0), (0, 1), (1, 1), (0, 1), (0, 1), (0, 1), (7, 7)]
    remaining, seen = iter(depths), list[tuple[int, int]]()

    driver(Queues(remaining)).wait_until_drained(
        dead_letters=1, timeout=100, progress=lambda left, dead: seen.append((left, dead))
    )

    assert seen == depths[:-1]
    assert list(remaining) == [(7, 7)]


def test_a_queue_that_never_drains_is_told_with_what_was_expected(
    driver: Callable[[Queues], drive.Driver],
) -> None:
    def forever() -> Iterator[tuple[int, int]]:
        while True:
            yield 2, 1

    with pytest.raises(TimeoutError) as error:
        driver(Queues(forever())).wait_until_drained(dead_letters=4, timeout=5)

    assert str(error.value) == (
        "not settled after 5 s: 2 messages in the queue (expected 0), 1 in the dead-letter queue (expected 4)"
    )
