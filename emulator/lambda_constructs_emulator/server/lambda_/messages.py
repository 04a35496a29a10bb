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
        # Of coroutines: the loop that watches the answers, and what they wait for.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._awaited: asyncio.Future[Message | None] | None = None
        self._watches_output = False
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
        if self._loop is None:
            # From now on, because the loop takes longer to begin than most handlers take to answer.
            self._loop = loop
            loop.add_reader(self._answers, self._read_for_loop)
        self._awaited = loop.create_future()
        # Most answers come before the pipe of the output could be full, so that one is watched later.
        self._timer = loop.call_later(min(deadline - time.monotonic(), _SOON), self._look, loop, deadline)
        try:
            return await self._awaited
        finally:
            self._awaited = None
            self._timer.cancel()
            if self._watches_output:
                loop.remove_reader(self._printed)
                self._watches_output = False

    def _read_for_loop(self) -> None:
        """Read what the process sent to the coroutine that waits for it."""
        if self._awaited is None or self._answers not in self._open:
            self._unwatch()
        elif not self._awaited.done() and (message := self._read()) is not None:
            self._awaited.set_result(message)

    def _look(self, loop: asyncio.AbstractEventLoop, deadline: float) -> None:
        """Look at the time, and at a process that ended without the end of its pipes."""
        if self._awaited is None or self._awaited.done():
            return
        left = deadline - time.monotonic()
        message = self._read() if left > 0 else None
        if message is not None or left <= 0:
            self._awaited.set_result(message)
            return
        if not self._watches_output and self._printed in self._open:
            loop.add_reader(self._printed, self._read_output)
            self._watches_output = True
        self._timer = loop.call_later(min(left, _POLL), self._look, loop, deadline)

    def _read_output(self) -> None:
        self.output.feed(self._chunk(self._printed))
        if self._printed not in self._open and self._loop is not None:
            self._loop.remove_reader(self._printed)

    def _unwatch(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._answers)
            self._loop = None

    def printed(self) -> list[LogEvent]:
        """Take what the process has printed; returns at once."""
        self.output.feed(self._chunk(self._printed))
        return self.output.take()

    def finish(self) -> None:
        """Read the rest of what a process printed that has ended, and close the pipes."""
        while chunk := self._chunk(self._printed):
            self.output.feed(chunk)
        self.output.finish()
        if self._loop is None:
            self._close()
        else:
            # The loop must not watch a number that another file gets.
            self._loop.call_soon_threadsafe(self._close)

    def _close(self) -> None:
        self._unwatch()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

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
