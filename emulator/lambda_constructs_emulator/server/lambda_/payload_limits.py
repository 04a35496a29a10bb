"""Limits the size of requests through APIs and function URLs, and of every function's response.

An event and a response may have 6 MB each, and the event of an asynchronous invocation 1 MB. A larger event
is not invoked: the client gets 413. A larger response is a function error, `Function.ResponseSizeTooLarge`.
ministack does not have these limits.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html

API Gateway's own limit, 10 MB, is higher. `invoke_requests` applies the limits to Lambda's API. Not emulated:
the limits of events that other services send, and of streams.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks

Record = Mapping[str, Any]
Result = dict[str, Any]
Execute = Callable[[Record, object], Result]

TOO_LARGE: Final = "too_large"
"""Marks the result of an event that was too large, next to `error`."""

TOO_LARGE_CODE: Final = "RequestTooLargeException"
"""The code of Lambda's error for such an event."""
SIZE: Final = "size"
"""Says in a result how many bytes the response has, if that is known."""

_lambda = hooks.module("services.lambda_svc")

_LIMIT: Final = 6 * 1024 * 1024  # bytes, of an event and of an answer: gettingstarted-limits.html
_LIMIT_OF_EVENT: Final = 1024 * 1024  # bytes, of an event of an asynchronous invocation: API_Invoke.html


def install() -> None:
    """Measure requests and responses.

    Raises:
        hooks.HookError: ministack lacks the functions that execute for APIs and function URLs.
    """
    hooks.wrap(_lambda, "_execute_function_with_config_scope", _take)
    hooks.wrap(_lambda, "_execute_function", _answer)


def too_large(size: int) -> Result | None:
    """The result of an event of so many bytes, if it is too large."""
    message = excess(size, "RequestResponse")
    if message is None:
        return None
    return {"error": True, TOO_LARGE: True, "body": _error(TOO_LARGE_CODE, message)}


def excess(size: int, invocation_type: str) -> str | None:
    """The message about an event of so many bytes, if it is too large for that type of invocation."""
    limit = _LIMIT_OF_EVENT if invocation_type == "Event" else _LIMIT
    if size <= limit:
        return None
    return f"{size} byte payload is too large for the {invocation_type} invocation type (limit {limit} bytes)"


def limited(result: Result) -> Result:
    """The result, or an error if the response is too large."""
    if result.get("error"):
        return result
    size = result.get(SIZE)
    if (_size(result.get("body")) if size is None else size) <= _LIMIT:
        return result
    message = f"Response payload size exceeded maximum allowed payload size ({_LIMIT} bytes)."
    return {**result, "error": True, "body": _error("Function.ResponseSizeTooLarge", message)}


def _take(original: Execute, record: Record, event: object) -> Result:
    return too_large(_size(event)) or original(record, event)


def _answer(original: Execute, record: Record, event: object) -> Result:
    return limited(original(record, event))


def _size(document: object) -> int:
    """Bytes of what is sent: JSON as Lambda's runtimes write it, unless ministack has it as it came."""
    if isinstance(document, bytes):
        return len(document)
    return len(json.dumps(document, ensure_ascii=False).encode(errors="surrogatepass"))


def _error(kind: str, message: str) -> Mapping[str, str]:
    return {"errorType": kind, "errorMessage": message}
