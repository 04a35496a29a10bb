"""Invokes the function that is the target of a load balancer.

ministack invokes it without permission, decides by the bytes of a body whether it is text, and takes anything
for a response. It adds headers and parameters with several values to those with one; AWS replaces them.

On AWS, a function that fails, is throttled, may not be invoked, or returns a malformed response is a 502, and
bodies have 1 MB. AWS also refuses to register a function that the target group may not invoke; here only its
requests fail.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
"""

import base64
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Any, Final

from ..apigateway import function_responses
from ..core import hooks
from ..lambda_ import deliveries, execution
from ..lambda_.deliveries import RefusedError

Document = Mapping[str, Any]
Response = tuple[int, dict[str, Any], bytes]

_balancers = hooks.module("services.alb")
_attributes: Mapping[str, list[Document]] = hooks.attribute(_balancers, "_tg_attrs")
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    hooks.module("core.responses"), "request_scope"
)

_SERVICE: Final = "elasticloadbalancing.amazonaws.com"
_LIMIT: Final = 1024 * 1024  # bytes, of a request's body and of the response: lambda-functions.html
_MULTI_VALUE: Final = {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}
_TEXT: Final = ("text/", "application/json", "application/javascript", "application/xml")


def install() -> None:
    """Invoke functions here instead of in ministack.

    Raises:
        hooks.HookError: ministack invokes targets in another way now.
    """
    hooks.wrap(_balancers, "_invoke_lambda_target", _invoke)


async def _invoke(  # noqa: PLR0917 - ministack calls it like this
    _original: object,
    function_arn: str,
    group_arn: str,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    query: Mapping[str, list[str]],
    raw_query: str | None = None,
) -> Response:
    if len(body) > _LIMIT:
        return _own_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    event = {
        "requestContext": {"elb": {"targetGroupArn": group_arn}},
        "httpMethod": method.upper(),
        "path": path,
        **_fields(group_arn, headers, query, raw_query),
        **_body(headers, body),
    }
    _arn, _aws, _service, region, account, *_rest = group_arn.split(":")
    with _request_scope(account, region):
        try:
            record = deliveries.require(function_arn, _SERVICE, group_arn)
        except RefusedError:
            return _own_response(HTTPStatus.BAD_GATEWAY)
        result = await execution.execute(record, event)
    failed = result.get("error") or result.get("throttle")
    response = None if failed else _response(group_arn, result.get("body"))
    return response or _own_response(HTTPStatus.BAD_GATEWAY)


def _is_multi_value(group_arn: str) -> bool:
    return _MULTI_VALUE in [
        {name: each[name] for name in _MULTI_VALUE} for each in _attributes.get(group_arn, [])
    ]


def _fields(
    group_arn: str, headers: Mapping[str, str], query: Mapping[str, list[str]], raw_query: str | None
) -> Document:
    """Headers and parameters: with one value each, the last, or with all values."""
    named = {name.lower(): value for name, value in headers.items()}
    # As the client sent them, which is not decoded.
    pairs = (
        [(name, value) for name, values in query.items() for value in values]
        if raw_query is None
        else [each.partition("=")[::2] for each in raw_query.split("&") if each]
    )
    if not _is_multi_value(group_arn):
        return {"headers": named, "queryStringParameters": dict(pairs)}
    several: dict[str, list[str]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    return {
        "multiValueHeaders": {name: [value] for name, value in named.items()},
        "multiValueQueryStringParameters": several,
    }


def _body(headers: Mapping[str, str], body: bytes) -> Document:
    named = {name.lower(): value for name, value in headers.items()}
    if body and ("content-encoding" in named or not named.get("content-type", _TEXT[0]).startswith(_TEXT)):
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return {"body": body.decode(errors="replace"), "isBase64Encoded": False}


def _response(group_arn: str, answer: object) -> Response | None:
    """The response to the client; None if the function returned none."""
    if not isinstance(answer, Mapping) or "statusCode" not in answer:
        return None
    if len(json.dumps(answer, ensure_ascii=False).encode()) > _LIMIT:
        return None
    found = function_responses.read(answer, text_body=True)
    if found is None:
        return None
    headers = found["multiValueHeaders" if _is_multi_value(group_arn) else "headers"]
    try:
        body = found["body"].encode()
        if answer.get("isBase64Encoded"):
            body = base64.b64decode(body, validate=True)
    except ValueError:
        return None
    return found["statusCode"], headers, body


def _own_response(status: HTTPStatus) -> Response:
    """A response of the load balancer itself."""
    title = f"{status.value} {status.phrase}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
    return status.value, {"Content-Type": "text/html"}, page.encode()
