"""`python -m lambda_constructs.sizing`: sizes from measurements, in a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

from ..errors import ConfigurationError
from .commands import capacity, compare, plan, recommend

COMMANDS: Mapping[str, ModuleType] = {
    "recommend": recommend,
    "compare": compare,
    "plan": plan,
    "capacity": capacity,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status.

    Args:
        argv: Its name and arguments. Default: those of the process
    """
    parser = argparse.ArgumentParser(prog="python -m lambda_constructs.sizing", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        # "`recommend`: the memory size ...": what it does, after its name.
        summary = str(module.__doc__).partition(": ")[2]
        command = commands.add_parser(name, help=summary, description=summary)
        module.add(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    try:
        print(arguments.run(arguments))
    except (ConfigurationError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
