"""`lambda-constructs plan`: the effects of a deployment on work in flight, and on the bill."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ..audit.files import UnreadableError, body, parse, read_text
from ..audit.macros import expand
from ..errors import ConfigurationError
from ..sizing.assembly import Deployed, functions_of, read_functions
from ..sizing.price_list import read_price_list
from ..sizing.traffic import read_traffic
from ..text_table import one_line, table
from .cost import CostChange, cost_changes
from .effects import Effect
from .stacks import Template, compare, definitions

_NESTED_STACK: Final = "AWS::CloudFormation::Stack"
_NESTED: Final = ".nested"  # how CDK names the template of a nested stack


@dataclass(frozen=True)
class Plan:
    """The effects of a deployment."""

    effects: Mapping[str, Sequence[Effect]]  # those on work in flight, by stack
    costs: Sequence[CostChange]  # the workloads whose monthly cost changes


def main(argv: Sequence[str] | None = None) -> int:
    """Compare two templates or cloud assemblies and return the exit status, which the help text describes."""
    arguments = _parser().parse_args(argv)
    try:
        before, after = read(arguments.old), read(arguments.new)
        if before.keys() & {""} != after.keys() & {""}:
            raise ValueError("one is a file and the other a folder; pass two files or two folders")  # noqa: TRY301
        costs = cost_changes(
            _functions(arguments.old, before),
            _functions(arguments.new, after),
            read_traffic(arguments.traffic) if arguments.traffic else None,
            region=arguments.region,
            lists=[read_price_list(path) for path in arguments.prices],
        )
    except (OSError, ValueError, UnreadableError, ConfigurationError) as error:
        print(one_line(f"error: {error}"), file=sys.stderr)
        return 2
    plan = Plan(effects(before, after), costs)
    print(FORMATS[arguments.format](plan))
    return int(any(each.severity != "note" for effects in plan.effects.values() for each in effects))


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


def read(path: Path) -> dict[str, Template]:
    """The templates of a file or of a cloud assembly, by stack; one file is a stack without a name."""
    if path.is_file():
        return {"": _template(path)}
    files = sorted(path.rglob("*.template.json"))
    if not files:
        raise ValueError(f"{path} has no template; pass a file, or a folder that `cdk synth` wrote")
    return {str(file.relative_to(path)).removesuffix(".template.json"): _template(file) for file in files}


def _template(file: Path) -> Template:
    template = body(file, parse(file, read_text(file)))
    if not isinstance(template, dict) or not isinstance(template.get("Resources", {}), dict):
        raise ValueError(f"{file} is not a template")  # noqa: TRY004 - the content of a file
    expanded = expand(template, file.parent)
    for note in expanded.notes:
        print(one_line(f"note: {file}: {note}"), file=sys.stderr)
    return {**expanded.template, "Resources": definitions(expanded.template)}


def _functions(path: Path, templates: Mapping[str, Template]) -> list[Deployed]:
    """The functions of a file or of an assembly, whose manifest names the regions."""
    return list(functions_of(dict(templates[""]), None)) if "" in templates else read_functions(path)


def effects(before: Mapping[str, Template], after: Mapping[str, Template]) -> dict[str, list[Effect]]:
    """The effects on each stack of an app; a deployment leaves a stack that the app no longer has."""
    left = {name for name in before.keys() - after.keys() if not name.endswith(_NESTED)}
    compared = compare({name: each for name, each in before.items() if name not in left}, after)
    files = {f"{name.rpartition('/')[2]}.template.json" for name in before}
    found = {
        stack: [each for each in of if _template_file(before, stack, each) not in files]
        for stack, of in compared.items()
    }
    return dict(sorted({**found, **{name: [_left(name)] for name in left}}.items()))


def _template_file(before: Mapping[str, Template], stack: str, effect: Effect) -> object:
    """The template file of a nested stack, whose resources have effects; None for other resources."""
    resource = before.get(stack, {}).get("Resources", {}).get(effect.resource, {})
    metadata = resource.get("Metadata") if resource.get("Type") == _NESTED_STACK else None
    return metadata.get("aws:asset:path") if isinstance(metadata, dict) else None


def _left(stack: str) -> Effect:
    """The finding about a stack that the app no longer has."""
    text = "is not in the new app; a deployment leaves it as it is, and its workloads go on"
    return Effect(
        severity="warning",
        code="stack-left",
        resource=stack,
        path=stack,
        message=f"{text}; destroy it if that is meant",
    )


def _text(plan: Plan) -> str:
    return "\n".join(_lines(plan)) or "nothing needs attention"


def _lines(plan: Plan) -> Iterator[str]:
    for stack, effects in plan.effects.items():
        if stack and effects:
            yield one_line(f"{stack}:")
        for each in effects:
            yield one_line(f"  {each.severity}: {each.path} {each.message} [{each.code}]")
    if plan.costs:
        yield table(_COSTS, _rows(plan))
    yield from (one_line(f"unknown: {each.path}: {what}") for each in plan.costs for what in each.unknown)


_COSTS: Final = ("per month", "before", "after")
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|!@#])")


def _rows(plan: Plan) -> list[tuple[str, str, str]]:
    return [(one_line(each.path), f"{each.before:,.2f}", f"{each.after:,.2f}") for each in plan.costs]


def _code(text: str) -> str:
    """A text as code in a table."""
    plain = one_line(" ".join(text.split())).replace("`", "'").replace("|", "\\|")
    return f"`{plain}`"


def _escaped(text: str) -> str:
    """A text as itself: a name of a template, which a pull request changes, must not become a link."""
    return _MARKUP.sub(r"\\\1", one_line(" ".join(text.split())))


def _markdown(plan: Plan) -> str:
    effects = [
        (each.severity, _code(each.path), _escaped(each.message), each.code)
        for effects in plan.effects.values()
        for each in effects
    ]
    tables = [
        _markdown_table(("severity", "resource", "effect", "code"), effects),
        _markdown_table(_COSTS, _rows(plan)),
    ]
    return "\n\n".join(filter(None, tables)) or "Nothing needs attention."


def _markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]]) if rows else ""


def _json(plan: Plan) -> str:
    found = {stack: [asdict(each) for each in each_of] for stack, each_of in plan.effects.items()}
    return json.dumps({"findings": found, "costs": [asdict(each) for each in plan.costs]}, indent=2)


FORMATS = {"text": _text, "markdown": _markdown, "json": _json}
