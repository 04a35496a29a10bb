"""Refuses calls at the default endpoint of an API that disables it, and what HTTP APIs throttle.

ministack throttles REST APIs only, and answers at every endpoint. A route of an HTTP API has a bucket of
tokens for each stage: its own limits, or else those of all routes of the stage. They count in the time of
this machine. The status at a disabled endpoint is 403 for REST APIs, and 404 for HTTP APIs.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html
    https://repost.aws/knowledge-center/api-gateway-disable-endpoint
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ..cloudformation.resource_types import boolean
from ..core import hooks
from . import http_routes
from .http_replies import Response
from .http_requests import Request, is_default_endpoint

Document = Mapping[str, Any]

_app = hooks.module("app")
_http_apis = hooks.module("services.apigateway")
_rest_apis = hooks.module("services.apigateway_v1")
_apis: Any = hooks.attribute(_http_apis, "_apis")
_stages: Any = hooks.attribute(_http_apis, "_stages")
_records: Any = hooks.attribute(_rest_apis, "_rest_apis")
_parse_url: Callable[[str, str], tuple[str, str, str] | None] = hooks.attribute(
    _app, "_parse_execute_api_url"
)
_take_token: Callable[[tuple[str, ...], Document], bool] = hooks.attribute(_rest_apis, "_take_token")

_ACCOUNT: Final = {"rateLimit": 10_000, "burstLimit": 5_000}
"""The limits of an account, for the one of both that is not given."""
_JSON: Final = {"Content-Type": "application/json"}
_NOT_FOUND: Final[Response] = 404, _JSON, b'{"message":"Not Found"}'
_FORBIDDEN: Final[Response] = 403, _JSON, b'{"message":"Forbidden"}'
_THROTTLED: Final[Response] = 429, _JSON, b'{"message":"Too Many Requests"}'


def install() -> None:
    """Refuse calls of REST APIs; `http_apis` asks for HTTP APIs.

    Raises:
        hooks.HookError: ministack answers calls in another way now.
    """
    hooks.wrap(_app, "_handle_execute_api_request", _answer)


def refusal(request: Request, route: Document) -> Response | None:
    """The response to a call of an HTTP API that is refused."""
    account, region, api, stage, _path = request.address
    record = _apis.get_scoped(account, region, api, {})
    if _is_disabled(record) and is_default_endpoint(request.headers.get("host", ""), request.raw_path):
        return _NOT_FOUND
    settings = _stages.get_scoped(account, region, api, {}).get(stage, {})
    of_all, of_routes = settings.get("defaultRouteSettings"), settings.get("routeSettings")
    if not of_all and not of_routes:
        return None
    key = route.get("routeKey", http_routes.DEFAULT)
    limits = {**(of_all or {}), **(of_routes or {}).get(key, {})}
    throttling = {name: limits.get(f"throttling{name[:1].upper()}{name[1:]}") for name in _ACCOUNT}
    if set(throttling.values()) == {None}:
        return None
    throttling = {name: _ACCOUNT[name] if each is None else each for name, each in throttling.items()}
    return None if _take_token(("http", api, stage, key), throttling) else _THROTTLED


async def _answer(
    original: Callable[..., Awaitable[Response | None]],
    host: str,
    path: str,
    /,
    *more: object,
    **named: object,
) -> Response | None:
    found = _parse_url(host, path) if is_default_endpoint(host, path) else None
    for (_account, _region, api), record in _records.all_items() if found else ():
        if found and api == found[0] and _is_disabled(record):
            return _FORBIDDEN
    return await original(host, path, *more, **named)


def _is_disabled(api: Document) -> bool:
    return boolean(api.get("disableExecuteApiEndpoint", False))
