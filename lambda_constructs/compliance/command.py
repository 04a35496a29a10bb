"""`lambda-constructs compliance`: what an app acknowledges, as a file for reviewers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..template.assembly import read_assembly
from ..template.files import UnreadableError, readable
from .report import Compliance, as_markdown
from .validation import read_validation

_FINDINGS, _UNREAD = 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Write a report and return the exit status, which the help text describes."""
    arguments = _parser().parse_args(argv)
    try:
        compliance = read_compliance(arguments.assembly)
        text = as_markdown(compliance)
        if arguments.output is None:
            print(text, end="")
        else:
            arguments.output.write_text(text, encoding="utf-8")
    except (UnreadableError, OSError, ValueError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        print(f"error: {error}", file=sys.stderr)
        return _UNREAD
    return _FINDINGS if compliance.left else 0


def read_compliance(assembly: Path) -> Compliance:
    """Read a cloud assembly, such as cdk.out; a ValueError if the report of its plugins is not one of CDK."""
    acknowledged: dict[str, dict[str, str]] = {}
    for source in readable(read_assembly(assembly)):
        acknowledged |= source.constructs.acknowledged
    return Compliance(name=assembly.name, acknowledged=acknowledged, violations=read_validation(assembly))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda-constructs compliance",
        description="Show which findings of cdk-nag and of other validation plugins an app acknowledges.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    report = commands.add_parser(
        "report",
        help="write the acknowledged findings, with reasons and places, as Markdown",
        description="Write the acknowledged findings, with reasons and places, and the others, as Markdown.",
        epilog="Exit status: 0 without findings that are not acknowledged, 1 with them, 2 if the assembly "
        "cannot be read.",
    )
    report.add_argument(
        "assembly", type=Path, metavar="CDK_OUT", help="a cloud assembly that `cdk synth` wrote"
    )
    report.add_argument("--output", type=Path, metavar="FILE", help="write the report to this file")
    return parser
