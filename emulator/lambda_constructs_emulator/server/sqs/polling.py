"""Decides when Lambda takes messages from a queue, and how many.

- It takes none while the function's role lacks one of the permissions that this needs, and goes on
  when the role has it back.
- With a batching window it waits until the batch is full or the window, which opens with the first
  message, ends. On AWS the waiting messages are already in flight; here they are visible until the
  batch is complete, so the window does not use up their visibility timeout.
- A batch may have more than the ten messages that one `ReceiveMessage` returns.
- Attributes of messages have the empty lists that are reserved for attributes with several values.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import clock, hooks, journal, reset
from ..event_source_mappings import poller
from . import mapping_checks

Record = Mapping[str, Any]
Message = Mapping[str, Any]

_NONE: Final = 0
_ONE_RECEIVE: Final = 10
_DEFAULT_BATCH: Final = 10

_lambda = hooks.module("services.lambda_svc")
_sqs = hooks.module("services.sqs")

_opened: dict[str, float] = {}
"""When the window of a mapping opened, by its identifier."""
_due: list[str] = []
"""The mapping whose window ended with the batch that the poller is about to take."""
_denied: set[str] = set()
"""Mappings that may not read their queue just now."""


def install() -> None:
    """Keep ministack's poller away from a queue while there is no batch to take.

    Raises:
        hooks.HookError: ministack's poller asks other functions now.
    """
    hooks.wrap(_lambda, "_sqs_esm_concurrency", _allowed_batches)
    hooks.wrap(_sqs, "_receive_messages_for_esm", _receive)
    hooks.wrap(_lambda, "_sqs_message_attributes_to_camel_case", _attributes)
    reset.on_reset(_opened.clear)
    reset.on_reset(_denied.clear)


def _allowed_batches(
    original: Callable[[Record, Record, Record, Record | None], int],
    mapping: Record,
    function: Record,
    configuration: Record,
    queue: Record | None = None,
) -> int:
    """How many batches of a mapping may run at a time: none keeps the poller away."""
    if not _may_read(mapping, configuration["Role"]) or (queue is not None and not _is_due(mapping, queue)):
        return _NONE
    return original(mapping, function, configuration, queue)


def _may_read(mapping: Record, role: str) -> bool:
    identifier, queue = mapping["UUID"], mapping["EventSourceArn"]
    missing = mapping_checks.missing_actions(role, queue)
    if bool(missing) is not (identifier in _denied):
        journal.note(
            "mapping-denied" if missing else "mapping-allowed", queue=queue, role=role, missing=missing
        )
        (_denied.add if missing else _denied.discard)(identifier)
    return not missing


def _is_due(mapping: Record, queue: Record) -> bool:
    """Whether a batch is full or has waited long enough. Windows are the poll thread's, so need no lock."""
    identifier = mapping["UUID"]
    window = clock.here(float(mapping.get("MaximumBatchingWindowInSeconds") or 0))
    _due.clear()
    if not window:
        return True
    now = time.time()
    waiting = sum(1 for message in list(queue["messages"]) if message["visible_at"] <= now)
    if not waiting:
        _opened.pop(identifier, None)
        return False
    if identifier not in _opened:
        _opened[identifier] = now
        poller.look_in(window)
    if waiting < int(mapping.get("BatchSize") or _DEFAULT_BATCH) and now - _opened[identifier] < window:
        return False
    _due[:] = [identifier]
    return True


def _receive(original: Callable[[str, int], list[Message]], queue_url: str, size: int) -> list[Message]:
    """Receive as often as it takes to fill the batch or to empty the queue; the window is over then."""
    while _due:
        _opened.pop(_due.pop(), None)
    batch: list[Message] = []
    while len(batch) < int(size):
        received = original(queue_url, min(int(size) - len(batch), _ONE_RECEIVE))
        batch += received
        if len(received) < _ONE_RECEIVE:
            break
    return batch


def _attributes(
    original: Callable[[Record], dict[str, dict[str, Any]]], attributes: Record
) -> dict[str, dict[str, Any]]:
    """The attributes of a message as in an event."""
    reserved: Record = {"stringListValues": [], "binaryListValues": []}
    return {name: {**reserved, **value} for name, value in original(attributes).items()}
