"""`lambda-constructs plan`: the effects of a deployment on work in flight, and on the bill."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final, TypeAlias

from ..audit.source import Source
from ..errors import ConfigurationError
from ..markdown import code, escaped, markdown_table
from ..sizing.assembly import Deployed, functions_of
from ..sizing.price_list import read_price_list
from ..sizing.traffic import read_traffic
from ..template.assembly import read_app
from ..template.files import UnreadableError, readable
from ..text_table import one_line, table
from .cost import CostChange, cost_changes
from .effects import Effect
from .stacks import compare

Effects: TypeAlias = Mapping[str, Sequence[Effect]]  # by stack
Costs: TypeAlias = Sequence[CostChange]


def main(argv: Sequence[str] | None = None) -> int:
    """Compare two templates or cloud assemblies and return the exit status, which the help text describes."""
    arguments = _parser().parse_args(argv)
    try:
        before, after = read(arguments.old), read(arguments.new)
        if arguments.old.is_file() != arguments.new.is_file():
            raise ValueError("one is a file and the other a folder; pass two files or two folders")  # noqa: TRY301
        costs = cost_changes(
            _functions(before),
            _functions(after),
            read_traffic(arguments.traffic) if arguments.traffic else None,
            region=arguments.region,
            lists=[read_price_list(path) for path in arguments.prices],
        )
    except (OSError, ValueError, UnreadableError, ConfigurationError) as error:
        print(one_line(f"error: {error}"), file=sys.stderr)
        return 2
    effects = compare(before, after)
    print(FORMATS[arguments.format](effects, costs))
    return int(any(each.severity != "note" for of in effects.values() for each in of))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda-constructs plan",
        description="Say what a deployment does to work in flight: resources with data that are "
        "replaced or removed, mappings that read again, less concurrency, silent alarms, new versions; and "
        "which workloads cost more or less.",
        epilog="Exit status: 0 without errors and warnings, 1 with them, 2 if a file cannot be read.",
    )
    for name in ("old", "new"):
        parser.add_argument(
            name, type=Path, metavar=name.upper(), help="a template in JSON or YAML, or a cdk.out folder"
        )
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="format of the plan (default: text)"
    )
    parser.add_argument(
        "--traffic",
        metavar="FILE",
        help="the traffic of each workload, as for `sizing cost` (default: only what costs without traffic)",
    )
    parser.add_argument("--region", help="region of the prices (default: that of each stack, else us-east-1)")
    parser.add_argument(
        "--prices", action="append", default=[], metavar="FILE", help="a price list of AWS; may be repeated"
    )
    return parser


def read(path: Path) -> dict[str, Source]:
    """The templates of a file or of a cloud assembly, by stack; one file is a stack without a name."""
    stacks = {each.stack: Source.of(each) for each in readable(read_app(path))}
    for source in stacks.values():
        for note in source.expanded.notes:
            print(one_line(f"note: {source.file}: {note}"), file=sys.stderr)
    return stacks


def _functions(stacks: Mapping[str, Source]) -> Iterator[Deployed]:
    for each in stacks.values():
        yield from functions_of(each.expanded.template, each.region)


def _text(effects: Effects, costs: Costs) -> str:
    return "\n".join(_lines(effects, costs)) or "nothing needs attention"


def _lines(effects: Effects, costs: Costs) -> Iterator[str]:
    for stack, of in effects.items():
        if stack and of:
            yield one_line(f"{stack}:")
        for each in of:
            yield one_line(f"  {each.severity}: {each.path} {each.message} [{each.code}]")
    if costs:
        yield table(_COSTS, _rows(costs, one_line))
    yield from (one_line(f"unknown: {each.path}: {what}") for each in costs for what in each.unknown)


_COSTS: Final = ("per month", "before", "after")


def _rows(costs: Costs, shown: Callable[[str], str]) -> list[tuple[str, str, str]]:
    return [(shown(each.path), f"{each.before:,.2f}", f"{each.after:,.2f}") for each in costs]


def _markdown(effects: Effects, costs: Costs) -> str:
    found = [
        (each.severity, code(each.path), escaped(each.message), each.code)
        for of in effects.values()
        for each in of
    ]
    tables = [
        *([markdown_table(("severity", "resource", "effect", "code"), found)] if found else ()),
        *([markdown_table(_COSTS, _rows(costs, code))] if costs else ()),
    ]
    return "\n\n".join(tables) or "Nothing needs attention."


def _json(effects: Effects, costs: Costs) -> str:
    found = {stack: [asdict(each) for each in of] for stack, of in effects.items()}
    return json.dumps({"findings": found, "costs": [asdict(each) for each in costs]}, indent=2)


FORMATS = {"text": _text, "markdown": _markdown, "json": _json}
