"""Parses the requests that nearly all clients send: HTTP/1.1 with a body of known length, or without one."""

from typing import Final, NamedTuple
from urllib.parse import unquote

MOST_BYTES: Final = 1024 * 1024
"""The longest head and body that are kept in memory here."""

_END: Final = b"\r\n\r\n"
_OTHER: Final = frozenset((b"transfer-encoding", b"upgrade", b"expect", b"http2-settings"))
"""The headers of requests that are served in another way."""


class OtherRequestError(ValueError):
    """The request is one that hypercorn serves, or refuses."""


class Request(NamedTuple):
    """A request.

    Attributes:
        method: Such as GET.
        target: The path with the query, as sent.
        headers: Names as the client wrote them, with their values.
        body: The body.
        size: How many bytes the request takes.
        last: Whether the client wants to close the connection.
    """

    method: str
    target: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    size: int
    last: bool

    @property
    def scope(self) -> dict[str, object]:
        """The part of an ASGI scope that describes the request, and not the connection."""
        path, _, query = self.target.partition(b"?")
        return {
            "method": self.method,
            "path": unquote(path.decode("ascii")) if b"%" in path else path.decode("ascii"),
            "raw_path": path,
            "query_string": query,
            "headers": self.headers,
        }


def parse(received: bytearray) -> Request | None:
    """The first request in what a client sent; None if it is not complete.

    Raises:
        OtherRequestError: It is not for this module.
    """
    end = received.find(_END)
    if end < 0:
        if len(received) > MOST_BYTES:
            raise OtherRequestError
        return None
    first, *lines = bytes(received[:end]).split(b"\r\n")
    method, _, rest = first.partition(b" ")
    target, _, version = rest.partition(b" ")
    if version != b"HTTP/1.1" or not method.isalpha() or not (target.startswith(b"/") and target.isascii()):
        raise OtherRequestError
    headers, length, last = [], 0, False
    lengths = 0
    for line in lines:
        name, colon, value = line.partition(b":")
        value, lower = value.strip(), name.lower()
        if not colon or not name or name != name.strip() or lower in _OTHER:
            raise OtherRequestError
        if lower == b"content-length":
            lengths += 1
            if not value.isdigit() or lengths > 1 or int(value) > MOST_BYTES:
                raise OtherRequestError
            length = int(value)
        elif lower == b"connection":
            last = value.lower() == b"close"
        headers.append((name, value))
    begin = end + len(_END)
    if len(received) < begin + length:
        return None
    body = bytes(received[begin : begin + length])
    return Request(method.decode(), target, headers, body, begin + length, last)
