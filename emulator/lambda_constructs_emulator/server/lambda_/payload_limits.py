"""How large a request may be that a front door passes on, and how large the answer of any function.

Lambda takes 6 MB of event, and 6 MB of answer. A larger event is no invocation: the client gets 413. A larger
answer is an error of the function, `Function.ResponseSizeTooLarge`. ministack passes on both.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html

API Gateway's own limit, 10 MB, is above that. Left out: the limits of other invocations, and of streams.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks

Record = Mapping[str, Any]
Result = dict[str, Any]
Execute = Callable[[Record, object], Result]

TOO_LARGE: Final = "too_large"
"""What the result of an event that was too large has, beside `error`."""

_lambda = hooks.module("services.lambda_svc")

_LIMIT: Final = 6 * 1024 * 1024  # bytes, of an event and of an answer: gettingstarted-limits.html


def install() -> None:
    """Measure what goes in and what comes out.

    Raises:
        hooks.HookError: ministack's functions that execute for a front door are gone.
    """
    hooks.wrap(_lambda, "_execute_function_with_config_scope", _take)
    hooks.wrap(_lambda, "_execute_function", _answer)


def _take(original: Execute, record: Record, event: object) -> Result:
    size = _size(event)
    if size <= _LIMIT:
        return original(record, event)
    message = (
        f"{size} byte payload is too large for the RequestResponse invocation type (limit {_LIMIT} bytes)"
    )
    return {"error": True, TOO_LARGE: True, "body": _error("RequestTooLargeException", message)}


def _answer(original: Execute, record: Record, event: object) -> Result:
    result = original(record, event)
    if result.get("error") or _size(result.get("body")) <= _LIMIT:
        return result
    message = f"Response payload size exceeded maximum allowed payload size ({_LIMIT} bytes)."
    return {**result, "error": True, "body": _error("Function.ResponseSizeTooLarge", message)}


def _size(document: object) -> int:
    """Bytes of what is sent, which is JSON unless ministack has it as it came."""
    if isinstance(document, bytes):
        return len(document)
    text = document if isinstance(document, str) else json.dumps(document)
    return len(text.encode())


def _error(kind: str, message: str) -> Mapping[str, str]:
    return {"errorType": kind, "errorMessage": message}
