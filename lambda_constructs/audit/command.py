"""`lambda-constructs audit`: check templates and cloud assemblies against the rules, on the command line."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from ..rules.catalogue import CATALOGUE
from ..rules.names import nearest
from ..template.files import UnreadableError
from ..text_table import one_line
from .baseline import read_baseline, write_baseline
from .findings import Severity
from .ignored import read_ignores
from .json_report import as_json
from .junit import as_junit
from .reading import EXCLUDED, read
from .report import Report, make_report
from .sarif import as_sarif
from .settings import FAILING, Settings, read_settings
from .text import as_text, explain, summary

FORMATS: Final[Mapping[str, Callable[..., str]]] = {
    "text": as_text,
    "sarif": as_sarif,
    "json": as_json,
    "junit": as_junit,
}
_FAILS: Final[Mapping[str, tuple[Severity, ...]]] = {"error": ("error",), "warning": ("error", "warning")}
_FINDINGS, _UNREAD, _UNCHECKED = 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Print a report and return the exit status, which the help text describes."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.explain is not None:
        return _explain(arguments.explain)
    if not arguments.paths:
        parser.error("the following arguments are required: PATH")
    try:
        settings = read_settings(Path.cwd(), vars(arguments))
        if arguments.update_baseline and settings.baseline is None:
            parser.error("--update-baseline needs --baseline")
        report = _report(arguments, settings)
        _print(report, arguments, settings)
    except (UnreadableError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        print(one_line(f"error: {error}"), file=sys.stderr)
        return _UNREAD
    if report.unreadable:
        return _UNREAD
    if report.unchecked:
        return _UNCHECKED
    found = any(report.count(severity) for severity in _FAILS[settings.fail_on])
    return _FINDINGS if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda-constructs audit",
        description="Check CloudFormation templates, AWS SAM templates and CDK cloud assemblies for mistakes "
        "with AWS Lambda.",
        epilog="Exit status: 0 without findings of the severity that fails, 1 with findings, 2 for wrong "
        "arguments or a file that cannot be read or written, 3 if templates have functions but not one "
        "could be checked.",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        type=_path,
        metavar="PATH",
        help="a cloud assembly (cdk.out), a folder of templates, or a template in JSON or YAML",
    )
    add = parser.add_argument
    add("--format", choices=FORMATS, default="text", help="(default: %(default)s)")
    add("--output", type=_path, metavar="FILE", help="write the report to this file")
    add("--fail-on", choices=FAILING, help="the lowest severity that fails (default: error)")
    codes = partial(add, action="extend", type=lambda text: text.split(","), metavar="CODES")
    codes("--select", help="report only these codes; patterns such as 'stream-*', separated by commas")
    codes("--ignore", help="do not report these codes")
    skipped = f"a pattern of files and folders to skip; always skipped: {' '.join(EXCLUDED)}"
    add("--exclude", action="append", metavar="GLOB", help=skipped)
    add(
        "--parameter",
        action="append",
        type=_parameter,
        metavar="NAME=VALUE",
        dest="parameters",
        help="a value of a parameter of the templates",
    )
    add("--ignore-file", type=_path, metavar="FILE", help="a TOML file with findings to ignore")
    add("--baseline", type=_path, metavar="FILE", help="a file with findings that are known")
    add("--update-baseline", action="store_true", help="write the findings to the baseline")
    undecided = "list rules that depend on values known only at deployment"
    add("--undecided", action="store_true", default=None, help=undecided)
    add("--explain", metavar="CODE", help="print why a rule exists, with its source, and nothing else")
    return parser


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("an empty path; name a file or a folder")
    return Path(text)


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _explain(code: str) -> int:
    code = code.partition("[")[0]
    if code in CATALOGUE:
        print(explain(code))
        return 0
    near = nearest(code, CATALOGUE)
    hint = f"; did you mean {near}?" if near else ""
    print(f"error: there is no rule {code!r}{hint}", file=sys.stderr)
    return _UNREAD


def _report(arguments: argparse.Namespace, settings: Settings) -> Report:
    baseline = settings.baseline
    updates = arguments.update_baseline
    known = [] if baseline is None or updates else read_baseline(baseline)
    reading = read(arguments.paths, exclude=settings.exclude, parameters=settings.parameters)
    report = make_report(
        reading.sources,
        [] if settings.ignore_file is None else read_ignores(settings.ignore_file),
        unreadable=reading.unreadable,
        select=settings.select,
        ignore=settings.ignore,
        baseline=known,
    )
    if updates and baseline is not None:
        write_baseline(baseline, report.findings)
        report.known = sum(each.severity != "undecided" for each in report.findings)
        report.findings = [each for each in report.findings if each.severity == "undecided"]
    return report


def _print(report: Report, arguments: argparse.Namespace, settings: Settings) -> None:
    write = FORMATS[arguments.format]
    if arguments.output is not None:
        text = write(report, undecided=settings.undecided)
        arguments.output.write_text(f"{text}\n", encoding="utf-8")
        print(summary(report))
    elif arguments.format == "text" and sys.stdout.isatty():
        width, colour = shutil.get_terminal_size().columns, "NO_COLOR" not in os.environ
        print(as_text(report, undecided=settings.undecided, width=width, colour=colour))
    else:
        print(write(report, undecided=settings.undecided))
