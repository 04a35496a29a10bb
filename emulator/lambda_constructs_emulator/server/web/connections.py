"""Serves an ASGI application on TLS connections, and hands what is rare over to hypercorn.

hypercorn takes several times as long for a request that needs nothing special: HTTP/1.1, with a body of known
length. A connection that asks for something else, such as HTTP/2, a WebSocket or a large upload, is
hypercorn's from then on.

    https://asgi.readthedocs.io/en/latest/specs/www.html
"""

import asyncio
import http
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Final

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config

from .requests import MOST_BYTES, OtherRequestError, Request, parse

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_log = logging.getLogger(__name__)
_REASONS: Final = {status.value: status.phrase.encode() for status in http.HTTPStatus}
_WITHOUT_BODY: Final = frozenset((204, 304))


class Server:
    """Serves connections for as long as the process lives."""

    def __init__(self, application: Application, config: Config) -> None:
        self.application, self.config = application, config
        self.context = WorkerContext(None)
        self.running: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine, and keep it until it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        return task


class Connection(asyncio.Protocol):
    """A connection, whose requests are served one after the other."""

    transport: asyncio.Transport

    def __init__(self, server: Server) -> None:
        self._server = server
        self._received = bytearray()
        self._busy = self._closed = self._paused = False
        self._disconnected: asyncio.Future[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._served = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Choose the protocol, as TLS negotiated it."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        # asyncio does this for sockets that name their protocol. Otherwise a response can wait for 40 ms.
        plain: socket.socket = transport.get_extra_info("socket")
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tls: ssl.SSLObject = transport.get_extra_info("ssl_object")
        self._served = asyncio.get_running_loop().time()
        self._addresses = {
            "client": transport.get_extra_info("peername")[:2],
            "server": transport.get_extra_info("sockname")[:2],
        }
        if tls.selected_alpn_protocol() == "h2":
            self._hand_over()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Serve the request that is complete now."""
        self._received += data
        if not self._busy:
            self._serve_next()
        elif len(self._received) > MOST_BYTES:
            self._paused = True
            self.transport.pause_reading()

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell the application, if it serves a request."""
        self._closed = True
        if self._idle is not None:
            self._idle.cancel()
        if self._disconnected is not None and not self._disconnected.done():
            self._disconnected.set_result(None)

    def _watch(self) -> None:
        """Close the connection when it was idle for long; looks at it now and then."""
        loop, patience = asyncio.get_running_loop(), self._server.config.keep_alive_timeout
        if not self._busy and loop.time() - self._served > patience:
            self.transport.close()
        else:
            self._idle = loop.call_later(patience / 2, self._watch)

    def _serve_next(self) -> None:
        try:
            request = parse(self._received)
        except OtherRequestError:
            self._hand_over()
            return
        if request is not None:
            del self._received[: request.size]
            self._busy = True
            self._server.run(self._serve(request))

    async def _serve(self, request: Request) -> None:
        answer = Answer(self.transport, request, self._finished)
        unread = True

        async def receive() -> Message:
            nonlocal unread
            if unread:
                unread = False
                return {"type": "http.request", "body": request.body, "more_body": False}
            if self._disconnected is None:
                self._disconnected = asyncio.get_running_loop().create_future()
            if not self._closed:
                await asyncio.shield(self._disconnected)
            return {"type": "http.disconnect"}

        scope = {
            "type": "http",
            "http_version": "1.1",
            "asgi": {"spec_version": "2.1", "version": "3.0"},
            "scheme": "https",
            "root_path": "",
            "extensions": {},
            **self._addresses,
            **request.scope,
        }
        try:
            await self._server.application(scope, receive, answer.send)
        except Exception:  # noqa: BLE001 - whatever the application raises, the next request may succeed
            _log.exception("%s %s failed", request.method, request.target)
        answer.finish()

    def _finished(self, *, last: bool) -> None:
        """Serve the next request, although the application may go on with this one."""
        self._busy = False
        if last:
            self.transport.close()
        elif not self._closed:
            self._served = asyncio.get_running_loop().time()
            if self._paused:
                self._paused = False
                self.transport.resume_reading()
            if self._received:
                self._serve_next()

    def _hand_over(self) -> None:
        """Let hypercorn serve the connection, from the request that was not served yet."""
        if self._idle is not None:
            self._idle.cancel()
        loop, server = asyncio.get_running_loop(), self._server
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        self.transport.set_protocol(protocol)
        protocol.connection_made(self.transport)
        reader.feed_data(bytes(self._received))
        writer = asyncio.StreamWriter(self.transport, protocol, reader, loop)
        application = ASGIWrapper(server.application)
        server.run(TCPServer(application, loop, server.config, server.context, {}, reader, writer).run())


class Answer:
    """The response to one request, as the application sends it.

    Args:
        transport: The connection.
        request: The request.
        finished: Called at the end of the response, with whether the connection ends, too.
    """

    def __init__(self, transport: asyncio.Transport, request: Request, finished: Callable[..., None]) -> None:
        self._transport, self._when_finished = transport, finished
        self._without_body = request.method == "HEAD"
        self._last = request.last
        self._head: list[bytes] | None = None
        self._framed = self._chunked = self._started = self._finished = False

    async def send(self, message: Message) -> None:
        """Send a part, as ASGI says."""
        if message["type"] == "http.response.start":
            self._start(message["status"], message.get("headers", ()))
        elif message["type"] == "http.response.body" and not self._finished:
            self._body(message.get("body", b""), more=message.get("more_body", False))

    def finish(self) -> None:
        """End a response that the application did not end."""
        if not self._started:
            self._start(500, ())
            self._body(b"", more=False)
        elif not self._finished:
            self._finished = True
            self._when_finished(last=True)

    def _start(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        head = [b"HTTP/1.1 %d %s" % (status, _REASONS.get(status, b""))]
        self._without_body |= status in _WITHOUT_BODY
        self._framed = self._without_body
        for name, value in headers:
            head.append(name + b": " + value)
            self._framed = self._framed or name.lower() == b"content-length"
        text = b"".join(head)
        if b"\n" in text or b"\r" in text:
            raise ValueError(f"a header with a newline: {head}")
        self._head = head

    def _body(self, body: bytes, *, more: bool) -> None:
        parts = []
        if not self._started:
            assert self._head is not None
            self._started = True
            if not self._framed and more:
                self._chunked = True
                self._head.append(b"transfer-encoding: chunked")
            elif not self._framed:
                self._head.append(b"content-length: %d" % len(body))
            if self._last:
                self._head.append(b"connection: close")
            parts += [b"\r\n".join(self._head), b"\r\n\r\n"]
        if body and not self._without_body:
            parts += [b"%x\r\n" % len(body), body, b"\r\n"] if self._chunked else [body]
        if self._chunked and not more:
            parts.append(b"0\r\n\r\n")
        self._transport.write(b"".join(parts))
        if not more:
            self._finished = True
            self._when_finished(last=self._last)


async def serve(
    application: Application, config: Config, listener: socket.socket, ready: Callable[[], None]
) -> None:
    """Serve forever; calls `ready` once, when the application has started."""
    server, started = Server(application, config), asyncio.Event()
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            started.set()

    scope = {"type": "lifespan", "asgi": {"spec_version": "2.0", "version": "3.0"}, "state": {}}

    async def live() -> None:
        await application(scope, receive, send)

    life = server.run(live())
    life.add_done_callback(lambda _life: started.set())
    await started.wait()
    if life.done():
        life.result()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: Connection(server), sock=listener, ssl=config.create_ssl_context()
    )
    ready()
    await listening.serve_forever()
