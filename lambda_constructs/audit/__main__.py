"""`python -m lambda_constructs.audit`: the rules over templates and cloud assemblies, in a terminal."""

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
    """Audit; returns the exit status: 0 if nothing was found, 1 if something was, 2 if nothing could be read.

    Args:
        argv: The arguments. Default: those of the process
    """
    arguments = _parser().parse_args(argv)
    try:
        report = _report(arguments)
        text = FORMATS[arguments.format](report, undecided=arguments.undecided)
        if arguments.output is None:
            print(text)
        else:
            arguments.output.write_text(f"{text}\n", encoding="utf-8")
            print(summary(report))
    except (UnreadableError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return int(any(report.count(severity) for severity in FAILING[arguments.fail_on]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lambda_constructs.audit",
        description="Ends with 0 if nothing was found, 1 if something was, 2 if something cannot be read.",
    )
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a cloud assembly (cdk.out), a folder of templates, or a template in JSON or YAML",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="(default: %(default)s)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report there")
    parser.add_argument(
        "--fail-on", choices=FAILING, default="error", help="least severity that fails (default: %(default)s)"
    )
    parser.add_argument(
        "--ignore", type=Path, metavar="FILE", help="TOML: findings that are right as they are"
    )
    parser.add_argument("--undecided", action="store_true", help="list what is known only at deployment")
    return parser


def _report(arguments: argparse.Namespace) -> Report:
    ignores = [] if arguments.ignore is None else read_ignores(arguments.ignore)
    sources = {source.name: source for path in arguments.paths for source in read_sources(path)}
    return make_report(list(sources.values()), ignores)


if __name__ == "__main__":
    sys.exit(main())
