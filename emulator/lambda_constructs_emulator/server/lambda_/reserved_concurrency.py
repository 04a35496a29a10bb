"""Applies reserved concurrency to the function, whichever version or alias is invoked, and measures it.

ministack knows the limit of the unpublished version only, so an alias is never throttled, and it keeps
its pollers below the limit, so a queue never meets it. On AWS the limit is the function's, pollers do
not know it, and what exceeds it is throttled: a caller gets `TooManyRequestsException`; see
`sqs.batches` for messages. `properties` applies a template's
`ReservedConcurrentExecutions`.

`ConcurrentExecutions` is recorded at the start of each execution, by function only.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..cloudwatch import data_points
from ..core import hooks

Record = Mapping[str, Any]

_lambda = hooks.module("services.lambda_svc")
_functions: Mapping[str, Record] = hooks.attribute(_lambda, "_functions")
_in_flight: Callable[[], tuple[int, Mapping[str, int]]] = hooks.attribute(_lambda, "executions_in_flight")


def install() -> None:
    """Apply the limit when an execution starts, and nowhere else.

    Raises:
        hooks.HookError: ministack's functions that count executions are gone.
    """
    hooks.wrap(_lambda, "_acquire_execution_slot", _acquire)
    hooks.wrap(_lambda, "_sqs_esm_concurrency", _batches)


def _acquire(
    original: Callable[[Record, Record], tuple[str | None, str | None]],
    function: Record,
    configuration: Record,
) -> tuple[str | None, str | None]:
    """The limit is in the record of the function; a version's record has none."""
    name = configuration["FunctionName"]
    key, limit = original(_functions.get(name, function), configuration)
    if key is not None:
        running = max(1, _in_flight()[1].get(key, 0))
        values = [("ConcurrentExecutions", running, "Count")]
        data_points.record("AWS/Lambda", [{"FunctionName": name}], values)
    return key, limit


def _batches(
    original: Callable[[Record, Record, Record, Record | None], int],
    mapping: Record,
    _function: Record,
    _configuration: Record,
    queue: Record | None = None,
) -> int:
    """The concurrency that the mapping allows, without the function's limit."""
    return original(mapping, {}, {}, queue)
