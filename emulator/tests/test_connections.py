"""Each kind of request that HTTP allows gets its response, on one connection as on several."""

from __future__ import annotations

import re
import socket
import ssl
import time
from urllib.parse import urlsplit

import pytest

from emulator.tests.endpoints import ROUTE, HttpApi
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy

GET = b"GET /no-bucket/key HTTP/1.1\r\nHost: localhost\r\n"
PUT = b"PUT /no-bucket/key HTTP/1.1\r\nHost: localhost\r\n"
LAST = b"Connection: close\r\n"
END = b"\r\n"
UPGRADE = (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n"
)
CHUNKED = b"Transfer-Encoding: chunked\r\n" + LAST + END + b"3\r\nabc\r\n0\r\n\r\n"
LARGE = 2 * 1024 * 1024

# What a client sends, in parts, and the status of each response.
CASES: dict[str, tuple[list[bytes], list[int]]] = {
    "one request": ([GET + LAST + END], [404]),
    "a request in two parts": ([GET[:20], GET[20:] + LAST + END], [404]),
    "two requests at once": ([GET + END + GET + LAST + END], [404, 404]),
    "without a body": ([b"HEAD" + GET[3:] + LAST + END], [404]),
    "a body of known length": ([PUT + b"Content-Length: 3\r\n" + LAST + END, b"abc"], [404]),
    "a large body": ([PUT + b"Content-Length: %d\r\n" % LARGE + LAST + END, bytes(LARGE)], [404]),
    "a body in chunks, after another request": ([GET + END + PUT + CHUNKED], [404, 404]),
    "an old client": ([b"GET /no-bucket/key HTTP/1.0\r\n\r\n"], [404]),
    "a WebSocket of no API, after another request": ([GET + END + GET + UPGRADE + END], [404, 403]),
    "two lengths": ([PUT + b"Content-Length: 3\r\nContent-Length: 4\r\n" + END + b"abcd"], [400]),
    "something else": ([b"garbage\r\n\r\n"], [400]),
}


def answered(emulator: Emulator, parts: list[bytes]) -> list[int]:
    """The status of each response to what is sent on a new connection."""
    address = urlsplit(emulator.endpoint)
    trust = ssl.create_default_context(cafile=emulator.authority)
    with (
        socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=10) as plain,
        trust.wrap_socket(plain, server_hostname=address.hostname) as connection,
    ):
        for part in parts:
            connection.sendall(part)
        found = b""
        while chunk := connection.recv(65_536):
            found += chunk
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d{3}) ", found) if status != b"100"]


def test_every_request_gets_its_response(emulator: Emulator) -> None:
    found = {name: answered(emulator, parts) for name, (parts, _statuses) in CASES.items()}
    assert found == {name: statuses for name, (_parts, statuses) in CASES.items()}


def test_the_next_request_does_not_wait_for_a_function_that_took_too_long(emulator: Emulator) -> None:
    api = HttpApi(emulator)
    api.permit()
    api.hurry(milliseconds=50)
    address = urlsplit(emulator.endpoint).netloc
    slow = f"POST {ROUTE}?do=hang&seconds=20 HTTP/1.1\r\nHost: {api.id}.execute-api.{address}\r\n\r\n"
    begun = time.monotonic()
    assert answered(emulator, [slow.encode() + GET + LAST + END]) == [503, 404]
    assert time.monotonic() - begun < 20
