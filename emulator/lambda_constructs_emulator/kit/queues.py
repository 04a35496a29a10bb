"""Queues of a deployed stack."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from ..clients import Client

_COUNTS: Final = tuple(f"ApproximateNumberOfMessages{suffix}" for suffix in ("", "NotVisible", "Delayed"))
_BATCH: Final = 10  # messages in one request to SQS


class Queue:
    """An SQS queue.

    Args:
        sqs: a client of SQS.
        url: the queue's URL.
    """

    def __init__(self, sqs: Client, url: str) -> None:
        self._sqs, self.url = sqs, url

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self._attributes()["QueueArn"])

    def send(self, *bodies: object, group: str = "default") -> list[str]:
        """Send messages: a string as it is, anything else as JSON; returns their message ids.

        Args:
            *bodies: The messages.
            group: Message group, for a FIFO queue. Its messages are not duplicates, unless the queue says so
                by their content.
        """
        sent: list[str] = []
        ordered = self._order(group)
        for start in range(0, len(bodies), _BATCH):
            entries = [
                {
                    "Id": str(position),
                    "MessageBody": body if isinstance(body, str) else json.dumps(body),
                    **ordered(),
                }
                for position, body in enumerate(bodies[start : start + _BATCH])
            ]
            answer = self._sqs.send_message_batch(QueueUrl=self.url, Entries=entries)
            if answer.get("Failed"):
                raise AssertionError(f"SQS refused {answer['Failed']}")
            sent += [
                each["MessageId"] for each in sorted(answer["Successful"], key=lambda each: int(each["Id"]))
            ]
        return sent

    def _order(self, group: str) -> Callable[[], dict[str, str]]:
        """The additional fields of each message to a FIFO queue."""
        if not self.url.endswith(".fifo"):
            return dict
        if self._attributes("ContentBasedDeduplication").get("ContentBasedDeduplication") == "true":
            return lambda: {"MessageGroupId": group}
        return lambda: {"MessageGroupId": group, "MessageDeduplicationId": uuid.uuid4().hex}

    def depth(self) -> int:
        """The number of messages: visible, in flight or delayed."""
        return sum(int(value) for value in self._attributes(*_COUNTS).values())

    def bodies(self) -> list[str]:
        """The bodies of the messages, which stay in the queue."""
        return [message["Body"] for message in self.messages()]

    def messages(self) -> list[dict[str, Any]]:
        """The messages, which stay in the queue and can be received again immediately."""
        received = list(self._receive())
        for message in received:
            self._sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        return received

    def take(self) -> Iterator[dict[str, Any]]:
        """The messages; each is deleted when the next one is requested."""
        for message in self._receive():
            yield message
            self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    @property
    def dead_letters(self) -> Queue:
        """Its dead-letter queue."""
        policy = self._attributes().get("RedrivePolicy")
        if policy is None:
            raise LookupError(f"{self.url} has no dead-letter queue")
        name = json.loads(policy)["deadLetterTargetArn"].rpartition(":")[2]
        return Queue(self._sqs, self._sqs.get_queue_url(QueueName=name)["QueueUrl"])

    def _attributes(self, *names: str) -> dict[str, str]:
        wanted = list(names) or ["All"]
        found = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=wanted)
        attributes: dict[str, str] = found["Attributes"]
        return attributes

    def _receive(self) -> Iterator[dict[str, Any]]:
        while messages := self._sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=_BATCH,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        ).get("Messages"):
            yield from messages
