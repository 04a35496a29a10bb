"""Invokes a function with a batch of messages: throttling, partial responses, metrics.

- While the function is throttled, Lambda invokes it again, with growing delays, until the visibility
  timeout of the messages is over; then they are delivered again, which counts as a receive.
- With `ReportBatchItemFailures`, Lambda reads the response as `event_source_mappings.partial_batches` says.
- Messages of a recursive loop are dropped; see `lambda_.recursion`.
- The events count for the mapping's metrics; see `event_source_mappings.metrics`.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

import contextvars
import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..core import clock, hooks
from ..event_source_mappings import metrics, partial_batches, poller
from ..lambda_ import recursion

Record = Mapping[str, Any]
Message = MutableMapping[str, Any]
Result = dict[str, Any]

_FIRST_PAUSE: Final = 1.0
"""Seconds of AWS before the first repetition of a throttled invocation; AWS does not document its own."""
_LONGEST_PAUSE: Final = 10.0
_MOST_RECEIVES: Final = 1001
"""More than any queue's `maxReceiveCount`."""
_SHORTEST_PAUSE: Final = 0.05
"""Seconds of this machine, however much it is scaled."""

_lambda = hooks.module("services.lambda_svc")
_sqs = hooks.module("services.sqs")
_mappings: Mapping[str, Record] = hooks.attribute(_lambda, "_esms")
_queues: Mapping[str, Any] = hooks.attribute(_sqs, "_queues")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The arguments that ministack's poller passes to a separate thread."""

    mapping: Record
    event: Record
    queue_url: str
    received_until: float
    """When, on this machine's clock with the time scale, the messages' visibility timeout is over."""

    @property
    def message_ids(self) -> frozenset[str]:
        """The messages that the function gets: what the filters left."""
        return frozenset(record["messageId"] for record in self.event["Records"])


_current: contextvars.ContextVar[Batch | None] = contextvars.ContextVar("batch", default=None)


def install() -> None:
    """Follow a batch through ministack's functions.

    Raises:
        hooks.HookError: ministack runs batches in another way now.
    """
    hooks.wrap(_lambda, "_run_sqs_batch", _run)
    hooks.wrap(_lambda, "_execute_function", _execute)
    hooks.wrap(_sqs, "_delete_messages_for_esm", _delete)


def _run(  # noqa: PLR0917 - ministack calls it like this
    original: Callable[[Record, Record, Record, Sequence[Message], str, str], None],
    mapping: Record,
    function: Record,
    event: Record,
    messages: Sequence[Message],
    queue_url: str,
    queue_name: str,
) -> None:
    numbers = {message["id"]: recursion.of_message(message) for message in messages}
    dropped = {each for each in numbers if recursion.is_dropped(mapping["FunctionName"], numbers[each])}
    if dropped:
        _give_up(queue_url, [message for message in messages if message["id"] in dropped])
        messages = [message for message in messages if message["id"] not in dropped]
        event = {"Records": [each for each in event["Records"] if each["messageId"] not in dropped]}
    if not messages:
        return
    number = max(numbers[message["id"]] for message in messages)
    now = time.time()
    visibility = min(message["visible_at"] for message in messages) - now
    until = now + clock.here(visibility)
    batch = Batch(mapping=mapping, event=event, queue_url=queue_url, received_until=until)
    token, counted = _current.set(batch), recursion.before.set(number)
    try:
        original(mapping, function, event, messages, queue_url, queue_name)
    finally:
        recursion.before.reset(counted)
        _current.reset(token)


def _give_up(queue_url: str, messages: Sequence[Message]) -> None:
    """Let messages go to the dead-letter queue, or nowhere."""
    if _queues[queue_url]["attributes"].get("RedrivePolicy"):
        for message in messages:
            message.update(receive_count=_MOST_RECEIVES, visible_at=time.time())
        poller.look_now()
    else:
        _sqs._delete_messages_for_esm(queue_url, {message["receipt_handle"] for message in messages})


def _execute(original: Callable[[Record, Record], Result], function: Record, event: Record) -> Result:
    batch = _current.get()
    if batch is None or event is not batch.event:
        return original(function, event)
    result = _invoke(original, function, batch)
    if result.get("error"):
        return result
    if not partial_batches.is_reported_by(batch.mapping):
        return result
    failed = partial_batches.failed_items(result.get("body"), batch.message_ids)
    metrics.record(batch.mapping, FailedInvokeEventCount=len(failed))
    return {**result, "body": partial_batches.response_for(failed)}


def _invoke(original: Callable[[Record, Record], Result], function: Record, batch: Batch) -> Result:
    """Invoke until the function has capacity, or the messages or the mapping are gone."""
    events = len(batch.message_ids)
    wanted = _FIRST_PAUSE
    while True:
        result = original(function, batch.event)
        metrics.record(batch.mapping, InvokedEventCount=events)
        if result.get("error"):
            metrics.record(batch.mapping, FailedInvokeEventCount=events)
        pause = max(clock.here(wanted), _SHORTEST_PAUSE)
        if not result.get("throttle") or time.time() + pause >= batch.received_until:
            return result
        time.sleep(pause)
        if batch.mapping["UUID"] not in _mappings:
            return result
        wanted = min(2 * wanted, _LONGEST_PAUSE)


def _delete(original: Callable[[str, set[str]], None], queue_url: str, handles: set[str]) -> None:
    batch = _current.get()
    if batch is not None:
        # A handler that outlasts the visibility timeout comes too late: then another receive has them.
        held = {message["receipt_handle"] for message in list(_queues[queue_url]["messages"])}
        processed = {record["receiptHandle"] for record in batch.event["Records"]}
        metrics.record(batch.mapping, DeletedEventCount=len(held & processed & handles))
    original(queue_url, handles)
