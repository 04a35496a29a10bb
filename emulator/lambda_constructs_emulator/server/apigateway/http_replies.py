"""Sends the response to a request to an HTTP API: of its integration, or after the integration timeout.

A function goes on after the timeout, because AWS does not end it either. Its request goes on with it, while
the client has its response. The timeout is of this machine's clock, because the handler's work is.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from email.utils import formatdate
from typing import Any, Final

from ..core import hooks
from . import request_metrics
from .http_requests import Request
from .request_events import request_id

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Response = tuple[int, Mapping[str, Any], bytes]

_http_apis = hooks.module("services.apigateway")
_apis: Any = hooks.attribute(_http_apis, "_apis")
_cors_headers: Callable[[Mapping[str, Any], str], Mapping[str, str]] = hooks.attribute(
    _http_apis, "_cors_response_headers"
)
_lines: Callable[[Mapping[str, Any]], list[tuple[bytes, bytes]]] = hooks.attribute(
    hooks.module("app"), "_asgi_header_list"
)

TOO_LATE: Final = 503, {"Content-Type": "application/json"}, b'{"message": "Service Unavailable"}'

_current: ContextVar["Reply"] = ContextVar("reply")


class Reply:
    """The one response to a request."""

    def __init__(self, request: Request, send: Send) -> None:
        self._request, self._send = request, send
        self._begun = time.monotonic()
        self._measured = request_metrics.begin(request.address.api, request.address.stage)
        self._sent = False
        _current.set(self)

    async def send(self, response: Response) -> None:
        """Send a response, unless the client has one; it counts for the metrics."""
        if self._sent:
            return
        self._sent = True
        status, headers, body = response
        request_metrics.count_for_http_api(self._measured, status, self._begun)
        headers = {
            **headers,
            "apigw-requestid": request_id(),
            "Content-Length": str(len(body)),
            "Date": _date(int(time.time())),
        }
        await self._send({"type": "http.response.start", "status": status, "headers": _lines(headers)})
        await self._send({"type": "http.response.body", "body": body})

    async def send_too_late(self) -> None:
        """Send the response of an integration that takes too long."""
        request_metrics.integrated(self._begun)
        await self.send(with_cors(self._request, TOO_LATE))


def send_too_late_after(seconds: float) -> asyncio.TimerHandle:
    """Send that response to the current request, unless the caller cancels it before."""
    loop, late = asyncio.get_running_loop(), _current.get().send_too_late

    def send() -> None:
        task = loop.create_task(late())
        _sending.add(task)
        task.add_done_callback(_sending.discard)

    return loop.call_later(seconds, send)


_sending: Final[set[asyncio.Task[None]]] = set()
"""Keeps tasks until they end."""


def with_cors(request: Request, response: Response) -> Response:
    """The response with the headers of the API's CORS configuration."""
    account, region, api, _stage, _path = request.address
    cors = _apis.get_scoped(account, region, api, {}).get("corsConfiguration")
    if not cors:
        return response
    status, headers, body = response
    return status, {**headers, **_cors_headers(cors, request.headers.get("origin", ""))}, body


@functools.lru_cache(maxsize=1)
def _date(now: int) -> str:
    return formatdate(now, usegmt=True)
