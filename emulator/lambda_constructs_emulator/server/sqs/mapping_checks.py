"""Refuses event source mappings on a queue that Lambda refuses.

Lambda reads the queue with the function's role, and checks it when a mapping is created or updated: the
role needs `sqs:ReceiveMessage`, `sqs:DeleteMessage` and `sqs:GetQueueAttributes`. It also refuses a
queue whose messages would come back while the function still works on them, and batches that its
poller cannot collect. ministack accepts all of these. Error messages are those of the Lambda API.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..core import hooks
from ..event_source_mappings import refusals
from ..iam import permissions

Settings = Mapping[str, Any]

ACTIONS: Final = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""The actions on a queue for which Lambda uses the function's role."""

_DEFAULT_BATCH: Final = 10
_LARGEST_UNWINDOWED_BATCH: Final = 10
_DEFAULT_VISIBILITY: Final = "30"

_lambda = hooks.module("services.lambda_svc")
_sqs = hooks.module("services.sqs")
_function: Callable[[str], tuple[Any, Any, str]] = hooks.attribute(_lambda, "_get_func_record_for_ref")
_queue: Callable[[str], Any] = hooks.attribute(_sqs, "_queue_by_arn")


def install() -> None:
    """Refuse what AWS refuses.

    Raises:
        hooks.HookError: ministack creates or updates mappings in another way now.
    """
    refusals.install(_objections)


def missing_actions(role: str, queue_arn: str) -> list[str]:
    """The permissions that a role lacks for a mapping on a queue."""
    return [action for action in ACTIONS if not permissions.role_allows(role, action, queue_arn)]


def _objections(settings: Settings) -> Iterator[str]:
    """Why AWS would refuse a mapping of a queue; ministack judges the rest itself."""
    arn = settings.get("EventSourceArn") or ""
    if not arn.startswith("arn:aws:sqs:"):
        return
    yield from _batch_objections(settings, is_fifo=arn.endswith(".fifo"))
    record, configuration, _name = _function(settings.get("FunctionName") or "")
    queue = _queue(arn)
    if record is None or queue is None:
        return
    for action in missing_actions(configuration["Role"], arn):
        call = action.partition(":")[2]
        yield f"The function execution role does not have permissions to call {call} on SQS"
    visibility = int(queue["attributes"].get("VisibilityTimeout", _DEFAULT_VISIBILITY))
    timeout = int(configuration["Timeout"])
    if visibility < timeout:
        yield (
            f"Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds"
        )


def _batch_objections(settings: Settings, *, is_fifo: bool) -> Iterator[str]:
    size = int(settings.get("BatchSize") or _DEFAULT_BATCH)
    window = int(settings.get("MaximumBatchingWindowInSeconds") or 0)
    if is_fifo and window:
        yield "Batching window is not supported for FIFO queues"
    if size > _LARGEST_UNWINDOWED_BATCH and not window:
        yield (
            "Maximum batch window in seconds must be greater than 0 "
            f"if maximum batch size is greater than {_LARGEST_UNWINDOWED_BATCH}"
        )
