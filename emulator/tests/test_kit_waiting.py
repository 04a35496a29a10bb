"""Waiting until nothing is missing, and queues that are read."""

from collections.abc import Iterator
from typing import Any

import pytest

from lambda_constructs_emulator.kit import Queue, wait_until, waiting


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that each pause moves on."""
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(waiting, "sleep", sleep)
    monkeypatch.setattr(waiting, "monotonic", lambda: now)


@pytest.mark.usefixtures("no_waiting")
def test_settled_means_that_nothing_is_missing_several_times_in_a_row() -> None:
    answers = iter(["two orders", "", "", "one order", "", "", "", "never asked"])

    wait_until(lambda: next(answers), timeout=100)

    assert list(answers) == ["never asked"]


@pytest.mark.usefixtures("no_waiting")
def test_what_is_still_missing_is_told() -> None:
    with pytest.raises(TimeoutError, match=r"^not settled after 3 s: two orders$"):
        wait_until(lambda: "two orders", timeout=3)


class Messages:
    """Stands in for SQS: a queue whose received messages are invisible until they are deleted."""

    def __init__(self, count: int) -> None:
        self.visible = [str(number) for number in range(count)]
        self.invisible: list[str] = []

    def receive_message(self, **request: Any) -> dict[str, Any]:
        taken = self.visible[: request["MaxNumberOfMessages"]]
        self.visible = self.visible[len(taken) :]
        self.invisible += taken
        return {"Messages": [{"ReceiptHandle": handle} for handle in taken]} if taken else {}

    def delete_message(self, **request: Any) -> None:
        self.invisible.remove(request["ReceiptHandle"])

    def change_message_visibility(self, **request: Any) -> None:
        assert request["VisibilityTimeout"] == 0
        self.invisible.remove(request["ReceiptHandle"])
        self.visible.append(request["ReceiptHandle"])


def test_what_is_taken_is_deleted() -> None:
    queue = Messages(23)

    taken = [message["ReceiptHandle"] for message in Queue(queue, "url").take()]

    assert taken == [str(number) for number in range(23)]
    assert (queue.visible, queue.invisible) == ([], [])


def test_a_message_that_cannot_be_used_is_not_deleted() -> None:
    queue = Messages(3)

    def use() -> Iterator[None]:
        for _message in Queue(queue, "url").take():
            raise ValueError
        yield

    with pytest.raises(ValueError, match=r"^$"):
        list(use())
    assert queue.invisible == ["0", "1", "2"]


def test_what_is_peeked_at_stays() -> None:
    queue = Messages(23)

    assert len(Queue(queue, "url").messages()) == 23
    assert (len(queue.visible), queue.invisible) == (23, [])
