"""Serves ministack, with the hooks installed, on one TLS port."""

import asyncio
import gc
import hmac
import json
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from hypercorn.config import Config

from . import parts
from .apigateway import http_apis
from .core import clock, header_names, hooks, journal, pages, reset, url_paths
from .web import connections

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


_OWN_PAGES: Final = ("/_emulator/", "/_ministack/", "/_localstack/")
# A custom resource puts its answer here; the address itself is the secret.
_ANSWERS: Final = ("/_ministack/cfn-response/", "/_ministack/cfn-signal/")


def serve(
    listener: socket.socket,
    *,
    certificate: Path,
    key: Path,
    time_scale: float,
    plain: bool,
    ready: Callable[[], None],
) -> None:
    """Serve for as long as the process lives.

    Args:
        listener: already listens, so no client comes too early and no port is taken in between.
        certificate: the server's chain.
        key: its private key.
        time_scale: see `core.clock`.
        plain: whether to leave out what `parts` adds.
        ready: called once, when requests are answered.
    """
    clock.install(time_scale)
    reset.install()
    reset.on_reset(journal.reset)
    for part in () if plain else parts.PARTS:
        part.install()
    config = Config()
    config.certfile = str(certificate)
    config.keyfile = str(key)
    # Clients keep connections open between the phases of a run; 5 s, the default, would cut them.
    config.keep_alive_timeout = 75
    config.h11_pass_raw_headers = True
    application = hooks.attribute(hooks.module("app"), "app")
    application = _for_the_owner(_with_pages(application), os.environ["AWS_SECRET_ACCESS_KEY"])
    application = header_names.keeping_names(application)
    if not plain:
        application = http_apis.answering(application)
    # What is there now stays, so the garbage collector need not look at it while requests wait.
    gc.collect()
    gc.freeze()
    asyncio.run(connections.serve(application, config, listener, ready))


def _with_pages(
    application: Callable[[Scope, Receive, Send], Awaitable[None]],
) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The application, which also serves the pages of the server, and function URLs at paths."""

    async def serving(scope: Scope, receive: Receive, send: Send) -> None:
        page = pages.PAGES.get(scope.get("path", ""))
        if scope["type"] != "http" or page is None:
            await application(url_paths.with_host(scope, os.environ["MINISTACK_REGION"]), receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        answer = await asyncio.to_thread(page, json.loads(body) if body else None)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return serving


def _for_the_owner(
    application: Callable[[Scope, Receive, Send], Awaitable[None]], secret: str
) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The application, whose own pages are only for who knows the secret; AWS's APIs check signatures."""
    expected = f"Bearer {secret}".encode()

    async def guarding(scope: Scope, receive: Receive, send: Send) -> None:
        given = next((value for name, value in scope.get("headers", ()) if name == b"authorization"), b"")
        if _is_own_page(scope) and not hmac.compare_digest(given, expected):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"not signed by the owner of the emulator"})
            return
        await application(scope, receive, send)

    return guarding


def _is_own_page(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["path"].startswith(_OWN_PAGES)
        and not scope["path"].startswith(_ANSWERS)
    )
