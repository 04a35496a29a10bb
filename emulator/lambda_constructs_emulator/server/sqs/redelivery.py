"""Shortens the wait between two deliveries of a message that a function did not process.

On AWS a message that an SQS batch failed on stays invisible for the rest of its visibility timeout
and is then delivered again, until the queue's maximum receive count moves it to the dead-letter
queue. With six times the function timeout, as AWS recommends, five deliveries take minutes. Here
what is left of the wait once the handler has ended is multiplied by the time scale. While the
handler runs, the full visibility timeout holds, so a second delivery never runs
at the same time as the first one.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ..core import clock, hooks
from ..event_source_mappings import poller

Message = MutableMapping[str, Any]
Record = Mapping[str, Any]

_lambda = hooks.module("services.lambda_svc")
_sqs = hooks.module("services.sqs")
_lock: AbstractContextManager[Any] = hooks.attribute(_sqs, "_queues_lock")
_queues: Mapping[str, Any] = hooks.attribute(_sqs, "_queues")


def install() -> None:
    """Multiply the wait before a redelivery by the time scale; 1 keeps AWS's own waits.

    Raises:
        hooks.HookError: ministack's function that runs a batch is gone.
    """

    def run_batch(  # noqa: PLR0917 - ministack calls it like this
        original: Callable[[Record, Record, Record, Sequence[Message], str, str], None],
        mapping: Record,
        function: Record,
        event: Record,
        batch: Sequence[Message],
        queue_url: str,
        queue_name: str,
    ) -> None:
        handles = {message["receipt_handle"] for message in batch}
        original(mapping, function, event, batch, queue_url, queue_name)
        _shorten(queue_url, handles, clock.scale())

    hooks.wrap(_lambda, "_run_sqs_batch", run_batch)


def _shorten(queue_url: str, handles: set[str], time_scale: float) -> None:
    """Scale what is left of the invisibility of those messages of the batch still in the queue."""
    with _lock:
        queue = _queues.get(queue_url)
        now = time.time()
        for message in queue["messages"] if queue else []:
            if message["receipt_handle"] in handles and message["visible_at"] > now:
                wait = (message["visible_at"] - now) * time_scale
                message["visible_at"] = now + wait
                poller.look_in(wait)
