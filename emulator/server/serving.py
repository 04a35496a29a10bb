"""Puts ministack, with the hooks installed, behind hypercorn on one TLS port."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from emulator.server import hooks, records, redelivery

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def serve(
    listener: socket.socket,
    *,
    certificate: Path,
    key: Path,
    time_scale: float,
    ready: Callable[[], None],
) -> None:
    """Serve for as long as the process lives.

    Args:
        listener: already listens, so no client comes too early and no port is taken in between.
        certificate: the server's chain.
        key: its private key.
        time_scale: see `emulator.server.redelivery`.
        ready: called once, when requests are answered.
    """
    records.install()
    redelivery.install(time_scale)
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.certfile = str(certificate)
    config.keyfile = str(key)
    # Clients keep connections open between the phases of a run; 5 s, the default, would cut them.
    config.keep_alive_timeout = 75
    application = _announcing(hooks.attribute(hooks.module("app"), "app"), ready)
    asyncio.run(hypercorn_serve(application, config, shutdown_trigger=_never))


def _announcing(
    application: Callable[[Scope, Receive, Send], Awaitable[None]], ready: Callable[[], None]
) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The application, with its start announced."""

    async def announcing(scope: Scope, receive: Receive, send: Send) -> None:
        async def announce(message: dict[str, Any]) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                ready()

        await application(scope, receive, announce if scope["type"] == "lifespan" else send)

    return announcing


async def _never() -> None:
    """The only end is the owner's: without this, hypercorn would install signal handlers."""
    await asyncio.Event().wait()
