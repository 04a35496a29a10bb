"""The terminal: one question before each change, one progress bar, one way to print a report."""

from __future__ import annotations

import argparse
import json
import math
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..text_table import table

_WIDTH: Final = 30  # characters


def count(text: str) -> int:
    """An argument that is a whole number of at least one."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of at least 1")
    return number


def rate(text: str) -> float:
    """An argument that is a number above zero."""
    if not 0 < (number := float(text)) < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return number


def expression(text: str) -> re.Pattern[str]:
    """An argument that is a regular expression."""
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a regular expression: {error}") from error


def agreed(arguments: argparse.Namespace, plan: str, question: str) -> bool:
    """Whether to make a change: with `--yes`, or if the user agrees to the plan; never with `--dry-run`."""
    if arguments.yes:
        return True
    if not arguments.dry_run:
        print(plan, file=sys.stderr)
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        if (answer := sys.stdin.readline()).strip().lower() in ("y", "yes"):
            return True
        if not answer:
            print("\nthe input has no answer; pass --yes", file=sys.stderr)
    print("nothing was changed", file=sys.stderr)
    return False


def show(arguments: argparse.Namespace, report: Mapping[str, Any], text: str) -> None:
    """Print a report as JSON, or its text."""
    print(json.dumps(report, indent=2, default=str) if arguments.json else text)


def fitted(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; in a terminal that is too narrow for it, a line for each cell."""
    found = table(header, rows)
    widest = max(map(len, found.splitlines()))
    if not sys.stdout.isatty() or widest <= shutil.get_terminal_size().columns:
        return found
    others = header[1:]
    return "\n".join(
        line
        for row in rows
        for line in (row[0], *(f"  {name}: {cell}" for name, cell in zip(others, row[1:], strict=True)))
    )


def progress(done: int, total: int) -> None:
    """Draw a progress bar, if somebody sees it."""
    if sys.stderr.isatty():
        share = min(done / total, 1) if total else 1
        end = "\n" if done >= total else ""
        bar = ("#" * round(share * _WIDTH)).ljust(_WIDTH)
        print(f"\r[{bar}] {done} of {total}", end=end, file=sys.stderr, flush=True)
