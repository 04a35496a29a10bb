"""The last errors of a workload: one line for each failed invocation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any


def last_errors(events: Iterable[Mapping[str, Any]], count: int) -> list[Mapping[str, Any]]:
    """The newest failed invocations, each with what the function wrote, or else with Lambda's report."""
    found: dict[str, Mapping[str, Any]] = {}
    for number, each in enumerate(events):
        line = read_line(each["message"])
        request = str(_request(line) or number)
        if request not in found or "record" not in line:
            found[request] = each
    return [*found.values()][-count:]


def first_line(message: str) -> str:
    """The part of a log event that says what is wrong."""
    match line := read_line(message):
        case {"record": {"status": str(status), "metrics": {"durationMs": duration}}}:
            return f"{status} after {duration:.0f} ms"
    said = str(line.get("errorMessage") or line.get("message") or message)
    return said.splitlines()[0] if said else ""


def read_line(message: str) -> Mapping[str, Any]:
    """A log event in JSON; empty for another one."""
    try:
        line = json.loads(message)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def _request(line: Mapping[str, Any]) -> object:
    """The id of the request, as Lambda or Powertools writes it."""
    match line:
        case {"record": {"requestId": request}} | {"requestId": request} | {"function_request_id": request}:
            return request
    return None
