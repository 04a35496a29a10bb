"""Limits the size of requests through APIs and function URLs, and of every function's response.

An event and a response may have 6 MB each. A larger event is not invoked: the client gets 413. A larger
response is a function error, `Function.ResponseSizeTooLarge`. ministack has neither limit.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html

API Gateway's own limit, 10 MB, is higher. Not emulated: the limits of other invocations, and of streams.
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

SIZE: Final = "size"
"""Says in a result how many bytes the response has, if that is known."""

_lambda = hooks.module("services.lambda_svc")

_LIMIT: Final = 6 * 1024 * 1024  # bytes, of an event and of an answer: gettingstarted-limits.html


def install() -> None:
    """Measure requests and responses.

    Raises:
        hooks.HookError: ministack lacks the functions that execute for APIs and function URLs.
    """
    hooks.wrap(_lambda, "_execute_function_with_config_scope", _take)
    hooks.wrap(_lambda, "_execute_function", _answer)


def too_large(size: int) -> Result | None:
    """The result of an event of so many bytes, if it is too large."""
    if size <= _LIMIT:
        return None
    message = (
        f"{size} byte payload is too large for the RequestResponse invocation type (limit {_LIMIT} bytes)"
    )
    return {"error": True, TOO_LARGE: True, "body": _error("RequestTooLargeException", message)}


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
    """Bytes of what is sent, which is JSON unless ministack has it as it came."""
    if isinstance(document, bytes):
        return len(document)
    text = document if isinstance(document, str) else json.dumps(document)
    return len(text.encode())


def _error(kind: str, message: str) -> Mapping[str, str]:
    return {"errorType": kind, "errorMessage": message}
