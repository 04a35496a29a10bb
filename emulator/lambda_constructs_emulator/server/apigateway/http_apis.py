"""Answers requests to HTTP APIs, before ministack looks at them as requests to each service in turn.

A request finds an HTTP API by its host name, by a path of the emulator or by a custom domain. It takes the
stage that its path names, or else `$default`. Then IAM authorizes it, if the route says so; ministack asks
other authorizers and answers CORS preflights; `http_integrations` matches the route and invokes the function.
`request_metrics` counts each request, also one that is not let in.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
"""

import functools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from ..core import hooks
from . import iam_authorization, request_metrics
from .request_events import request_id

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Response = tuple[int, dict[str, Any], bytes]

_app = hooks.module("app")
_http_apis = hooks.module("services.apigateway")
_responses = hooks.module("core.responses")
_apis: Any = hooks.attribute(_http_apis, "_apis")
_stages: Any = hooks.attribute(_http_apis, "_stages")
_parse_url: Callable[[str, str], tuple[str, str, str] | None] = hooks.attribute(
    _app, "_parse_execute_api_url"
)
_parse_domain: Callable[[str, str], tuple[str, str, str] | None] = hooks.attribute(
    _app, "_resolve_custom_domain_request"
)
_decode_path: Callable[[str], str] = hooks.attribute(_http_apis, "decode_http_api_path")
_text: Callable[[bytes], str] = hooks.attribute(hooks.module("core.sigv4"), "decode_header_value")
_lines: Callable[[Mapping[str, Any]], list[tuple[bytes, bytes]]] = hooks.attribute(_app, "_asgi_header_list")
_resetting: Callable[[], Any] = hooks.attribute(_app, "_get_reset_lock")
_set_account: Callable[[str], None] = hooks.attribute(_responses, "set_request_account_id")
_set_region: Callable[[str], None] = hooks.attribute(_responses, "set_request_region")
_set_client: Callable[[str], None] = hooks.attribute(_responses, "set_request_client_ip")

_DEFAULT_STAGE: Final = "$default"
_CONNECTIONS: Final = "/@connections/"
_JSON: Final = {"Content-Type": "application/json"}
_log = logging.getLogger(__name__)


class Address(NamedTuple):
    """A path in a stage of an API."""

    account: str
    region: str
    api: str
    stage: str
    path: str


def answering(application: Application) -> Application:
    """The application, with HTTP APIs."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        address = _address(scope) if scope["type"] == "http" else None
        if address is None:
            await application(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        status, headers, content = await _answer(scope, address, body)
        headers |= {
            "apigw-requestid": request_id(),
            "Content-Length": str(len(content)),
            "Date": _date(int(time.time())),
        }
        await send({"type": "http.response.start", "status": status, "headers": _lines(headers)})
        await send({"type": "http.response.body", "body": content})

    return serve


@functools.lru_cache(maxsize=1)
def _date(now: int) -> str:
    return formatdate(now, usegmt=True)


def _address(scope: Scope) -> Address | None:
    """The address of a request, if it is one of an HTTP API."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    path: str = scope["path"]
    if ".execute-api." in host or path.startswith("/_aws/execute-api/"):
        found = _parse_url(host, path)
        named = False
    else:
        found = _parse_domain(host, path)
        named = bool(found and found[1])
    if found is None or (owner := _owner(found[0])) is None:
        return None
    api, stage, rest = found
    if rest.startswith(_CONNECTIONS):
        return None
    rest = _as_sent(scope, rest)
    if (
        not named
        and stage not in (stages := _stages.get_scoped(*owner, api, {}))
        and _DEFAULT_STAGE in stages
    ):
        rest, stage = (f"/{stage}{'' if rest == '/' else rest}", _DEFAULT_STAGE)
    return Address(*owner, api, stage, rest)


def _owner(api: str) -> tuple[str, str] | None:
    """The account and the region of an HTTP API; None if there is none with that id."""
    for (account, region, found), record in _apis.all_items():
        if found == api and record.get("protocolType") == "HTTP":
            return account, region
    return None


def _as_sent(scope: Scope, rest: str) -> str:
    """The end of the path as HTTP APIs decode it, which keep `%25`."""
    path = scope["path"]
    if "%" not in scope["raw_path"].decode("ascii") or not path.endswith(rest):
        return rest
    decoded, prefix = _decode_path(scope["raw_path"].decode("ascii")), path[: len(path) - len(rest)]
    return decoded[len(prefix) :] if decoded.startswith(prefix) else rest


async def _answer(scope: Scope, address: Address, body: bytes) -> Response:
    account, region, api, stage, path = address
    begun = time.monotonic()
    async with _resetting():
        pass
    _set_account(account)
    _set_region(region)
    _set_client(scope["client"][0])
    request = request_metrics.begin(api, stage)
    sent = scope["query_string"].decode()
    query = parse_qs(sent, keep_blank_values=True) if sent else {}
    headers = _headers(scope)
    try:
        response = iam_authorization.refusal(scope, api, stage, path, headers, query, body)
        if response is None:
            # By this name, because a part replaces it.
            response = await _http_apis._handle_execute_in_scope(
                api, stage, path, scope["method"], headers, body, query, account, region, sent
            )
    except Exception:  # noqa: BLE001 - the client gets a response, whatever is wrong
        _log.exception("a request to the HTTP API %s failed", api)
        response = 500, dict(_JSON), b'{"message":"Internal Server Error"}'
    request_metrics.count_for_http_api(request, response[0], begun)
    return response


def _headers(scope: Scope) -> dict[str, str]:
    """The headers; a name that comes twice has one value."""
    headers: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1")
        if name in headers:
            headers[name] += f"{'; ' if name == 'cookie' else ', '}{_text(value)}"
        else:
            headers[name] = _text(value)
    headers.setdefault("x-forwarded-proto", "https")
    return headers
