"""Records CloudWatch metrics of requests to APIs and function URLs, which ministack lacks.

Each request counts once, with its status and its duration, also one that was refused before the function was
invoked. Of an HTTP API: `Count`, `4xx`, `5xx`, `Latency` and `IntegrationLatency` by `ApiId`, and by that and
`Stage`; of a REST API the same with `4XXError` and `5XXError`, by `ApiName`. Of a function URL:
`UrlRequestCount`, `Url4xxCount`, `Url5xxCount` and `UrlRequestLatency` by `FunctionName`, and by that and
`Resource`, the function with its alias.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html

Not emulated: metrics by route or method, of caches, of data processed, and of the version that a URL ran.
"""

import contextvars
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..cloudwatch import data_points
from ..core import hooks

Response = tuple[int, dict[str, str], bytes]
Dimensions = dict[str, str]

_app = hooks.module("app")
_rest_apis = hooks.module("services.apigateway_v1")
_lambda = hooks.module("services.lambda_svc")
_rest_api: Any = hooks.attribute(_rest_apis, "_rest_apis")
_scope_of_rest_api: Callable[[str], tuple[str, str] | None] = hooks.attribute(_rest_apis, "find_api_scope")
_parse_url: Callable[[str, str], tuple[str, str] | None] = hooks.attribute(_app, "_parse_lambda_url")
_find_url: Callable[[str], Any] = hooks.attribute(_lambda, "resolve_function_url")
_request_scope: Callable[..., Any] = hooks.attribute(hooks.module("core.responses"), "request_scope")

_APIS: Final = "AWS/ApiGateway"
_FUNCTIONS: Final = "AWS/Lambda"


@dataclass
class Request:
    """A request to an API, once the API is found; times are in milliseconds."""

    api: str = ""
    stage: str = ""
    integration: float | None = None


_current: contextvars.ContextVar[Request | None] = contextvars.ContextVar("request", default=None)


def install() -> None:
    """Count where requests come in.

    Raises:
        hooks.HookError: ministack serves APIs or function URLs in another way now.
    """
    hooks.wrap(_app, "_handle_execute_api_request", _answer_for_rest_api)
    hooks.wrap(_app, "_enforce_execute_api", _remember_rest_api)
    hooks.wrap(_rest_apis, "_invoke_lambda_proxy_v1", _time_integration)
    hooks.wrap(_app, "_handle_lambda_url_request", _answer_for_url)


async def _answer_for_rest_api(
    original: Callable[..., Awaitable[Response | None]], /, *args: object, **named: object
) -> Response | None:
    request, start = Request(), time.monotonic()
    token = _current.set(request)
    try:
        response = await original(*args, **named)
    finally:
        _current.reset(token)
    if response is not None:
        _count_for_rest_api(request, response[0], _since(start))
    return response


def _remember_rest_api(
    original: Callable[..., Response | None], api: str, stage: str, /, *more: object, **named: object
) -> Response | None:
    """The API and the stage that ministack found in the address of the request."""
    request = _current.get()
    if request is not None:
        request.api, request.stage = api, stage
    return original(api, stage, *more, **named)


async def _time_integration(
    original: Callable[..., Awaitable[Any]], /, *args: object, **named: object
) -> Any:  # noqa: ANN401 - ministack's own
    start = time.monotonic()
    try:
        return await original(*args, **named)
    finally:
        integrated(start)


def integrated(start: float) -> None:
    """Keep how long the integration of the current request took."""
    request = _current.get()
    if request is not None:
        request.integration = _since(start)


def begin(api: str, stage: str) -> Request:
    """Begin to serve a request to an HTTP API."""
    request = Request(api, stage)
    _current.set(request)
    return request


def count_for_http_api(request: Request, status: int, start: float) -> None:
    """Count a request to an HTTP API of the account and region of the context."""
    _count(request, {"ApiId": request.api}, ("4xx", "5xx"), status, _since(start))


def _count_for_rest_api(request: Request, status: int, latency: float) -> None:
    scope = _scope_of_rest_api(request.api)
    if scope is not None:
        by_api = {"ApiName": _rest_api.get_scoped(*scope, request.api)["name"]}
        with _request_scope(*scope):
            _count(request, by_api, ("4XXError", "5XXError"), status, latency)


def _count(
    request: Request, by_api: Dimensions, failures: tuple[str, str], status: int, latency: float
) -> None:
    client, server = failures
    values = [*_counts("Count", client, server, status), ("Latency", latency, "Milliseconds")]
    if request.integration is not None:
        values.append(("IntegrationLatency", request.integration, "Milliseconds"))
    data_points.record(_APIS, [by_api, {**by_api, "Stage": request.stage}], values)


def _counts(every: str, client: str, server: str, status: int) -> Iterator[tuple[str, float, str]]:
    """The values that count a request, and whether it failed, by the names of these metrics."""
    yield every, 1, "Count"
    yield client, status // 100 == 4, "Count"
    yield server, status // 100 == 5, "Count"


async def _answer_for_url(
    original: Callable[..., Awaitable[Response | None]],
    host: str,
    path: str,
    /,
    *more: object,
    **named: object,
) -> Response | None:
    start = time.monotonic()
    response = await original(host, path, *more, **named)
    parsed = _parse_url(host, path)
    if response is not None and parsed is not None:
        _count_for_url(parsed[0], response[0], _since(start))
    return response


def _count_for_url(url_id: str, status: int, latency: float) -> None:
    found = _find_url(url_id)
    if found is None:
        return
    account, region, function, qualifier, _configuration = found
    counts = _counts("UrlRequestCount", "Url4xxCount", "Url5xxCount", status)
    by_function = {"FunctionName": function}
    by_url = {**by_function, "Resource": f"{function}:{qualifier or '$LATEST'}"}
    with _request_scope(account, region):
        values = [*counts, ("UrlRequestLatency", latency, "Milliseconds")]
        data_points.record(_FUNCTIONS, [by_function, by_url], values)


def _since(start: float) -> float:
    return (time.monotonic() - start) * 1000
