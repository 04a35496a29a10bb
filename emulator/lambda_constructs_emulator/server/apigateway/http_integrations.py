"""Invokes the function of an HTTP API's route, with payload format 2.0.

ministack sends its function neither cookies nor the prefix of its domain, and null where AWS sends nothing.
It invokes without permission, shows a function error, waits as long as the function runs, and starts a thread
for each request. An HTTP API without CORS refuses OPTIONS, which AWS routes like other methods.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

import base64
import functools
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ..core import hooks
from ..lambda_ import execution
from . import function_permissions, request_failures, request_metrics
from .request_events import headers_and_cookies, request_id

Document = Mapping[str, Any]
Event = dict[str, Any]
Response = tuple[int, dict[str, Any], bytes]

_http_apis = hooks.module("services.apigateway")
_responses = hooks.module("core.responses")
_routes: Any = hooks.attribute(_http_apis, "_routes")
_specificity: Callable[[str, str], Any] = hooks.attribute(_http_apis, "_route_specificity")
_path_matches: Callable[[str, str], bool] = hooks.attribute(_http_apis, "_path_matches")
_apis: Any = hooks.attribute(_http_apis, "_apis")
_stage_variables: Callable[[str, str], Mapping[str, str]] = hooks.attribute(
    _http_apis, "_get_stage_variables"
)
_raw_query: Callable[[Document, str | None], str] = hooks.attribute(_http_apis, "_raw_query_string")
_is_text: Callable[[str | None], bool] = hooks.attribute(_http_apis, "_v2_request_body_is_text")
_claim: Callable[[object], str] = hooks.attribute(_http_apis, "_jwt_claim_to_string")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

_DEFAULT_ROUTE: Final = "$default"
_OPTIONS: Final = "OPTIONS"
_ROUTED: Final = "options"
"""The method that ministack gets instead of OPTIONS, which it answers itself."""


def install() -> None:
    """Invoke functions here instead of in ministack.

    Raises:
        hooks.HookError: ministack invokes integrations or routes requests in another way now.
    """
    hooks.wrap(_http_apis, "_invoke_lambda_proxy", _invoke)
    hooks.wrap(_http_apis, "_handle_execute_in_scope", _handle)
    hooks.wrap(_http_apis, "_match_route", _match_route)


async def _handle(
    original: Callable[..., Awaitable[Response]],
    api: str,
    stage: str,
    path: str,
    method: str,
    /,
    *more: object,
) -> Response:
    """Route OPTIONS like other methods, if the API has no CORS configuration."""
    routed = method == _OPTIONS and not (_apis.get(api) or {}).get("corsConfiguration")
    return await original(api, stage, path, _ROUTED if routed else method, *more)


def _match_route(_original: object, api: str, method: str, path: str) -> Any:  # noqa: ANN401 - ministack's
    """The route of a request, or None."""
    routes = {route["routeKey"]: route for route in _routes.get(api, {}).values()}
    return routes.get(_matched(tuple(routes), method.upper(), path))


@functools.lru_cache(maxsize=1024)
def _matched(keys: tuple[str, ...], method: str, path: str) -> str:
    """The key of the most specific route: one without a greedy variable, with the most literal segments."""
    found = [key for key in keys if _matches(*key.partition(" ")[::2], method, path)]
    return max(found, key=lambda key: _specificity(*key.partition(" ")[::2]), default=_DEFAULT_ROUTE)


def _matches(route_method: str, route_path: str, method: str, path: str) -> bool:
    return route_method in {method, "ANY"} and _path_matches(route_path, path)


async def _invoke(  # noqa: PLR0917 - ministack calls it like this
    _original: Callable[..., Awaitable[Response]],
    integration: Document,
    api: str,
    stage: str,
    path: str,
    method: str,
    headers: Mapping[str, str],
    body: bytes,
    query: Mapping[str, list[str]],
    route: str,
    parameters: Mapping[str, str] | None,
    /,
    *,
    raw_query_string: str | None = None,
    **authorized: Any,  # noqa: ANN401 - ministack's
) -> Response:
    method = method.upper()
    resource = route if route == _DEFAULT_ROUTE else f"{method}{route.partition(' ')[2]}"
    record = function_permissions.permitted(integration.get("integrationUri", ""), api, f"{stage}/{resource}")
    if record is None:
        return request_failures.FORBIDDEN
    raw = _raw_query(query, raw_query_string)
    event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": raw,
        **headers_and_cookies(headers),
        "requestContext": {
            **_authorizer(**authorized),
            **_context(api, stage, route),
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
        },
        **_body(headers, body),
    }
    if query:
        event["queryStringParameters"] = {name: ",".join(values) for name, values in query.items()}
    if parameters:
        event["pathParameters"] = parameters
    if variables := _stage_variables(api, stage):
        event["stageVariables"] = dict(variables)
    begun = time.monotonic()
    try:
        answer = await request_failures.within(integration, execution.execute(record, event))
    finally:
        request_metrics.integrated(begun)
    return _response(answer)


def _context(api: str, stage: str, route: str) -> Event:
    return {
        "accountId": _account(),
        "apiId": api,
        "domainName": f"{api}.execute-api.{_region()}.amazonaws.com",
        "domainPrefix": api,
        "requestId": request_id(),
        "routeKey": route,
        "stage": stage,
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
        "timeEpoch": int(time.time() * 1000),
    }


def _authorizer(
    *,
    authorizer_claims: Document | None = None,
    authorizer_scopes: list[str] | None = None,
    authorizer_lambda_context: Document | None = None,
    authorizer_iam: Document | None = None,
    **_owner: object,
) -> Event:
    """The caller, as the authorizer of the route describes it."""
    if authorizer_claims is not None:
        claims = {name: _claim(value) for name, value in authorizer_claims.items()}
        return {"authorizer": {"jwt": {"claims": claims, "scopes": authorizer_scopes or []}}}
    if authorizer_lambda_context is not None:
        return {"authorizer": {"lambda": authorizer_lambda_context}}
    return {} if authorizer_iam is None else {"authorizer": {"iam": authorizer_iam}}


def _body(headers: Mapping[str, str], body: bytes) -> Event:
    if not body:
        return {"isBase64Encoded": False}
    if _is_text(headers.get("content-type")):
        return {"body": body.decode(errors="replace"), "isBase64Encoded": False}
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _response(answer: Document) -> Response:
    """The response to the client: what the function returned, or a failure in the same form."""
    # Names of headers compare without case, and the last one counts.
    named = {name.lower(): (name, value) for name, value in (answer.get("headers") or {}).items()}
    headers = dict([named.pop("content-type", ("Content-Type", "application/json")), *named.values()])
    if cookies := answer.get("cookies"):
        name, single = named.get("set-cookie", ("Set-Cookie", None))
        headers.pop(name, None)
        headers["Set-Cookie"] = [*cookies, *([] if single is None else [single])]
    body = answer.get("body", "")
    if isinstance(body, str):
        encoded = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    else:
        encoded = json.dumps(body, ensure_ascii=False).encode()
    return answer.get("statusCode", 200), headers, encoded
