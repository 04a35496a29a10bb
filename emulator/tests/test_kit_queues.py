"""The kit sends messages to queues of both kinds."""

import pytest

from lambda_constructs_emulator.kit import Queue
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy


def test_messages_to_a_fifo_queue_have_a_group_and_are_duplicates_only_by_content(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    fifo = {"FifoQueue": "true"}
    plain = Queue(sqs, sqs.create_queue(QueueName="orders")["QueueUrl"])
    ordered = Queue(sqs, sqs.create_queue(QueueName="orders.fifo", Attributes=fifo)["QueueUrl"])
    by_content = {**fifo, "ContentBasedDeduplication": "true"}
    compared = Queue(sqs, sqs.create_queue(QueueName="compared.fifo", Attributes=by_content)["QueueUrl"])

    for queue in (plain, ordered, compared):
        assert len(queue.send("one", "two", "one")) == 3
    ordered.send("three", group="other")

    assert [queue.depth() for queue in (plain, ordered, compared)] == [3, 4, 2]
