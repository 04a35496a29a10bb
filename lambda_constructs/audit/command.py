"""`lambda-constructs audit`: check templates and cloud assemblies against the rules, on the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from .assembly import read_sources
from .files import UnreadableError
from .findings import Severity
from .ignored import read_ignores
from .report import Report, make_report
from .sarif import as_sarif
from .text import as_text, summary

FORMATS: Final[Mapping[str, Callable[..., str]]] = {"text": as_text, "sarif": as_sarif}
FAILING: Final[Mapping[str, tuple[Severity, ...]]] = {"error": ("error",), "warning": ("error", "warning")}


def main(argv: Sequence[str] | None = None) -> int:
    """Print a report and return the exit status, which the help text describes.

    Args:
        argv: The arguments. Default: the arguments of the process
    """
    arguments = _parser().parse_args(argv)
    try:
        report = _report(arguments)
        text = FORMATS[arguments.format](report, undecided=arguments.undecided)
        if arguments.output is not None:
            arguments.output.write_text(f"{text}\n", encoding="utf-8")
            text = summary(report)
    except (UnreadableError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(text)
    return int(any(report.count(severity) for severity in FAILING[arguments.fail_on]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda-constructs audit",
        description="Check CloudFormation templates and CDK cloud assemblies for mistakes with AWS Lambda.",
        epilog="Exit status: 0 without findings of the severity that fails, 1 with findings, 2 for wrong "
        "arguments or a file that cannot be read or written.",
    )
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a cloud assembly (cdk.out), a folder of templates, or a template in JSON or YAML",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="(default: %(default)s)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report to this file")
    parser.add_argument(
        "--fail-on",
        choices=FAILING,
        default="error",
        help="the lowest severity that fails (default: %(default)s)",
    )
    parser.add_argument("--ignore", type=Path, metavar="FILE", help="a TOML file with findings to ignore")
    parser.add_argument(
        "--undecided", action="store_true", help="list rules that depend on values known only at deployment"
    )
    return parser


def _report(arguments: argparse.Namespace) -> Report:
    ignores = [] if arguments.ignore is None else read_ignores(arguments.ignore)
    sources = {source.name: source for path in arguments.paths for source in read_sources(path)}
    return make_report(list(sources.values()), ignores)
