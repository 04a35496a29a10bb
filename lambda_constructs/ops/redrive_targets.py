"""Where failed work goes again: the source queue, or the alias."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from .failed_events import FailedEvent, NoEventError, failed_event
from .failed_work import BATCH, Letter, Queue
from .workloads import Client, Clients, Workload

Refusals = dict[str, str]  # the reasons why letters stay, by their ids

_DEDUPLICATION: Final = 360  # seconds: SQS's five minutes, and one for clocks that differ


class Target(Protocol):
    """Takes letters."""

    name: str  # where they go, for people
    batch: int  # how many at once

    def refusal(self, letter: Letter) -> str:
        """Why the letter stays; empty if it can be sent. Asked before `send`."""

    def send(self, letters: Sequence[Letter]) -> Refusals:
        """Send letters; what is not refused has been accepted."""


class SourceQueue:
    """The queue that dead letters come from.

    Messages keep their attributes, message group and deduplication id; SQS gives them another message id.
    """

    def __init__(self, sqs: Client, arn: str) -> None:
        """Find the queue with this ARN."""
        self._sqs, self._arn = sqs, arn
        # A part of a batch can fail, and a FIFO queue must keep the order.
        self.batch = 1 if arn.endswith(".fifo") else BATCH
        queue = Queue(sqs, arn)
        self.name, self._url = queue.name, queue.url

    def refusal(self, letter: Letter) -> str:
        """Why a message stays.

        A FIFO queue accepts and drops a message with a deduplication id that it got in the last five minutes;
        the time of a FIFO message is that of its arrival in the dead-letter queue.
        """
        source = letter.system.get("DeadLetterQueueSourceArn", self._arn)
        if source != self._arn:
            return f"it comes from the queue {source}"
        if letter.system.get("MessageDeduplicationId") and time.time() - letter.sent < _DEDUPLICATION:
            return "it arrived less than 6 minutes ago, and the queue would drop it as a duplicate; try later"
        return ""

    def send(self, letters: Sequence[Letter]) -> Refusals:
        """Send messages in one request, or in several if they are too long for one."""
        entries = [self._entry(number, each) for number, each in enumerate(letters)]
        try:
            answer = self._sqs.send_message_batch(QueueUrl=self._url, Entries=entries)
        except self._sqs.exceptions.BatchRequestTooLong as error:
            if len(letters) == 1:
                return {letters[0].id: str(error)}
            half = len(letters) // 2
            return self.send(letters[:half]) | self.send(letters[half:])
        return {letters[int(each["Id"])].id: _reason(each) for each in answer.get("Failed", [])}

    def _entry(self, number: int, letter: Letter) -> dict[str, Any]:
        names = ("MessageGroupId", "MessageDeduplicationId")
        given = {name: letter.system[name] for name in names if name in letter.system}
        entry = {"Id": str(number), "MessageBody": letter.body, **given}
        return {**entry, "MessageAttributes": letter.attributes} if letter.attributes else entry


class Alias:
    """The alias of a workload: events are invoked asynchronously again, batches of streams at once.

    An event that fails again returns to the failure queue. A batch does not, so its letter is deleted only
    after the function has processed it.
    """

    batch = 1

    def __init__(self, clients: Clients, workload: Workload) -> None:
        """Send to the alias of this workload."""
        self._clients, self._workload = clients, workload
        self._events: dict[str, FailedEvent] = {}
        self.name = workload.alias_arn.split(":", 6)[6]

    def refusal(self, letter: Letter) -> str:
        """Why a letter stays."""
        try:
            self._events[letter.id] = failed_event(letter, self._workload, self._clients)
        except NoEventError as error:
            return str(error)
        return ""

    def send(self, letters: Sequence[Letter]) -> Refusals:
        """Invoke the alias with each event."""
        return {each.id: why for each in letters if (why := self._invoke(self._events.pop(each.id)))}

    def _invoke(self, event: FailedEvent) -> str:
        functions = self._clients("lambda")
        try:
            answer = functions.invoke(
                FunctionName=self._workload.alias_arn,
                InvocationType="RequestResponse" if event.of_stream else "Event",
                Payload=event.payload.encode(),
            )
        except (
            functions.exceptions.RequestTooLargeException,
            functions.exceptions.InvalidRequestContentException,
        ) as error:
            return str(error)
        return _failure(answer) if event.of_stream else ""


def _failure(answer: Mapping[str, Any]) -> str:
    """The reason why a synchronous invocation failed; empty if it did not."""
    text = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        return f"the function failed: {text}"
    try:
        response = json.loads(text or "null")
    except ValueError:
        return ""
    failed = response.get("batchItemFailures") if isinstance(response, dict) else None
    return f"the function reports {len(failed)} failed records" if failed else ""


def _reason(failed: Mapping[str, str]) -> str:
    return failed.get("Message") or failed["Code"]
