"""Stops functions that invoke themselves through queues, topics and buckets, after 16 invocations.

AWS's SDK sends the trace header of an invocation with each request of a handler. Its lineage says how many
invocations came before. SQS keeps the header with a message, and SNS and S3 pass it on. ministack counts
invocations through Lambda's API only. A message that is dropped goes to the dead-letter queue of its queue,
and an event to that of the function or to its destination for failures; without one they are lost. The
function's `RecursiveLoop` can allow loops. Each invocation counts here, of whichever function.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
"""

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any, Final

from ..core import hooks

Message = MutableMapping[str, Any]
Response = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Awaitable[Response]]

_lambda = hooks.module("services.lambda_svc")
_sqs = hooks.module("services.sqs")
_handlers: dict[str, Handler] = hooks.attribute(hooks.module("app"), "SERVICE_HANDLERS")
_drop: Callable[[str, Mapping[str, Any], int], object] = hooks.attribute(_lambda, "_recursive_loop_drop")
_functions: Mapping[str, Mapping[str, Any]] = hooks.attribute(_lambda, "_functions")
before: ContextVar[int] = hooks.attribute(_lambda, "_invoke_depth")
"""How many invocations the current one follows, itself included."""

_SERVICES: Final = ("s3", "sns", "sqs")
_LINEAGE: Final = re.compile(r"Lineage=\d+:[0-9a-f]+:(\d+)")
_ATTRIBUTE: Final = "AWSTraceHeader"

_header: ContextVar[str] = ContextVar("trace_header", default="")
"""The trace header of the handler's request that is being served, or led to what is done now."""


def install() -> None:
    """Follow trace headers.

    Raises:
        hooks.HookError: ministack serves requests or stores messages in another way now.
    """
    for service in _SERVICES:
        _handlers[service] = _following(_handlers[service])
    hooks.wrap(_sqs, "_build_send_sys_attrs", _with_header)
    hooks.wrap(_sqs, "_ensure_msg_fields", _complete)


def count(header: str) -> int | None:
    """How many invocations a trace header has behind it; None if it has no lineage."""
    found = _LINEAGE.search(header)
    return int(found[1]) if found else None


def of_event() -> int:
    """The number of the invocation to which the current request leads; 0 if it is no handler's."""
    behind = count(_header.get())
    return 0 if behind is None else behind + 1


def of_message(message: Mapping[str, Any]) -> int:
    """The number of the invocation to which a message leads; 0 if it is no handler's."""
    behind = count(str((message.get("sys") or {}).get(_ATTRIBUTE) or ""))
    return 0 if behind is None else behind + 1


def is_dropped(name: str, number: int) -> bool:
    """Whether an invocation of a function is dropped, which is counted then."""
    return _drop(name, _functions.get(name, {}), number) is not None


def _following(original: Handler) -> Handler:
    async def handle(method: str, path: str, headers: Mapping[str, str], *more: object) -> Response:
        token = _header.set(headers.get("x-amzn-trace-id", ""))
        try:
            return await original(method, path, headers, *more)
        finally:
            _header.reset(token)

    return handle


def _with_header(original: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    return _kept(original(*arguments))


def _complete(original: Callable[[Message], Any], message: Message) -> object:
    is_new = "sys" not in message  # receivers complete messages, too
    result = original(message)
    if is_new:
        _kept(message["sys"])
    return result


def _kept(attributes: dict[str, Any]) -> dict[str, Any]:
    header = _header.get()
    if count(header) is not None:
        attributes.setdefault(_ATTRIBUTE, header)
    return attributes
