"""Serves an emulator of AWS on this machine, and deploys CDK apps to it."""

import argparse
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Final

from . import commands
from .cdk import CdkError
from .clients import REGION
from .connection import ACCOUNT
from .preflight import PreflightError
from .preflight.supported import described
from .process import CONCURRENCY, Emulator, EmulatorError
from .running import announced

_PROGRAM: Final = "lambda-emulator"
# The variables of a shell that would lead a client elsewhere: AWS's, and proxies.
_UNSET: Final = (
    "unset AWS_PROFILE $(env | sed -n -e 's/^\\(AWS_[A-Z0-9_]*\\)=.*/\\1/p' "
    "-e 's/^\\([A-Za-z]*_[Pp][Rr][Oo][Xx][Yy]\\)=.*/\\1/p')"
)
_LOOK: Final = 0.5  # seconds
_INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "honors":
            print(described())
            return 0
        if options.command not in ("start", "run"):
            status: int = options.function(options)
            return status
        with Emulator(
            time_scale=options.time_scale,
            account=options.account,
            region=options.region,
            concurrency=options.concurrency,
            port=options.port,
        ) as emulator:
            return _start(emulator) if options.command == "start" else _run(emulator, options.words)
    except (CdkError, EmulatorError, LookupError, PreflightError, ValueError) as error:
        print(f"{_PROGRAM}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=_PROGRAM, description=__doc__)
    found = parser.add_subparsers(dest="command", required=True)
    start = found.add_parser("start", help="serve until Ctrl-C; print the commands that let a shell use it")
    run = found.add_parser("run", help="serve while a command runs, whose AWS clients reach nothing else")
    for command in (start, run):
        command.add_argument(
            "--time-scale",
            type=float,
            default=1.0,
            help="factor on AWS's waits: with 0.01 a canary takes seconds instead of minutes (default: 1)",
        )
        command.add_argument("--account", default=ACCOUNT, help=f"number of the account (default: {ACCOUNT})")
        command.add_argument("--region", default=REGION, help=f"default: {REGION}")
        command.add_argument(
            "--concurrency",
            type=int,
            default=CONCURRENCY,
            help=f"the account's quota of concurrent executions (default: {CONCURRENCY})",
        )
        command.add_argument("--port", type=int, default=0, help="default: the system chooses")
    run.add_argument("words", metavar="COMMAND", nargs="+", help="after --, such as: -- pytest tests/deploy")
    commands.add(found)
    found.add_parser("honors", help="print the resource types, triggers and runtimes that deploy")
    return parser


def _start(emulator: Emulator) -> int:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with announced(emulator):
        print(f"# The emulator serves {emulator.endpoint}; log: {emulator.log}; press Ctrl-C to stop it.")
        print(f"# AWS's waits are {1 / emulator.time_scale:g} times shorter. In another shell:")
        print(_UNSET)
        for name, value in emulator.client_environment.items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"export CDK_HOME={shlex.quote(emulator.environment['CDK_HOME'])}", flush=True)
        while not stop.wait(_LOOK):
            emulator.check()
    return 0


def _run(emulator: Emulator, words: Sequence[str]) -> int:
    """Run the command. Ctrl-C reaches it from the terminal, and the emulator ends after it."""
    try:
        with subprocess.Popen(words, env=emulator.command_environment) as command:
            signal.signal(signal.SIGINT, lambda *_: None)
            signal.signal(signal.SIGTERM, lambda *_: command.terminate())
            status = command.wait()
    except OSError as error:
        print(f"{_PROGRAM}: cannot run {words[0]!r}: {error.strerror}", file=sys.stderr)
        return 127
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
