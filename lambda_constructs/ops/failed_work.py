"""Places that keep failed work: dead-letter queues, failure queues and failure buckets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Protocol

from .workloads import Client, OperationError

BATCH: Final = 10  # the maximum number of messages in one request to SQS

_HIDDEN: Final = 60  # seconds: as long as an interrupted command delays the next one
_ATTEMPTS: Final = 3
_WAIT: Final = 1  # second: a long poll asks all servers of a queue, a short one does not
_SYSTEM: Final = ["MessageGroupId", "MessageDeduplicationId", "SentTimestamp", "DeadLetterQueueSourceArn"]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A failed message, event or batch."""

    id: str  # the id of the message, or the key of the object
    body: str  # its text
    attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # the message attributes
    # The attributes that SQS sets, such as the message group
    system: Mapping[str, str] = field(default_factory=dict)
    handle: str = ""  # the receipt handle

    @property
    def group(self) -> str:
        """Its message group; empty without one."""
        return self.system.get("MessageGroupId", "")

    @property
    def sent(self) -> float:
        """When it was sent, in seconds since 1970; 0 if the place does not say."""
        return int(self.system.get("SentTimestamp", 0)) / 1000


class Place(Protocol):
    """Keeps letters until they are deleted."""

    name: str

    def count(self) -> int:
        """How many letters there are, approximately."""

    def receive(self, maximum: int) -> list[Letter]:
        """The next letters, hidden from other readers for a minute."""

    def delete(self, letters: Sequence[Letter]) -> list[Letter]:
        """Delete letters; returns those that are still there."""

    def release(self, letters: Sequence[Letter]) -> None:
        """Let others receive the letters again at once."""


class Queue:
    """A dead-letter queue or a failure queue."""

    def __init__(self, sqs: Client, arn: str) -> None:
        """Find the queue with this ARN."""
        account, self.name = arn.split(":")[4:6]
        self._sqs = sqs
        try:
            found = sqs.get_queue_url(QueueName=self.name, QueueOwnerAWSAccountId=account)
        except sqs.exceptions.QueueDoesNotExist as error:
            raise OperationError(f"the queue {arn} does not exist; deploy its stack again") from error
        self.url: str = found["QueueUrl"]

    def count(self) -> int:
        """How many messages there are, in flight too, approximately."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(found.get(name, 0)) for name in names)

    def receive(self, maximum: int) -> list[Letter]:
        """The next messages, hidden from other readers for a minute."""
        answer = self._sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=min(maximum, BATCH),
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=_SYSTEM,
            VisibilityTimeout=_HIDDEN,
            WaitTimeSeconds=_WAIT,
        )
        return [
            Letter(
                id=each["MessageId"],
                body=each["Body"],
                attributes=each.get("MessageAttributes", {}),
                system=each.get("Attributes", {}),
                handle=each["ReceiptHandle"],
            )
            for each in answer.get("Messages", [])
        ]

    def delete(self, letters: Sequence[Letter]) -> list[Letter]:
        """Delete messages; returns those that SQS did not delete, after two more attempts."""
        for _ in range(_ATTEMPTS):
            letters = self._failed("delete_message_batch", letters)
        return list(letters)

    def release(self, letters: Sequence[Letter]) -> None:
        """Make messages visible again; after a minute they are so anyway."""
        for start in range(0, len(letters), BATCH):
            self._failed(
                "change_message_visibility_batch", letters[start : start + BATCH], VisibilityTimeout=0
            )

    def _failed(self, operation: str, letters: Sequence[Letter], **options: int) -> list[Letter]:
        if not letters:
            return []
        entries = [
            {"Id": str(number), "ReceiptHandle": each.handle, **options}
            for number, each in enumerate(letters)
        ]
        answer = getattr(self._sqs, operation)(QueueUrl=self.url, Entries=entries)
        return [letters[int(each["Id"])] for each in answer.get("Failed", [])]


class Bucket:
    """The objects below a prefix of a failure bucket, the oldest first."""

    def __init__(self, s3: Client, arn: str, prefix: str) -> None:
        """List the objects."""
        self._s3, self._bucket = s3, arn.rpartition(":")[2]
        self.name = f"{self._bucket}/{prefix}"
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        self._keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        self._next: Iterator[str] = iter(self._keys)

    def count(self) -> int:
        """How many objects there were."""
        return len(self._keys)

    def receive(self, maximum: int) -> list[Letter]:
        """The next objects."""
        return [Letter(id=key, body=self._read(key)) for key in islice(self._next, maximum)]

    def delete(self, letters: Sequence[Letter]) -> list[Letter]:
        """Delete objects; returns none, because S3 raises an error instead."""
        for each in letters:
            self._s3.delete_object(Bucket=self._bucket, Key=each.id)
        return []

    def release(self, letters: Sequence[Letter]) -> None:
        """Objects are not hidden; start again with the first."""
        del letters
        self._next = iter(self._keys)

    def _read(self, key: str) -> str:
        body: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return body.decode()
