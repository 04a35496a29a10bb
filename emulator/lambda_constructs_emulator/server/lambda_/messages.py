"""The messages between the server and the process of an execution environment.

The other end is `bootstrap.py` or `node/transport.cjs`.

A message is two lengths, a header in JSON and a body. The process sends one after each part of its output, so
whatever was printed before an answer has been read when the answer is.
"""

import json
import queue
import struct
import subprocess
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from .output import Output

LENGTHS: Final = struct.Struct(">II")

_CHUNK: Final = 65_536  # bytes: as many as a pipe holds


class Message(NamedTuple):
    """A message of a process: a request for an event, an answer, or that it has ended."""

    kind: str
    body: bytes = b""
    content_type: str = "application/json"


def packed(header: Mapping[str, Any], body: bytes) -> bytes:
    """A message as bytes."""
    encoded = json.dumps(header).encode()
    return LENGTHS.pack(len(encoded), len(body)) + encoded + body


def read_all(
    process: subprocess.Popen[bytes],
    output: Output,
    messages: "queue.SimpleQueue[Message]",
    printed: Callable[[Output], None],
) -> None:
    """Read what a process prints, and after that each message that it sends.

    Args:
        process: of an execution environment.
        output: takes what the process prints.
        messages: takes what the process sends.
        printed: is called after each part of the output.
    """
    assert process.stderr is not None
    assert process.stdout is not None
    with process.stderr:
        while chunk := process.stderr.read(_CHUNK):
            output.feed(chunk)
            while output.ends:
                output.ends -= 1
                if (message := _message(process.stdout)) is not None:
                    messages.put(message)
            printed(output)
    output.finish()
    printed(output)
    process.wait()
    messages.put(Message("exit"))


def _message(pipe: Any) -> Message | None:  # noqa: ANN401 - a pipe without a buffer
    """Read a message; None if the process or the pipe was closed before it was complete."""
    try:
        lengths = _exactly(pipe, LENGTHS.size)
        header, body = (_exactly(pipe, length) for length in LENGTHS.unpack(lengths))
    except (EOFError, OSError, ValueError):
        return None
    fields = json.loads(header)
    return Message(fields["kind"], body, fields.get("contentType", "application/json"))


def _exactly(pipe: Any, length: int) -> bytes:  # noqa: ANN401 - a pipe without a buffer
    parts = []
    while length:
        part = pipe.read(length)
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
