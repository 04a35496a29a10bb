"""`lambda-constructs plan`: the effects of a deployment on work in flight."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .findings import Deployment, Finding

Plan = Mapping[str, Sequence[Finding]]
"""The findings by stack."""


def main(argv: Sequence[str] | None = None) -> int:
    """Compare two templates or cloud assemblies and return the exit status, which the help text describes.

    Args:
        argv: The arguments. Default: those of the process
    """
    arguments = _parser().parse_args(argv)
    try:
        before, after = read(arguments.old), read(arguments.new)
        if before.keys() & {""} != after.keys() & {""}:
            raise ValueError("one of both is a file and the other a folder; pass two of a kind")  # noqa: TRY301
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    plan = compare(before, after)
    print(FORMATS[arguments.format](plan))
    return int(any(each.severity != "note" for findings in plan.values() for each in findings))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda-constructs plan",
        description="Say what a deployment does to work in flight: queues, tables and log groups that are "
        "replaced or removed, mappings that read again, less concurrency, silent alarms, new versions.",
        epilog="Exit status: 0 without errors and warnings, 1 with them, 2 if a template cannot be read.",
    )
    for name in ("old", "new"):
        parser.add_argument(
            name, type=Path, metavar=name.upper(), help="a template in JSON, or a cdk.out folder"
        )
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="format of the plan (default: text)"
    )
    return parser


def read(path: Path) -> dict[str, dict[str, Any]]:
    """The templates of a file or of a cloud assembly, by stack; one file is a stack without a name.

    Raises:
        ValueError: It is not a template in JSON.
    """
    if path.is_file():
        return {"": _template(path)}
    files = sorted(path.rglob("*.template.json"))
    if not files:
        raise ValueError(f"{path} has no template; pass a file, or a folder that `cdk synth` wrote")
    return {str(file.relative_to(path)).removesuffix(".template.json"): _template(file) for file in files}


def _template(file: Path) -> dict[str, Any]:
    try:
        template = json.loads(file.read_text())
    except ValueError as error:
        raise ValueError(f"{file} is not JSON: {error}") from error
    resources = template.get("Resources", {}) if isinstance(template, dict) else None
    if not isinstance(resources, dict):
        raise ValueError(f"{file} is not a template")  # noqa: TRY004 - the content of a file
    return {name: each for name, each in resources.items() if isinstance(each, dict)}


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Plan:
    """The findings of each stack; a stack that is only in one of them is created or deleted."""
    names = sorted({*before, *after})
    return {name: Deployment(before.get(name, {}), after.get(name, {})).findings() for name in names}


def _text(plan: Plan) -> str:
    return "\n".join(_lines(plan)) or "nothing that needs care"


def _lines(plan: Plan) -> Iterator[str]:
    for stack, findings in plan.items():
        if stack and findings:
            yield f"{stack}:"
        for each in findings:
            yield f"  {each.severity}: {each.path} {each.message} [{each.code}]"


def _markdown(plan: Plan) -> str:
    rows = [
        f"| {each.severity} | `{each.path}` | {each.message} | {each.code} |"
        for findings in plan.values()
        for each in findings
    ]
    head = ["| severity | resource | effect | code |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) if rows else "Nothing that needs care."


def _json(plan: Plan) -> str:
    return json.dumps({stack: [asdict(each) for each in found] for stack, found in plan.items()}, indent=2)


FORMATS = {"text": _text, "markdown": _markdown, "json": _json}
