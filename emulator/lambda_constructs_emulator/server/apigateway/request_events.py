"""Completes the events that functions get from HTTP APIs, REST APIs and function URLs.

An HTTP API of ministack sends its function neither cookies nor the prefix of its domain, and null where AWS
sends nothing. Its REST API writes the names of headers in lower case, adds a `version`, and leaves out the
domain and most of the caller's identity. An HTTP API without CORS refuses OPTIONS, which AWS routes like
other methods.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import contextvars
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ..core import header_names, hooks

Document = Mapping[str, Any]
Event = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

_http_apis = hooks.module("services.apigateway")
_rest_apis = hooks.module("services.apigateway_v1")
_lambda = hooks.module("services.lambda_svc")
_responses = hooks.module("core.responses")
_apis: Any = hooks.attribute(_http_apis, "_apis")
_stage_variables: Callable[[str, str], Mapping[str, str]] = hooks.attribute(
    _http_apis, "_get_stage_variables"
)
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

_OPTIONS: Final = "OPTIONS"
_ROUTED: Final = "options"
"""The method that ministack gets instead of OPTIONS, which it answers itself."""
_IDENTITY: Final = (
    "cognitoIdentityPoolId",
    "accountId",
    "cognitoIdentityId",
    "caller",
    "sourceIp",
    "principalOrgId",
    "accessKey",
    "cognitoAuthenticationType",
    "cognitoAuthenticationProvider",
    "userArn",
    "userAgent",
    "user",
)
"""The caller in an event of a REST API; null, if IAM does not authorize the request."""

_from_http_api: contextvars.ContextVar[bool] = contextvars.ContextVar("from_http_api", default=False)


def install() -> None:
    """Complete the events.

    Raises:
        hooks.HookError: ministack makes the events or routes requests in another way now.
    """
    hooks.wrap(_http_apis, "_invoke_lambda_proxy", _invoke_for_http_api)
    hooks.wrap(_http_apis, "_handle_execute_in_scope", _handle)
    hooks.wrap(_http_apis, "_match_route", _match_route)
    hooks.wrap(_lambda, "_execute_function_with_config_scope", _execute)
    hooks.wrap(_rest_apis, "_build_lambda_event_v1", _of_rest_api)
    hooks.wrap(_lambda, "_build_function_url_event", _of_function_url)


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


def _match_route(original: Callable[[str, str, str], Any], api: str, method: str, path: str) -> Any:  # noqa: ANN401 - ministack's
    return original(api, method.upper(), path)


async def _invoke_for_http_api(  # noqa: PLR0917 - ministack calls it like this
    original: Callable[..., Awaitable[Response]],
    integration: Document,
    api: str,
    stage: str,
    path: str,
    method: str,
    /,
    *more: object,
    **named: object,
) -> Response:
    token = _from_http_api.set(True)
    try:
        return await original(integration, api, stage, path, method.upper(), *more, **named)
    finally:
        _from_http_api.reset(token)


def _execute(original: Callable[[Document, object], Any], record: Document, event: object) -> Any:  # noqa: ANN401 - ministack's
    if _from_http_api.get() and isinstance(event, dict):
        _from_http_api.set(False)
        event = _of_http_api(event)
    return original(record, event)


def _of_http_api(event: Event) -> Event:
    context = event["requestContext"]
    api, stage = context["apiId"], context["stage"]
    context = {
        **context,
        "domainName": f"{api}.execute-api.{_region()}.amazonaws.com",
        "domainPrefix": api,
        "requestId": _request_id(),
    }
    completed = {**event, **_headers_and_cookies(event["headers"]), "requestContext": context}
    variables = _stage_variables(api, stage)
    if variables:
        completed["stageVariables"] = dict(variables)
    return {name: value for name, value in completed.items() if value is not None}


def _of_rest_api(original: Callable[..., Event], api: str, /, *more: object, **named: object) -> Event:
    event = original(api, *more, **named)
    del event["version"]
    for single, forwarded in _forwarded(event["headers"]).items():
        event["headers"].setdefault(single, forwarded)
        event["multiValueHeaders"].setdefault(single, [forwarded])
    for headers in ("headers", "multiValueHeaders"):
        event[headers] = {_written(name): value for name, value in event[headers].items()}
    context = event["requestContext"]
    context |= {
        "domainName": f"{api}.execute-api.{_region()}.amazonaws.com",
        "domainPrefix": api,
        "extendedRequestId": _request_id(),
        "identity": {**dict.fromkeys(_IDENTITY), **context["identity"]},
    }
    return event


def _of_function_url(original: Callable[..., Event], *arguments: Any, **named: Any) -> Event:  # noqa: ANN401 - ministack's
    event = original(*arguments, **named)
    return {**event, **_headers_and_cookies(event["headers"])}


def _headers_and_cookies(headers: Mapping[str, str]) -> Event:
    """The headers of payload format 2.0, and the cookies, which are not among them."""
    headers = {**_forwarded(headers), **headers}
    cookies = headers.pop("cookie", "")
    found: Event = {"headers": headers}
    if cookies:
        found["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    return found


def _forwarded(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that AWS adds to a request."""
    root = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return {
        "x-amzn-trace-id": headers.get("x-amzn-trace-id") or root,
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }


def _written(name: str) -> str:
    """The name of a header in an event of a REST API."""
    added = name in {"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
    return name.title() if added else header_names.as_written(name)


def _request_id() -> str:
    """An ID in the form of API Gateway's."""
    return base64.b64encode(secrets.token_bytes(11)).decode()
