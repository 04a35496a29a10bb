"""Responses of APIs and function URLs when the function fails, is throttled, or takes too long.

ministack answers 502 with the function's error, which AWS does not show, and 429 for a throttled function,
and it waits as long as the function runs.

| | HTTP API | REST API | function URL |
|---|---|---|---|
| function error, its own timeout | 500 | 502 | 502 |
| answer without a status | taken as a body | 502 | taken as a body |
| malformed response (`function_responses`) | 500 | 502 | 502 |
| throttled | 503 | 500 | 429 |
| event too large (`lambda_.payload_limits`) | 413 | 413 | 413 |
| integration timeout | 503 after 30 s | 504 after 29 s | |

The function goes on after an integration timeout. It is of this machine's clock, because the handler's work
is. AWS documents the status of most of these; that of a throttled function behind an HTTP API, and the
bodies, are chosen from what users report. Customized gateway responses change only the answers that
ministack makes.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
    https://repost.aws/knowledge-center/api-gateway-5xx-error
    https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
"""

import asyncio
import contextvars
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from ..core import hooks
from ..lambda_ import execution
from ..lambda_.payload_limits import TOO_LARGE
from . import function_responses, http_replies
from .http_replies import Response

T = TypeVar("T")
Document = Mapping[str, Any]
Shaped = tuple[Document | None, str | None]

_rest_apis = hooks.module("services.apigateway_v1")
_lambda = hooks.module("services.lambda_svc")
_gateway_error: Callable[[str, str], Any] = hooks.attribute(_rest_apis, "_gw_error")

_Answers = Mapping[str, Document]


def _answer(status: int, message: str) -> Document:
    """The response of a function with which a client gets that."""
    headers = {"Content-Type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps({"message": message})}


_FAILURES: Final = (TOO_LARGE, "throttle", "error")
"""The kinds of failure in the results of ministack and of our parts; the first one of a result counts."""
_FOR_HTTP_API: Final = {
    TOO_LARGE: _answer(413, "Request Entity Too Large"),
    "throttle": _answer(503, "Service Unavailable"),
    "error": _answer(500, "Internal Server Error"),
}
FORBIDDEN: Final[Response] = (
    500,
    {"Content-Type": "application/json"},
    b'{"message":"Internal Server Error"}',
)
"""The response of an HTTP API that may not invoke its function."""
_FOR_REST_API: Final = {
    TOO_LARGE: _answer(413, "Request Too Long"),
    "throttle": _answer(500, "Internal server error"),
    "error": _answer(502, "Internal server error"),
}
_FOR_URL: Final = {
    TOO_LARGE: _answer(413, "Request Too Long"),
    "error": {**_answer(502, ""), "body": "Internal Server Error"},
}

_answers: contextvars.ContextVar[_Answers | None] = contextvars.ContextVar("answers", default=None)


def install() -> None:
    """Change the responses.

    Raises:
        hooks.HookError: ministack makes responses of results in another way now.
    """
    hooks.wrap(_lambda, "lambda_execute_result_to_api_proxy_response", _shape)
    hooks.wrap(_rest_apis, "_invoke_lambda_proxy_v1", _invoke_for_rest_api)
    hooks.wrap(_rest_apis, "_lambda_proxy_response", _shape_for_rest_api)
    hooks.wrap(_lambda, "handle_function_url_request", _invoke_for_url)


def _shape(original: Callable[[Document], Shaped], result: Document) -> Shaped:
    answers = _answers.get()
    if answers is None:
        return original(result)
    if (failure := answers.get(_failure(result))) is not None:
        return failure, None
    answer, error = original(result)
    if answer is not None:
        is_rest_api = answers is _FOR_REST_API
        answer = function_responses.read(answer, text_body=is_rest_api) or answers["error"]
    return answer, error


def _failure(result: Document) -> str:
    """The kind of failure in a result; empty if there is none."""
    return next((kind for kind in _FAILURES if result.get(kind)), "")


def _shape_for_rest_api(_original: Callable[[Document], Shaped], result: Document) -> Shaped:
    """As for the others, but an answer without a status is a failure."""
    answer, _error = _lambda.lambda_execute_result_to_api_proxy_response(result)
    body = result.get("body")
    is_response = isinstance(body, Mapping) and "statusCode" in body
    failed = result.get("error") or result.get("throttle")
    return (answer if failed or is_response else _FOR_REST_API["error"]), None


async def invoke(integration: Document, record: Document, event: Document) -> Document:
    """The response of a function behind an HTTP API, as it is or in place of a failure."""
    timer = http_replies.send_too_late_after(_seconds(integration))
    try:
        result = await execution.execute(record, event)
    finally:
        timer.cancel()
    if (failure := _FOR_HTTP_API.get(_failure(result))) is not None:
        return failure
    answer = _lambda.lambda_execute_result_to_api_proxy_response(result)[0]
    return function_responses.read(answer, text_body=False) or _FOR_HTTP_API["error"]


async def _invoke_for_rest_api(
    original: Callable[..., Awaitable[Any]], integration: Document, /, *more: object, **named: object
) -> Any:  # noqa: ANN401 - ministack's own
    too_late = _gateway_error("INTEGRATION_TIMEOUT", "Endpoint request timed out")
    invocation = original(integration, *more, **named)
    return await _within(_seconds(integration), invocation, _FOR_REST_API, too_late)


async def _invoke_for_url(
    original: Callable[..., Awaitable[Response]], /, *more: object, **named: object
) -> Response:
    token = _answers.set(_FOR_URL)
    try:
        return await original(*more, **named)
    finally:
        _answers.reset(token)


def _seconds(integration: Document) -> float:
    return float(integration["timeoutInMillis"]) / 1000


async def _within(timeout: float, invocation: Awaitable[T], answers: _Answers, too_late: T) -> T:
    """Wait for an invocation, and no longer; it goes on, because AWS does not end it either."""
    token = _answers.set(answers)
    try:
        return await asyncio.wait_for(asyncio.shield(invocation), timeout)
    except TimeoutError:
        return too_late
    finally:
        _answers.reset(token)
