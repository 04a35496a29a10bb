"""Measures the emulator: a no-op behind an HTTP API with IAM, 10 clients that keep their connections.

Run with `python -m benchmarks.http_api [--sign-each] [CHECKOUT ...]` on Linux. It prints a row for each run.
Checkouts of other versions run in turn with this one, because the rate depends on what else the machine does.
Each has a `.venv-emulator`, which can be a link. Processor time is that for one request. Clients sign once a
second, or each request, which takes them longer than the emulator takes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.credentials import Credentials

from emulator.tests.load import Load, deploy, used

CLIENTS, SECONDS, ROUNDS = 10, 5.0, 3
HERE = Path(__file__).resolve().parent.parent

# The module had another name before the emulator was a distribution.
SERVE = """
import json, sys
try:
    from lambda_constructs_emulator.process import Emulator
except ImportError:
    from emulator.process import Emulator
with Emulator(time_scale=0.01) as emulator:
    environment = getattr(emulator, "client_environment", None) or emulator.environment
    found = {name: environment[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    found |= {"endpoint": emulator.endpoint, "authority": str(emulator.authority), "pid": emulator.pid}
    print(json.dumps(found), flush=True)
    sys.stdin.read()
"""


@contextmanager
def served(checkout: Path, *, sign_each: bool = False) -> Iterator[tuple[Load, int]]:
    """Serve the API with the emulator of a checkout; yields the clients and the process of the server."""
    path = f"{checkout / 'emulator'}:{checkout}"
    with subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=checkout,
        env={"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            found = json.loads(server.stdout.readline())
            key, secret = found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"]

            def client(service: str) -> Any:  # noqa: ANN401 - boto3 has no types
                return boto3.client(
                    service,
                    region_name="us-east-1",
                    endpoint_url=found["endpoint"],
                    verify=found["authority"],
                    aws_access_key_id=key,
                    aws_secret_access_key=secret,
                    config=Config(proxies={}),
                )

            authority, credentials = Path(found["authority"]), Credentials(key, secret)
            api = deploy(client)
            load = Load(found["endpoint"], authority, api, credentials, "us-east-1", sign_each=sign_each)
            yield load, found["pid"]
        finally:
            server.stdin.close()


def measured(load: Load, server: int) -> str:
    """The row of one run."""
    before = used(server)
    times = load.run(CLIENTS, SECONDS)
    after, count = used(server), len(times)
    server_ms = (after.server - before.server) / count * 1000
    handlers_ms = (after.handlers - before.handlers) / count * 1000
    return (
        f"{count / SECONDS:>8.0f} {times[count // 2]:>7.1f} {times[int(count * 0.99)]:>7.1f}"
        f" {server_ms:>10.2f} {handlers_ms:>12.2f} {before.processes:>6} -> {after.processes}"
    )


def main() -> None:
    """Print the rows of all rounds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http_api")
    parser.add_argument("checkouts", nargs="*", type=Path, help="of other versions")
    parser.add_argument("--sign-each", action="store_true", help="clients sign each request")
    options = parser.parse_args()
    checkouts = [HERE, *(checkout.resolve() for checkout in options.checkouts)]
    print(
        f"{'checkout':>30} {'a second':>8} {'p50 ms':>7} {'p99 ms':>7} {'server ms':>10} {'handlers ms':>12}",
        end="",
    )
    print("  processes")
    with ExitStack() as stack:
        servers = [
            (checkout, *stack.enter_context(served(checkout, sign_each=options.sign_each)))
            for checkout in checkouts
        ]
        for checkout, load, _server in servers:
            first, second = load.run(1, 0)[0], load.run(1, 0)[0]
            print(f"{str(checkout)[-30:]:>30} first request {first:.0f} ms, second {second:.1f} ms")
            load.run(CLIENTS, SECONDS)
        for _ in range(ROUNDS):
            for checkout, load, server in servers:
                print(f"{str(checkout)[-30:]:>30} {measured(load, server)}", flush=True)


if __name__ == "__main__":
    main()
