"""Dead-letter queues of SNS and EventBridge: get the events that a function could not be given.

The queue must be a standard one, in the account and region of the source, and its policy must allow the
service to send for that source; otherwise the event is lost. The journal gets a `dead-letter` with
service, source and queue, and whether the queue kept it.

    https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks, journal

_sqs = hooks.module("services.sqs")
_find_queue: Callable[[str], Any] = hooks.attribute(_sqs, "_queue_by_arn")
_queue_url: Callable[[str], str] = hooks.attribute(_sqs, "_queue_url")
_allows: Callable[[str, str, str, str], bool] = hooks.attribute(_sqs, "queue_policy_allows")
_pin_request_origin: Callable[[str, bool], None] = hooks.attribute(
    hooks.module("core.iam_evaluator"), "pin_request_origin"
)

_FIFO: Final = ".fifo"


def keep(service: str, source_arn: str, queue_arn: str, body: str, attributes: Mapping[str, str]) -> bool:
    """Send an event to a dead-letter queue, and say whether it arrived.

    Args:
        service: who sends, such as `sns.amazonaws.com`.
        source_arn: the topic or rule that had the event.
        queue_arn: the queue.
        body: the event.
        attributes: of the message, all of them text.
    """
    account = source_arn.split(":")[4]
    # Services send over TLS, also from a thread without a request: the policy may require it.
    _pin_request_origin("127.0.0.1", True)
    kept = (
        not queue_arn.endswith(_FIFO)
        and _find_queue(queue_arn) is not None
        and _allows(queue_arn, service, source_arn, account)
    )
    if kept:
        typed = {name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()}
        name = queue_arn.rsplit(":", 1)[-1]
        _sqs._act_send_message({"MessageBody": body, "MessageAttributes": typed}, _queue_url(name))
    journal.note("dead-letter", service=service, source=source_arn, queue=queue_arn, kept=kept)
    return kept
