"""Executes functions on the event loop, for HTTP APIs: without a thread for each request.

ministack executes each request of an API in a new thread. Threads of one Python process wait for each other,
so requests that come at the same time wait for long. Nothing else differs: weights of the alias, reserved
concurrency, failures that a test asks for, metrics, logs and limits.
"""

import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..core import failures, hooks
from . import handlers, invocations, payload_limits, traffic

Record = Mapping[str, Any]
Result = dict[str, Any]

_lambda = hooks.module("services.lambda_svc")
_release: Callable[[str], None] = hooks.attribute(_lambda, "_release_execution_slot")
_in_thread: Callable[..., Awaitable[Result]] = hooks.attribute(
    hooks.module("core.concurrency"), "run_reentrant"
)


async def execute(record: Record, event: object) -> Result:
    """Execute a function, version or alias in the account and region of the context."""
    payload = json.dumps(event).encode()
    if (too_large := payload_limits.too_large(len(payload))) is not None:
        return too_large
    record, begun = traffic.routed(record), time.monotonic()
    result = payload_limits.limited(await _within_concurrency(record, payload))
    invocations.count(invocations.Invoked.from_record(record), result, (time.monotonic() - begun) * 1000)
    return result


async def _within_concurrency(record: Record, payload: bytes) -> Result:
    configuration = invocations.configuration(record)
    # By these names, because parts replace them.
    slot, _limit = _lambda._acquire_execution_slot(record, configuration)
    if slot is None:
        return failures.throttled(configuration["FunctionName"])
    try:
        return await _run(record, configuration, payload, str(uuid.uuid4()))
    finally:
        _release(slot)


async def _run(record: Record, configuration: Record, payload: bytes, request_id: str) -> Result:
    if not handlers.runs(record):
        dispatch = _lambda._execute_function_dispatch
        return await _in_thread(dispatch, record, configuration, json.loads(payload), request_id, time.time())
    failure = failures.next_of(configuration["FunctionName"])
    if failure and failure != failures.LOSE:
        return failures.result(failure, configuration, request_id)
    result = await handlers.execute_on_loop(record, payload, request_id)
    if failure and not result.get("error"):
        return failures.result(failure, configuration, request_id)
    return result
