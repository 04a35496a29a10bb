"""Reads everything that a handler printed, without waiting for a handler that prints nothing.

When a handler has answered, all that it printed is in the pipe. ministack looks there for 50 ms and then goes
on: on a busy machine lines come with those of the next invocation, or never, and every invocation without a
line takes 50 ms longer. Here the pipe is read to its end as soon as there is an answer.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html

Left to ministack: Windows, where a pipe cannot be read without waiting, and custom runtimes.
"""

import os
import select
import threading
from collections.abc import Callable
from queue import Empty, Queue
from typing import IO, Any, Final
from weakref import WeakKeyDictionary

from ..core import hooks

_Worker: Any = hooks.attribute(hooks.module("core.lambda_runtime"), "Worker")
_CHUNK: Final = 65_536  # bytes: as many as a pipe holds


class _Output:
    """The output of one process; a reader takes all of it."""

    def __init__(self, pipe: IO[str], lines: "Queue[str]") -> None:
        self._pipe, self._lines = pipe, lines  # the pipe itself: closed, its number would be that of another
        self._reading = threading.Lock()
        self._begun = b""
        os.set_blocking(pipe.fileno(), False)

    def follow(self) -> None:
        """Read until the process ends, so that it never waits for a reader."""
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        while self.read():
            poll.poll()

    def read(self) -> bool:
        """Take all lines that are there; whether more can come."""
        with self._reading:
            try:
                while chunk := os.read(self._pipe.fileno(), _CHUNK):
                    *whole, self._begun = (self._begun + chunk).split(b"\n")
                    for line in whole:
                        self._lines.put(line.decode(errors="replace"))
            except BlockingIOError:
                return True
            if self._begun:
                self._lines.put(self._begun.decode(errors="replace"))
                self._begun = b""
            return False


_outputs: Final[WeakKeyDictionary[Any, _Output]] = WeakKeyDictionary()


def install() -> None:
    """Read the output of processes here instead of in ministack.

    Raises:
        hooks.HookError: ministack reads it in another way now.
    """
    if os.name == "nt":
        return
    hooks.attribute(_Worker, "_read_stderr")
    # A property: ministack asks for it when the process has begun, and runs what it gets in a thread.
    _Worker._read_stderr = property(_follow)
    hooks.wrap(_Worker, "_drain_stderr", _drain)
    hooks.wrap(_Worker, "_drain_stderr_bounded", _drain)


def _follow(worker: Any) -> Callable[[], None]:  # noqa: ANN401 - ministack's
    output = _outputs[worker] = _Output(worker._proc.stderr, worker._stderr_queue)
    return output.follow


def _drain(original: Callable[..., str], worker: Any, /, **waits: float) -> str:  # noqa: ANN401 - ministack's
    """All that was printed since the last time."""
    output = _outputs.get(worker)
    if output is None:
        return original(worker, **waits)
    output.read()
    lines = []
    try:
        while True:
            lines.append(worker._stderr_queue.get_nowait())
    except Empty:
        return "\n".join(lines)
