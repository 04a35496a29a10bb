"""`lambda-constructs audit` and `lambda-constructs sizing`: the command lines of the package, without CDK."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

# Each command's module, which is imported only when the command runs.
COMMANDS: Final = {"audit": ".audit.__main__", "sizing": ".sizing.cli"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status.

    Args:
        argv: The command and its arguments. Default: the arguments of the process
    """
    arguments = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="lambda-constructs", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args(arguments[:1]).command
    status: int = import_module(COMMANDS[command], __package__).main(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main())
