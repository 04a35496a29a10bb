"""Serves the emulator: one process, one loopback port, TLS, IAM enforced.

Its owner, `lambda_constructs_emulator.process`, starts it. The first and only line on standard output
is a JSON object with the port. When standard input ends, however the owner died, the server ends too,
with every process that it started and its directory.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from .version import WrongVersionError, require_pinned_ministack


def main() -> None:
    """Serve until standard input ends."""
    announce = _take_standard_output()
    options = _parse_options()
    try:
        require_pinned_ministack()
    except WrongVersionError as error:
        sys.exit(str(error))
    threading.Thread(target=_end_with_owner, args=(options.directory,), daemon=True).start()
    try:
        listener = socket.create_server(("127.0.0.1", options.port), backlog=256)
    except OSError as error:
        sys.exit(f"port {options.port} of 127.0.0.1: {error.strerror}")
    port: int = listener.getsockname()[1]
    _configure(options, port)
    # Imported only now: it imports ministack, which must be the right one and reads the environment.
    from .serving import serve  # noqa: PLC0415

    serve(
        [listener, *_on_ipv6(port)],
        certificate=options.certificate,
        key=options.key,
        time_scale=options.time_scale,
        plain=options.plain,
        ready=lambda: announce(json.dumps({"port": port})),
    )


def _on_ipv6(port: int) -> list[socket.socket]:
    """The same port of ::1, which is all that `localhost` means on some machines; others do not have it."""
    try:
        return [socket.create_server(("::1", port), family=socket.AF_INET6, backlog=256)]
    except OSError:
        return []


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lambda_constructs_emulator.server")
    parser.add_argument("--directory", type=Path, required=True, help="removed at the end")
    parser.add_argument("--certificate", type=Path, required=True, help="PEM chain")
    parser.add_argument("--key", type=Path, required=True, help="PEM private key")
    parser.add_argument("--authority", type=Path, required=True, help="PEM that clients trust")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--plain", action="store_true", help="ministack without the added behaviour")
    return parser.parse_args()


def _take_standard_output() -> Callable[[str], None]:
    """Keep standard output for the one line of the protocol; anything else goes to the log."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def announce(line: str) -> None:
        with channel:
            channel.write(line + "\n")

    return announce


def _configure(options: argparse.Namespace, port: int) -> None:
    """Tell ministack, which reads its settings from the environment while it is imported.

    Function handlers inherit this environment, so it holds nothing else.
    """
    os.environ.update(
        {
            "AUTH": "true",
            "USE_SSL": "1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_SSL_CERT": str(options.certificate),
            "MINISTACK_SSL_KEY": str(options.key),
            "AWS_CA_BUNDLE": str(options.authority),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
        }
    )


def _end_with_owner(directory: Path) -> None:
    """Wait for the owner's end, then leave nothing behind: no process and no file.

    A process outside the group does it, because one inside would not live to remove the files, and
    would find new ones if it removed them first.
    """
    # Not from a buffer, whose lock Python needs when it exits.
    while os.read(sys.stdin.fileno(), 1):
        pass
    subprocess.Popen(
        [sys.executable, "-I", "-c", _UNDERTAKER, str(os.getpid()), str(directory)],
        start_new_session=True,
    )
    if os.name != "posix":
        os._exit(0)


_UNDERTAKER = """
import os, shutil, signal, sys, time
if os.name == "posix":
    os.killpg(int(sys.argv[1]), signal.SIGKILL)
for _ in range(10):
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    time.sleep(0.5)
"""
"""Needs the server to lead its own process group, which `lambda_constructs_emulator.process` sees to.

It looks again, because a CDK CLI that is about to end can still write to the directory.
"""


if __name__ == "__main__":
    main()
