"""Answers requests to HTTP APIs, before ministack looks at them as requests to each service in turn.

`refused_calls` refuses requests to disabled endpoints and throttled routes. IAM authorizes a request, if its
route says so; ministack asks other authorizers and answers CORS preflights; `http_integrations` invokes the
function. `request_metrics` counts each request, also one that is not let in.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from ..core import hooks
from . import http_integrations, http_requests, http_routes, iam_authorization, refused_calls
from .http_replies import Reply, Response
from .http_requests import Request

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_app = hooks.module("app")
_responses = hooks.module("core.responses")
_resetting: Callable[[], Any] = hooks.attribute(_app, "_get_reset_lock")
_set_account: Callable[[str], None] = hooks.attribute(_responses, "set_request_account_id")
_set_region: Callable[[str], None] = hooks.attribute(_responses, "set_request_region")
_set_client: Callable[[str], None] = hooks.attribute(_responses, "set_request_client_ip")

_log = logging.getLogger(__name__)


def answering(application: Application) -> Application:
    """The application, with HTTP APIs."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        address = http_requests.address_of(scope) if scope["type"] == "http" else None
        if address is None:
            await application(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        request = http_requests.read(scope, address, body)
        async with _resetting():
            pass
        _set_account(address.account)
        _set_region(address.region)
        _set_client(request.client)
        reply = Reply(request, send)
        await reply.send(await _response(request))

    return serve


async def _response(request: Request) -> Response:
    _account, _region, api, _stage, path = request.address
    try:
        route = http_routes.match(api, request.method, path) or {}
        refused = refused_calls.refusal(request, route) or iam_authorization.refusal(request, route)
        return await http_integrations.respond(request, route) if refused is None else refused
    except Exception:  # noqa: BLE001 - the client gets a response, whatever is wrong
        _log.exception("a request to the HTTP API %s failed", api)
        return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
