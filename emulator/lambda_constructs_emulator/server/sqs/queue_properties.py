"""Refuses queues that SQS refuses: names with other characters, dead-letter queues of the other kind.

ministack takes both, from the API and from templates.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks

Document = Mapping[str, Any]

_sqs = hooks.module("services.sqs")
_handlers: dict[str, Any] = hooks.attribute(_sqs, "_HANDLERS")
_error: Callable[[str, str], Exception] = hooks.attribute(_sqs, "_Err")

_TYPE: Final = "AWS::SQS::Queue"
_CREATE: Final = "CreateQueue"
_FIFO: Final = ".fifo"
_NAME: Final = re.compile(r"(?=.{1,80}\Z)[A-Za-z0-9_-]+(\.fifo)?")
_OTHER_NAME: Final = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"


def install() -> None:
    """Check queues before ministack creates them.

    Raises:
        hooks.HookError: ministack creates queues in another way now.
    """
    original = _handlers.get(_CREATE)
    if not callable(original):
        raise hooks.HookError(f"ministack has no handler of {_CREATE} any more")

    def create(request: Document, url: str) -> Any:  # noqa: ANN401 - ministack's own
        policy = (request.get("Attributes") or {}).get("RedrivePolicy")
        if refusal := _refusal(request.get("QueueName") or "", policy):
            raise _error("InvalidParameterValue", refusal)
        return original(request, url)

    _handlers[_CREATE] = create
    provisioning.wrap(_TYPE, "create", _provision)


def _provision(original: Callable[..., Any], logical_id: str, properties: Document, stack: str) -> object:
    # Without a name it gets one that ends as its kind wants.
    is_fifo = str(properties.get("FifoQueue")).lower() == "true"
    name = properties.get("QueueName") or ("queue" + (_FIFO if is_fifo else ""))
    if refusal := _refusal(name, properties.get("RedrivePolicy")):
        raise provisioning.refused(refusal)
    return original(logical_id, properties, stack)


def _refusal(name: str, redrive_policy: object) -> str | None:
    """Why SQS does not create a queue; ministack refuses one without a name and judges the rest."""
    if name and not _NAME.fullmatch(name):
        return _OTHER_NAME
    try:
        policy = json.loads(redrive_policy) if isinstance(redrive_policy, str) else redrive_policy
    except ValueError:
        return None
    target = policy.get("deadLetterTargetArn") if isinstance(policy, Mapping) else None
    if isinstance(target, str) and target.endswith(_FIFO) != name.endswith(_FIFO):
        return "Dead-letter queue must be same type of queue as the source."
    return None
