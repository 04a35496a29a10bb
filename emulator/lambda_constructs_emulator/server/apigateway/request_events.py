"""Completes the events that functions get from REST APIs and function URLs.

A REST API of ministack writes the names of headers in lower case, adds a `version`, and leaves out the domain
and most of the caller's identity. `http_integrations` makes the events of HTTP APIs.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import header_names, hooks, ids

Document = Mapping[str, Any]
Event = dict[str, Any]

_rest_apis = hooks.module("services.apigateway_v1")
_lambda = hooks.module("services.lambda_svc")
_responses = hooks.module("core.responses")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

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


def install() -> None:
    """Complete the events.

    Raises:
        hooks.HookError: ministack makes the events in another way now.
    """
    hooks.wrap(_rest_apis, "_build_lambda_event_v1", _of_rest_api)
    hooks.wrap(_lambda, "_build_function_url_event", _of_function_url)


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
        "extendedRequestId": request_id(),
        "identity": {**dict.fromkeys(_IDENTITY), **context["identity"]},
    }
    return event


def _of_function_url(original: Callable[..., Event], *arguments: Any, **named: Any) -> Event:  # noqa: ANN401 - ministack's
    event = original(*arguments, **named)
    return {**event, **headers_and_cookies(event["headers"])}


def headers_and_cookies(headers: Mapping[str, str]) -> Event:
    """The headers of payload format 2.0, and the cookies, which are not among them."""
    headers = {**_forwarded(headers), **headers}
    cookies = headers.pop("cookie", "")
    found: Event = {"headers": headers}
    if cookies:
        found["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    return found


def _forwarded(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that AWS adds to a request."""
    root = f"Root=1-{int(time.time()):08x}-{ids.digits(12)}"
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


def request_id() -> str:
    """An ID in the form of API Gateway's."""
    return base64.b64encode(ids.octets(11)).decode()
