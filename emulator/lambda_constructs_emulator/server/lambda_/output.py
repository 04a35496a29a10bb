"""Splits the output of a handler's process into log events.

AWS's runtime interface client logs in frames, each of which is one event, whatever number of lines it has.
Each line that the handler prints is an event, too.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

import time
from typing import Final, NamedTuple

FRAME: Final = b"\xa5\x5a\x00"
"""Begins a frame; no text begins with it in UTF-8."""
_HEAD: Final = 16  # bytes: type, length and microseconds


class LogEvent(NamedTuple):
    """An event in a log stream.

    Attributes:
        timestamp: Milliseconds since 1970.
        message: The text, without the newline at its end.
    """

    timestamp: int
    message: str

    @classmethod
    def now(cls, message: str) -> "LogEvent":
        """An event of this moment."""
        return cls(int(time.time() * 1000), message)


class Output:
    """Output of a process that the server has not yet logged."""

    def __init__(self) -> None:
        self.events: list[LogEvent] = []
        self._unread = b""

    def feed(self, chunk: bytes) -> None:
        """Take bytes as they come."""
        self._unread += chunk
        while self._unread:
            begins = self._unread.find(FRAME)
            if begins > 0 or (begins < 0 and b"\n" in self._unread):
                self._take_lines(begins)
            elif begins < 0 or not self._take_frame():
                return

    def finish(self) -> None:
        """Take the line that a process left incomplete when it ended."""
        if self._unread:
            self._add(self._unread)
        self._unread = b""

    def take(self) -> list[LogEvent]:
        """All events so far, which the caller logs."""
        taken, self.events = self.events, []
        return taken

    def _take_lines(self, begins: int) -> None:
        """Take the lines before a frame, or all complete ones."""
        until = begins if begins > 0 else self._unread.rindex(b"\n") + 1
        lines, self._unread = self._unread[:until], self._unread[until:]
        for line in lines.removesuffix(b"\n").split(b"\n"):
            self._add(line)

    def _take_frame(self) -> bool:
        """Take the frame at the beginning; whether it was complete."""
        if len(self._unread) < _HEAD:
            return False
        length = int.from_bytes(self._unread[4:8], "big")
        if len(self._unread) < _HEAD + length:
            return False
        content, microseconds = (
            self._unread[_HEAD : _HEAD + length],
            int.from_bytes(self._unread[8:_HEAD], "big"),
        )
        self.events.append(LogEvent(microseconds // 1000, content.decode(errors="replace").rstrip("\n")))
        self._unread = self._unread[_HEAD + length :]
        return True

    def _add(self, line: bytes) -> None:
        self.events.append(LogEvent.now(line.decode(errors="replace")))
