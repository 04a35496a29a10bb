"""Keeps the names of request headers as the client wrote them: ministack knows them in lower case only."""

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_written: Final[ContextVar[Mapping[str, str]]] = ContextVar("header_names")


def as_written(name: str) -> str:
    """The name of a header of the current request as its client wrote it."""
    return _written.get({}).get(name, name)


def keeping_names(application: Application) -> Application:
    """The application, which gets names in lower case, as ASGI says."""

    async def keeping(scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope.get("headers", ())
        names = [name.decode("latin-1") for name, _value in headers]
        _written.set({name.lower(): name for name in names})
        lower = [(name.lower(), value) for name, value in headers]
        await application({**scope, "headers": lower} if headers else scope, receive, send)

    return keeping
