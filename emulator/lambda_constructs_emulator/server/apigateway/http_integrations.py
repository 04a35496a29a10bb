"""Invokes the function of an HTTP API's route, with payload format 2.0.

ministack sends its function neither cookies nor the prefix of its domain, and null where AWS sends nothing.
It invokes without permission, shows a function error, waits as long as the function runs, and starts a thread
for each request. An HTTP API without CORS refuses OPTIONS, which AWS routes like other methods. ministack
serves other integrations, and asks authorizers.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

import base64
import functools
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ..core import hooks
from . import function_permissions, http_routes, iam_authorization, request_failures, request_metrics
from .http_replies import Response, with_cors
from .http_requests import Address, Request
from .request_events import headers_and_cookies, request_id

Document = Mapping[str, Any]
Event = dict[str, Any]

_http_apis = hooks.module("services.apigateway")
_apis: Any = hooks.attribute(_http_apis, "_apis")
_stages: Any = hooks.attribute(_http_apis, "_stages")
_integrations: Any = hooks.attribute(_http_apis, "_integrations")
_is_text: Callable[[str | None], bool] = hooks.attribute(_http_apis, "_v2_request_body_is_text")
_claim: Callable[[object], str] = hooks.attribute(_http_apis, "_jwt_claim_to_string")
_caller: Callable[[Mapping[str, str], Mapping[str, Any]], Document | None] = hooks.attribute(
    _http_apis, "_iam_caller_identity_v2"
)
_respond: Callable[..., Awaitable[Response]] = hooks.attribute(_http_apis, "_handle_execute_in_scope")

_LAMBDA: Final = "AWS_PROXY"
_WITHOUT_AUTHORIZER: Final = frozenset((None, "NONE", iam_authorization.IAM))
_OPTIONS: Final = "OPTIONS"
_ROUTED: Final = "options"
"""The method that ministack gets instead of OPTIONS, which it answers itself."""


def install() -> None:
    """Invoke functions here instead of in ministack.

    Raises:
        hooks.HookError: ministack invokes integrations in another way now.
    """
    hooks.wrap(_http_apis, "_invoke_lambda_proxy", _invoke)


async def respond(request: Request, route: Document) -> Response:
    """The response to a request that IAM authorized if that is the route's authorization."""
    account, region, api, stage, path = request.address
    cors = _apis.get_scoped(account, region, api, {}).get("corsConfiguration")
    target = route.get("target", "").rpartition("/")[2]
    integration = _integrations.get_scoped(account, region, api, {}).get(target) or {}
    kind, preflight = route.get("authorizationType"), request.method == _OPTIONS
    if (
        (preflight and cors)
        or stage not in _stages.get_scoped(account, region, api, {})
        or kind not in _WITHOUT_AUTHORIZER
        or integration.get("integrationType") != _LAMBDA
        # ministack takes no signature in the query.
        or (kind == iam_authorization.IAM and "authorization" not in request.headers)
    ):
        method = _ROUTED if preflight and not cors else request.method
        more = (request.headers, request.body, request.query, account, region, request.raw_query)
        return await _respond(api, stage, path, method, *more)
    caller = _caller(request.headers, request.query) if kind == iam_authorization.IAM else None
    authorizer = {} if caller is None else {"authorizer": {"iam": caller}}
    return with_cors(request, await _invoke_for(request, integration, route["routeKey"], authorizer))


async def _invoke(  # noqa: PLR0917 - ministack calls it like this
    _original: Callable[..., Awaitable[Response]],
    integration: Document,
    api: str,
    stage: str,
    path: str,
    method: str,
    headers: dict[str, str],
    body: bytes,
    query: Mapping[str, list[str]],
    route: str,
    _parameters: object,
    /,
    *,
    raw_query_string: str,
    owner_account_id: str,
    owner_region: str,
    **authorized: Any,  # noqa: ANN401 - ministack's
) -> Response:
    """Invoke the function for ministack, after an authorizer."""
    address = Address(owner_account_id, owner_region, api, stage, path)
    request = Request(address, method, path, raw_query_string, query, (), headers, False, body, "")
    return await _invoke_for(request, integration, route, _authorizer(**authorized))


async def _invoke_for(request: Request, integration: Document, route: str, authorizer: Event) -> Response:
    account, region, api, stage, path = request.address
    method, headers, query = request.method.upper(), request.headers, request.query
    resource = route if route == http_routes.DEFAULT else f"{method}{route.partition(' ')[2]}"
    record = function_permissions.permitted(integration.get("integrationUri", ""), api, f"{stage}/{resource}")
    if record is None:
        return request_failures.FORBIDDEN
    now = time.time()
    event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": request.raw_query,
        **headers_and_cookies(headers),
        "requestContext": {
            **authorizer,
            "accountId": account,
            "apiId": api,
            "domainName": f"{api}.execute-api.{region}.amazonaws.com",
            "domainPrefix": api,
            "requestId": request_id(),
            "routeKey": route,
            "stage": stage,
            "time": _time(int(now)),
            "timeEpoch": int(now * 1000),
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
        },
        **_body(headers, request.body),
    }
    if query:
        event["queryStringParameters"] = {name: ",".join(values) for name, values in query.items()}
    if parameters := http_routes.parameters(route, path):
        event["pathParameters"] = parameters
    if variables := _stages.get_scoped(account, region, api, {}).get(stage, {}).get("stageVariables"):
        event["stageVariables"] = dict(variables)
    begun = time.monotonic()
    try:
        answer = await request_failures.invoke(integration, record, event)
    finally:
        request_metrics.integrated(begun)
    return _response(answer)


@functools.lru_cache(maxsize=1)
def _time(now: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now))


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
    body: str = answer["body"]
    encoded = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return answer["statusCode"], headers, encoded
