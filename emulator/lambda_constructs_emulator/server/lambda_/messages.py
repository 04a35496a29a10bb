"""The messages between the server and the process of an execution environment.

The other end is `bootstrap.py` or `node/transport.cjs`.

A message is two lengths, a header in JSON and a body. Whoever waits for an answer reads the pipes. What the
process printed before an answer is in the pipe of its output when the answer has been read.
"""

import asyncio
import json
import os
import select
import struct
import subprocess
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from .output import LogEvent, Output

LENGTHS: Final = struct.Struct(">II")

_CHUNK: Final = 65_536  # bytes: as many as a pipe holds
_POLL: Final = 1.0  # seconds
_SOON: Final = 0.01  # seconds


class Message(NamedTuple):
    """A message of a process: that it is ready, an answer, or that it has ended."""

    kind: str
    body: bytes = b""
    content_type: str = "application/json"


class Pipes:
    """The pipes of a process; one thread at a time uses them.

    Attributes:
        output: What the process has printed.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self.output = Output()
        self._process = process
        self._events = process.stdin.fileno()
        self._answers = process.stdout.fileno()
        self._printed = process.stderr.fileno()
        self._open = {self._answers, self._printed}
        self._unread = bytearray()
        for pipe in self._open:
            os.set_blocking(pipe, False)

    def send(self, header: Mapping[str, Any], body: bytes) -> None:
        """Send a message; waits while the process does not read it."""
        encoded = json.dumps(header).encode()
        rest = memoryview(LENGTHS.pack(len(encoded), len(body)) + encoded + body)
        try:
            while rest:
                rest = rest[os.write(self._events, rest) :]
        except OSError:
            return  # The process has ended, which its output says.

    def receive(self, deadline: float) -> Message | None:
        """Wait in this thread for the next message; None at the deadline."""
        poll = select.poll()
        for pipe in self._open:
            poll.register(pipe, select.POLLIN)
        while (left := deadline - time.monotonic()) > 0:
            poll.poll(min(left, _POLL) * 1000)
            watched = set(self._open)
            if (message := self._read()) is not None:
                return message
            for pipe in watched - self._open:
                poll.unregister(pipe)
        return None

    async def receive_on_loop(self, deadline: float) -> Message | None:
        """Wait for the next message while the event loop does other work; None at the deadline."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Message | None] = loop.create_future()
        watched: set[int] = set()

        def watch(pipe: int) -> None:
            if pipe in self._open and pipe not in watched:
                watched.add(pipe)
                loop.add_reader(pipe, read)

        def read() -> None:
            message = self._read()
            for pipe in watched - self._open:
                watched.remove(pipe)
                loop.remove_reader(pipe)
            if message is not None and not found.done():
                found.set_result(message)

        def check() -> None:
            if found.done():
                return
            if (left := deadline - time.monotonic()) <= 0:
                found.set_result(None)
                return
            read()
            watch(self._printed)
            timers.append(loop.call_later(min(left, _POLL), check))

        # Most answers come before the pipe of the output could be full, so that one is watched later.
        timers = [loop.call_later(min(deadline - time.monotonic(), _SOON), check)]
        watch(self._answers)
        try:
            return await found
        finally:
            timers[-1].cancel()
            for pipe in watched:
                loop.remove_reader(pipe)

    def printed(self) -> list[LogEvent]:
        """Take what the process has printed; returns at once."""
        self.output.feed(self._chunk(self._printed))
        return self.output.take()

    def finish(self) -> None:
        """Read the rest of what a process printed that has ended."""
        while chunk := self._chunk(self._printed):
            self.output.feed(chunk)
        self.output.finish()

    def _read(self) -> Message | None:
        """Read what is there; the message, if there is one."""
        self._unread += self._chunk(self._answers)
        message = self._message()
        # A process that the handler started can keep the pipes open.
        if message is None and (self._answers not in self._open or self._process.poll() is not None):
            while chunk := self._chunk(self._answers):
                self._unread += chunk
            message = self._message() or Message("exit")
        self.output.feed(self._chunk(self._printed))
        return message

    def _chunk(self, pipe: int) -> bytes:
        """Read a pipe without waiting; empty at its end."""
        if pipe not in self._open:
            return b""
        try:
            chunk = os.read(pipe, _CHUNK)
        except BlockingIOError:
            return b""
        if not chunk:
            self._open.remove(pipe)
        return chunk

    def _message(self) -> Message | None:
        """Take the next message, if it is complete."""
        if len(self._unread) < LENGTHS.size:
            return None
        of_header, of_body = LENGTHS.unpack_from(self._unread)
        begin = LENGTHS.size + of_header
        if len(self._unread) < begin + of_body:
            return None
        fields = json.loads(self._unread[LENGTHS.size : begin])
        body = bytes(self._unread[begin : begin + of_body])
        del self._unread[: begin + of_body]
        return Message(fields["kind"], body, fields.get("contentType", "application/json"))
