"""The command line: `lambda-constructs` and `python -m lambda_constructs` are the same."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from .version import __version__

# The module with the `main(argv)` of each subcommand, imported only to run it, and its line in the help.
SUBCOMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "new": (".starter.command", "write a starter app"),
    "audit": (".audit.command", "check CloudFormation templates and CDK cloud assemblies"),
    "compliance": (".compliance.command", "show which findings an app acknowledges, why and where"),
    "plan": (".plan.command", "say what a deployment does to work in flight"),
    "sizing": (".sizing.cli", "recommend memory sizes and concurrency from measurements"),
    "ops": (".ops.command", "operate deployed workloads"),
    "packaging": (".packaging.command", "build Python projects and explain their packages"),
}
_INTERRUPTED: Final = 130  # what a shell reports for a program that Ctrl-C ends: 128 + SIGINT
_BROKEN_PIPE: Final = 141  # what a shell reports for a program that SIGPIPE ends: 128 + 13
_EXIT_STATUS: Final = (
    "Exit status: that of the subcommand, which its --help lists; 2 for wrong arguments; "
    f"{_INTERRUPTED} after Ctrl-C; {_BROKEN_PIPE} if the reader of the output, such as head, stops early."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit status."""
    _open_streams()
    try:
        try:
            return _run(sys.argv[1:] if argv is None else argv)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("\ninterrupted; run the command again for the rest", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        status = _BROKEN_PIPE
    except OSError as error:
        # Such as a full disk that the output goes to.
        print(f"error: {error}", file=sys.stderr)
        status = 1
    # Python flushes once more at exit and would report the error then.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _open_streams() -> None:
    """Open the streams that a shell has closed, for which Python has None; escape what one cannot encode."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="lambda-constructs",
        description="Tools for AWS Lambda workloads.",
        epilog=_EXIT_STATUS,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subcommands = parser.add_subparsers(
        dest="subcommand", required=True, metavar="SUBCOMMAND", title="subcommands"
    )
    for name, (_, summary) in SUBCOMMANDS.items():
        subcommands.add_parser(name, help=summary, add_help=False)
    module, _ = SUBCOMMANDS[parser.parse_args(arguments[:1]).subcommand]
    status: int = import_module(module, __package__).main(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main())
