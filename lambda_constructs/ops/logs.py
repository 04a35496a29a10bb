"""`ops logs`: the log events of a workload."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ..text_table import printable
from .console import count, show
from .last_errors import read_line
from .workloads import Clients, Workload, find

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_SINCE: Final = timedelta(hours=1)
_LIMIT: Final = 100
_DIGITS: Final = 5  # of a time; older logs than 99,999 days do not exist
_FIRST_STEP: Final = 60  # seconds
_GROWTH: Final = 4
# What CloudWatch looks for, in JSON and in text; `_is_error` decides.
_PATTERNS: Final = {
    "JSON": '{ $.level = "ERROR" || $.level = "CRITICAL" || $.level = "FATAL" || $.errorType = "*" '
    '|| $.record.status = "error" || $.record.status = "failure" || $.record.status = "timeout" }',
    "Text": "?ERROR ?CRITICAL ?FATAL ?Traceback ?errorType ?timed ?exited",
}
_LEVELS: Final = ("CRITICAL", "ERROR", "FATAL")
_TEXT: Final = re.compile(r"\[(ERROR|CRITICAL|FATAL)\]|Traceback|Task timed out|Runtime exited|errorType")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--errors", action="store_true", help="only errors, timeouts and crashes")
    parser.add_argument("--version", metavar="N", help="only what this version wrote")
    parser.add_argument(
        "--since",
        type=_duration,
        default=_SINCE,
        metavar="TIME",
        help="how far back, such as 30m, 6h or 2d (default: 1h)",
    )
    parser.add_argument(
        "--limit", type=count, default=_LIMIT, metavar="N", help=f"newest events to print (default: {_LIMIT})"
    )


def _duration(text: str) -> timedelta:
    """A time such as 30m."""
    number, unit = text[:-1], _UNITS.get(text[-1:])
    if unit is None or not number.isdecimal() or len(number) > _DIGITS:
        raise argparse.ArgumentTypeError(f"{text} is not a time such as 30m, 6h or 2d")
    return timedelta(**{unit: int(number)})


def run(clients: Clients, arguments: argparse.Namespace) -> int:
    """Print the newest events, the oldest of them first."""
    workload = find(clients("cloudformation"), arguments.workload, arguments.stack)
    newest = _newest(clients, workload, arguments)
    lines = [f"{each['time']}  version {each['version'] or '?'}  {each['message']}" for each in newest]
    show(
        arguments,
        {"workload": workload.path, "events": newest},
        "\n".join(lines) or "no log events in this time",
    )
    return 0


def _newest(clients: Clients, workload: Workload, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """The newest events: CloudWatch returns the oldest first, so more and more time is asked for."""
    end = start = time.time()
    earliest, step = max(0, end - arguments.since.total_seconds()), _FIRST_STEP
    found: list[dict[str, Any]] = []
    while start > earliest and len(found) < arguments.limit:
        start = max(earliest, end - step)
        options = {"errors": arguments.errors, "version": arguments.version}
        found = [*events(clients, workload, start, end, **options), *found]
        end, step = start, step * _GROWTH
    return found[-arguments.limit :]


def events(
    clients: Clients,
    workload: Workload,
    start: float,
    end: float | None = None,
    *,
    errors: bool = False,
    version: str | None = None,
) -> Iterator[dict[str, Any]]:
    """The log events of all versions or of one, the oldest first; times are in seconds since 1970.

    `errors` selects errors, timeouts and crashes. The end is not included; by default it is now.
    """
    config = clients("lambda").get_function_configuration(FunctionName=workload.function)
    logging = config.get("LoggingConfig", {})
    logs = clients("logs")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=logging.get("LogGroup", f"/aws/lambda/{workload.function}"),
        startTime=int(start * 1000),
        **({} if end is None else {"endTime": int(end * 1000) - 1}),
        **({"filterPattern": _PATTERNS[logging.get("LogFormat", "Text")]} if errors else {}),
    )
    try:
        found = [each for page in pages for each in page["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return  # a function without a log group has not run yet
    for each in found:
        message = each["message"].rstrip()
        # The name of a stream is 2026/11/29/name[version]id.
        wrote = re.search(r"\[([^]]+)\]", each.get("logStreamName", ""))
        if (version is None or (wrote and wrote[1] == version)) and (not errors or _is_error(message)):
            at = datetime.fromtimestamp(each["timestamp"] / 1000, UTC)
            yield {
                "time": at.isoformat(timespec="milliseconds"),
                "version": wrote[1] if wrote else "",
                "message": printable(message),
            }


def _is_error(message: str) -> bool:
    """Whether a line is about an error: of the handler, or of Lambda's platform."""
    match line := read_line(message):
        case {"type": "platform.runtimeDone"}:
            return False  # the report of the invocation says the same, and more
        case {"level": str(level)} if level.upper() in _LEVELS:
            return True
        case {"record": {"status": str(status)}}:
            return status != "success"
        case {"errorType": str()} | {"errorMessage": str()}:
            return True
    return not line and _TEXT.search(message) is not None
