"""Records metrics of queues: the number of messages, and the age of the oldest one.

ministack does not record them. AWS measures an active queue once a minute; here every queue is measured
several times per minute of the clock's scale. An age is one of AWS's seconds: at a scale of 0.01 a message
that waits for one second here is 100 s old. In a dead-letter queue it counts from the move, not from the
first sending. `NumberOfMessagesSent` counts SendMessage, single and in batches, but not what SNS, EventBridge
and S3 push into a queue, and neither what a redrive moves.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

import time
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Final

from ..core import clock, hooks, measuring

Queue = Mapping[str, Any]
Message = MutableMapping[str, Any]

_cloudwatch = hooks.module("services.cloudwatch")
_responses = hooks.module("core.responses")
_sqs = hooks.module("services.sqs")
_queues: Any = hooks.attribute(_sqs, "_queues")
_handlers: dict[str, Any] = hooks.attribute(_sqs, "_HANDLERS")
_queue_lock: AbstractContextManager[Any] = hooks.attribute(_sqs, "_queues_lock")
_find_queue: Callable[[str], Queue] = hooks.attribute(_sqs, "_get_q")
_record_metric: Callable[[str, str, float, str, dict[str, str]], None] = hooks.attribute(
    _cloudwatch, "record_metric"
)
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    _responses, "request_scope"
)

_NAMESPACE: Final = "AWS/SQS"
_SEND: Final = "SendMessage"
_MOVED_AT: Final = "emulator_moved_at"


def install() -> None:
    """Start measuring.

    Raises:
        hooks.HookError: ministack's functions that send and move messages are gone.
    """
    hooks.wrap(_sqs, "_act_send_message", _send)
    if _SEND not in _handlers:
        raise hooks.HookError(f"ministack has no handler of {_SEND} any more")
    _handlers[_SEND] = hooks.attribute(_sqs, "_act_send_message")
    measuring.start("the metrics of queues", _measure_all)


def _send(original: Callable[[Mapping[str, Any], str], Any], data: Mapping[str, Any], queue_url: str) -> Any:  # noqa: ANN401 - ministack's own
    sent = original(data, queue_url)
    queue = _find_queue(data.get("QueueUrl", queue_url))
    _record("NumberOfMessagesSent", 1, queue)
    return sent


def _measure_all() -> None:
    for (account, region, _url), queue in _queues.all_items():
        with _request_scope(account, region):
            _measure(queue)


def _measure(queue: Queue) -> None:
    with _queue_lock:
        messages: list[Message] = list(queue["messages"])
    now = time.time()
    visible = sum(message["visible_at"] <= now for message in messages)
    delayed = sum(message["visible_at"] > now and not message["receive_count"] for message in messages)
    oldest = min((_waits_since(message, now) for message in messages), default=now)
    _record("ApproximateNumberOfMessagesVisible", visible, queue)
    _record("ApproximateNumberOfMessagesDelayed", delayed, queue)
    _record("ApproximateNumberOfMessagesNotVisible", len(messages) - visible - delayed, queue)
    _record("ApproximateAgeOfOldestMessage", clock.on_aws(now - oldest), queue, unit="Seconds")


def _waits_since(message: Message, now: float) -> float:
    """When a message came into its queue; the first look at one that was moved says when it was."""
    if "DeadLetterQueueSourceArn" not in message.get("sys", {}):
        return float(message["sent_at"])
    return float(message.setdefault(_MOVED_AT, now))


def _record(name: str, value: float, queue: Queue, *, unit: str = "Count") -> None:
    queue_name = queue["attributes"]["QueueArn"].rsplit(":", 1)[-1]
    _record_metric(_NAMESPACE, name, value, unit, {"QueueName": queue_name})
