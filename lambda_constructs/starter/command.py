"""`lambda-constructs new`: write a starter app."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .project import write_project
from .workloads import WORKLOADS

_DEFAULT: Final = "sqs-worker"
_UNWRITTEN: Final = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Write the app and return the exit status, which the help text describes."""
    arguments = _parser().parse_args(argv)
    folder: Path = arguments.folder
    try:
        written = write_project(folder, arguments.workload)
    except (OSError, ValueError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        print(f"error: {error}", file=sys.stderr)
        return _UNWRITTEN
    for path in written:
        print(path)
    print(f"\nNext: cd {folder} && uv run pytest --snapshot-update")
    return 0


def _parser() -> argparse.ArgumentParser:
    kinds = "\n".join(f"  {name:<20} {each.summary}" for name, each in WORKLOADS.items())
    parser = argparse.ArgumentParser(
        prog="lambda-constructs new",
        description="Write a starter app: a stack with one workload, a handler with Powertools, tests with\n"
        "a snapshot, cdk-nag, the audit and the emulator, and a CI workflow.",
        epilog=f"workloads:\n{kinds}\n\n"
        "Exit status: 0, or 2 for wrong arguments or a folder that is not empty.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    parser.add_argument(
        "--workload", choices=WORKLOADS, default=_DEFAULT, metavar="WORKLOAD", help="(default: %(default)s)"
    )
    return parser
