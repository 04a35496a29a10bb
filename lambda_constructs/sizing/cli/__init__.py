"""`lambda-constructs sizing`: the command line of sizing, with one module for each command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType

from ...errors import ConfigurationError
from ...template.files import UnreadableError
from . import capacity, collect, compare, cost, plan, profile, recommend, report
from .answer import Answer, write
from .options import add_arguments

COMMANDS: Mapping[str, ModuleType] = {
    "collect": collect,
    "profile": profile,
    "recommend": recommend,
    "compare": compare,
    "plan": plan,
    "capacity": capacity,
    "report": report,
    "cost": cost,
}
_DESCRIPTION = (
    "Recommend memory sizes and concurrency from measurements and traffic, and print what they cost."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, by default that of the process, and return the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        answer: Answer = arguments.run(arguments)
    except (ConfigurationError, UnreadableError, OSError) as error:
        write(f"error: {error}", sys.stderr)
        return 1
    write(answer.show(as_json=arguments.json))
    return answer.status


@cache
def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lambda-constructs sizing", description=_DESCRIPTION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        # A docstring reads "`recommend`: recommend a memory size ...".
        summary = str(module.__doc__).partition(": ")[2]
        command = commands.add_parser(name, help=summary, description=summary)
        module.add(command)
        add_arguments(command, "--json")
        command.set_defaults(run=module.run, json=False)
    return parser
