"""`ops smoke`: invoke a workload once, and look at the answer."""

from __future__ import annotations

import argparse
import base64
import json
import time
from pathlib import Path

from ..text_table import printable
from .console import agreed, show
from .workloads import Clients, OperationError, find


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--payload", default="{}", metavar="JSON", help="the event, or @FILE (default: {})")
    parser.add_argument(
        "--expect", metavar="JSON", help="the answer, or @FILE (default: any without an error)"
    )
    parser.add_argument("--version", metavar="N", help="a version to invoke instead of the alias")


def run(clients: Clients, arguments: argparse.Namespace) -> int:
    """Invoke the alias or a version, and compare the answer."""
    payload = _json(arguments.payload)
    expected = None if arguments.expect is None else _json(arguments.expect)
    workload = find(clients("cloudformation"), arguments.workload, arguments.stack)
    qualifier = arguments.version or workload.qualified["Qualifier"]
    plan = f"{workload.path}: invoke {workload.function}:{qualifier} with {json.dumps(payload)}"
    if not agreed(arguments, plan, "This runs the handler. Invoke?"):
        show(arguments, {"workload": workload.path, "done": False}, plan)
        return int(not arguments.dry_run)
    started = time.monotonic()
    answer = clients("lambda").invoke(
        FunctionName=workload.function,
        Qualifier=qualifier,
        Payload=json.dumps(payload).encode(),
        LogType="Tail",
    )
    seconds = time.monotonic() - started
    text = answer["Payload"].read().decode()
    failed = answer.get("FunctionError", "")
    differs = not failed and arguments.expect is not None and _json(text or "null") != expected
    version = answer.get("ExecutedVersion", qualifier)
    lines = [f"version {version} answered in {seconds:.2f} s: {printable(text)}"]
    if failed:
        lines.append(f"  the function failed: {failed}")
        log = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
        lines += [f"  {printable(line)}" for line in log.splitlines()]
    if differs:
        lines.append(f"  the answer is not the expected one: {json.dumps(expected)}")
    report = {
        "workload": workload.path,
        "done": True,
        "version": version,
        "seconds": round(seconds, 3),
        "answer": text,
        "error": failed,
        "as_expected": not (failed or differs),
    }
    show(arguments, report, "\n".join(lines))
    return int(bool(failed or differs))


def _json(text: str) -> object:
    """A value in JSON, or in a file of JSON."""
    try:
        return json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except (OSError, ValueError) as error:
        raise OperationError(f"{text} is not JSON or a file of JSON: {error}") from error
