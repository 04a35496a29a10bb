"""Runs a Python handler with AWS's runtime interface client, in the process of one execution environment.

AWS's client, `awslambdaric`, imports the handler, sets up logging, makes the context and the error
documents. Only its transport is replaced: on AWS it polls an HTTP API; here events come through standard
input and answers go through standard output, which other users of the machine cannot reach, and which needs
no compiled module. What the handler prints goes to standard error, as do the frames in which the client logs.

    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
    https://github.com/aws/aws-lambda-python-runtime-interface-client

Runs with an interpreter of the function's runtime, so it imports the standard library and the client only.
"""

import errno
import json
import os
import site
import struct
import sys
import types
from collections.abc import Mapping
from typing import Final

LENGTHS: Final = struct.Struct(">II")

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES: Final = {
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.rename",
    "os.truncate",
    "os.link",
    "os.symlink",
    "os.chmod",
}


def _refuse(constant: str) -> None:
    raise ValueError(constant)


_PARSER: Final = json.JSONDecoder(parse_constant=_refuse)


class Channel:
    """The connection to the emulator; replaces the compiled module `runtime_client`."""

    def __init__(self) -> None:
        self._events, self._answers = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        self.log = os.dup(1)
        self._ready = False

    def initialize_client(self, user_agent: str) -> None:
        """Take the name of the client, which AWS logs."""

    def next(self) -> tuple[bytes, Mapping[str, object]]:
        """Wait for an event; returns it with its headers."""
        if not self._ready:
            self._ready = True
            self.send("next")
        header, event = (self._read(length) for length in LENGTHS.unpack(self._read(LENGTHS.size)))
        return event, json.loads(header)

    def post_invocation_result(
        self, _invoke_id: str, answer: bytes, content_type: str, _invocation_id: str | None = None
    ) -> None:
        """Send what the handler returned."""
        self.send("response", answer, contentType=content_type)

    def post_error(
        self, _invoke_id: str, document: str, _xray_fault: str, _invocation_id: str | None = None
    ) -> None:
        """Send the error document of an exception."""
        self.send("error", document.encode())
        self._ready = False  # The emulator waits for the next message, because some clients end now.

    def send(self, kind: str, body: bytes = b"", **fields: str) -> None:
        """Send a message, after everything that was printed."""
        sys.stdout.flush()
        sys.stderr.flush()
        header = json.dumps({"kind": kind, **fields}).encode()
        rest = memoryview(LENGTHS.pack(len(header), len(body)) + header + body)
        while rest:
            rest = rest[os.write(self._answers, rest) :]

    def _read(self, length: int) -> bytes:
        parts = []
        while length:
            part = os.read(self._events, length)
            if not part:
                os._exit(0)  # The emulator has ended.
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


def protect(*directories: str) -> None:
    """Refuse to change files in these directories, which are read-only on AWS."""
    roots = tuple(os.path.realpath(directory) + os.sep for directory in directories)

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _mode, flags = arguments
            if not isinstance(flags, int) or not flags & _WRITING:
                return
        elif event in _CHANGES:
            path = arguments[1] if event in {"os.link", "os.symlink"} else arguments[0]
        else:
            return
        if isinstance(path, (str, bytes, os.PathLike)):
            place = os.path.realpath(os.fsdecode(path))
            # Python keeps compiled modules for the next process, which starts faster.
            if place.startswith(roots) and "__pycache__" not in place:
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fsdecode(path))

    sys.addaudithook(refuse)


def search_path(task: str, layers: str, runtime: str) -> None:
    """Set the search path: the function's code first, then its layers, then the packages of the runtime."""
    found = [path for path in sys.path[1:] if path != runtime]  # The first is the directory of this file.
    in_layers = f"{layers}/python"
    packages = f"{in_layers}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    sys.path[:] = [task, packages, in_layers, *found, runtime]
    for directory in (task, packages, in_layers):
        site.addsitedir(directory)


def main(layers: str) -> None:
    """Serve events until the emulator ends the process."""
    channel = Channel()
    task, runtime = os.environ["LAMBDA_TASK_ROOT"], os.environ["LAMBDA_RUNTIME_DIR"]
    search_path(task, layers, runtime)
    os.environ["_LAMBDA_TELEMETRY_LOG_FD"] = str(channel.log)
    names = ("initialize_client", "next", "post_invocation_result", "post_error")
    transport = types.ModuleType("runtime_client")
    vars(transport).update({name: getattr(channel, name) for name in names})
    sys.modules["runtime_client"] = transport

    # Only now: the client imports the transport.
    from awslambdaric import (  # noqa: PLC0415
        bootstrap,
        lambda_runtime_client,
        lambda_runtime_marshaller,
    )

    class Marshaller(lambda_runtime_marshaller.LambdaMarshaller):  # type: ignore[misc] # has no types
        """Parses events with the standard library, which has a compiled parser for each interpreter.

        That of the client's JSON package is for the server's interpreter only.
        """

        def unmarshal_request(self, request: bytes, content_type: str = "application/json") -> object:
            try:
                return _PARSER.decode(request.decode())
            except ValueError:
                return super().unmarshal_request(request, content_type)

    class Client(lambda_runtime_client.LambdaRuntimeClient):  # type: ignore[misc] # has no types
        marshaller = Marshaller()

        def call_rapid(
            self, _method: str, endpoint: str, _expected: int, payload: object = None, _headers: object = None
        ) -> None:
            if endpoint.endswith("/error"):
                channel.send("init_error", lambda_runtime_marshaller.to_json(payload).encode())

    del sys.argv[1:]
    protect(task, layers)
    # The client can wait in another thread, because its compiled transport blocks signals; this one does not.
    bootstrap.run(os.environ["_HANDLER"], Client("", use_thread_for_polling_next=False))


if __name__ == "__main__":
    main(sys.argv[1])
