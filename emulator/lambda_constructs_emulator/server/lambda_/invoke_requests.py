"""Checks requests to invoke a function as Lambda's API does, and passes on their client context.

Lambda refuses a payload that is too large or not JSON, and a client context that is not JSON. ministack takes
what is not JSON for an empty event, and drops the client context. Lambda passes a client context on for
synchronous invocations only.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Final

from ..core import hooks
from . import payload_limits

Response = tuple[int, dict[str, str], bytes]

_lambda = hooks.module("services.lambda_svc")
_error: Callable[[str, str, int], Response] = hooks.attribute(
    hooks.module("core.responses"), "error_response_json"
)

_OPERATIONS: Final = ("/invocations", "/response-streaming-invocations")
_EVENT: Final = "Event"
_INVALID: Final = "InvalidRequestContentException"

client_context: ContextVar[str] = ContextVar("client_context", default="")
"""What the caller says about itself, in JSON; empty if it says nothing."""


def install() -> None:
    """Check requests before ministack reads them.

    Raises:
        hooks.HookError: ministack takes requests in another way now.
    """
    hooks.wrap(_lambda, "handle_request", _handle)


async def _handle(  # noqa: PLR0917 - ministack calls it like this
    original: Callable[..., Awaitable[Response]],
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    query: Mapping[str, list[str]],
) -> Response:
    if method != "POST" or not path.endswith(_OPERATIONS):
        return await original(method, path, headers, body, query)
    kind = headers.get("x-amz-invocation-type") or "RequestResponse"
    try:
        context = _client_context(headers.get("x-amz-client-context", ""))
    except ValueError:
        return _error(_INVALID, "Client context must be a valid Base64-encoded JSON object.", 400)
    if (message := payload_limits.excess(len(body), kind)) is not None:
        return _error(payload_limits.TOO_LARGE_CODE, message, 413)
    try:
        json.loads(body or b"{}", parse_constant=_no_number)
    except ValueError as error:
        return _error(_INVALID, f"Could not parse request body into json: {error}", 400)
    token = client_context.set("" if kind == _EVENT else context)
    try:
        return await original(method, path, headers, body, query)
    finally:
        client_context.reset(token)


def _no_number(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(f"{name} is not JSON")


def _client_context(encoded: str) -> str:
    """The client context of a request as JSON.

    Raises:
        ValueError: It is not a JSON object in base64.
    """
    if not encoded:
        return ""
    decoded = base64.b64decode(encoded, validate=True).decode()
    if not isinstance(json.loads(decoded), dict):
        raise ValueError(decoded)  # noqa: TRY004 - as for what is not JSON at all
    return decoded
