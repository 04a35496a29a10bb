"""Reads what a function returned to an API or a function URL, as leniently and as strictly as AWS.

A status can be text, and a body can be missing; headers that belong to the connection are left out. What
cannot become a response is a failure. ministack ends such a request without a response, or with one that
clients wait for in vain.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, Final

Document = Mapping[str, Any]

_OF_CONNECTION: Final = frozenset(
    {"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"}
)
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LINE_END: Final = re.compile(r"[\r\n\0]")
_STATUSES: Final = range(100, 600)


def read(answer: Document, *, text_body: bool) -> Document | None:
    """The response of a function, which can be sent; None if there is none in its answer.

    Args:
        answer: What the function returned, with a status.
        text_body: Whether a body must be text, as for REST APIs; others take any JSON.
    """
    try:
        headers = {name: _text(value) for name, value in _fields(answer, "headers").items()}
        several = {
            name: [_text(value) for value in values]
            for name, values in _fields(answer, "multiValueHeaders").items()
        }
        return {
            **answer,
            "statusCode": _status(answer["statusCode"]),
            "headers": headers,
            "multiValueHeaders": several,
            "cookies": _cookies(answer.get("cookies") or []),
            "body": _body(answer, text_body=text_body),
        }
    except (TypeError, ValueError):
        return None


def _status(given: Any) -> int:  # noqa: ANN401 - any JSON
    status = int(given) if isinstance(given, str) else given
    if status not in _STATUSES:
        raise ValueError(given)
    return int(status)


def _fields(answer: Document, name: str) -> Document:
    """Headers by name, without those of the connection."""
    given = answer.get(name) or {}
    if not isinstance(given, Mapping) or not all(map(_NAME.fullmatch, given)):
        raise TypeError(name)
    return {name: value for name, value in given.items() if name.lower() not in _OF_CONNECTION}


def _cookies(given: object) -> list[str]:
    if not isinstance(given, list):
        raise TypeError(given)
    return [_text(each) for each in given]


def _text(value: object) -> str:
    """The value of a header."""
    if isinstance(value, str) and not _LINE_END.search(value):
        return value
    if value is None:
        return ""
    if isinstance(value, int | float):
        return json.dumps(value)
    raise TypeError(value)


def _body(answer: Document, *, text_body: bool) -> str:
    body = answer.get("body")
    if body is None:
        return ""
    if isinstance(body, str):
        if answer.get("isBase64Encoded") and not text_body:
            base64.b64decode(body, validate=True)
        return body
    if text_body:
        raise TypeError(body)
    return json.dumps(body, ensure_ascii=False)
