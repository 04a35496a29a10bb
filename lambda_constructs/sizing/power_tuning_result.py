"""Finding the result of Lambda Power Tuning in a file: bare, wrapped by another tool, or within text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from .advice import refuse
from .json_values import DECODER, Json, parse_json, shown
from .rules.measurement import measurement_failed, measurement_form

# The address of a visualization, also inside Markdown and quotes.
_ADDRESS: Final = re.compile(r"https?://[^\s#<>\"'()]*#[\w+/=;,%.~-]*;[\w+/=;,%.~-]*")
_WHOLE_ADDRESS: Final = re.compile(r"https?://\S*")
# A JSON object at the beginning of a line, which lumigo-cli prints in color.
_OBJECT: Final = re.compile(r"^(?:\x1b\[[0-9;]*m|[ \t])*(\{)", re.MULTILINE)
_OBJECTS_MAXIMUM: Final = 1_000
# What tools wrap around a result, and what the result itself has.
_WRAPPERS: Final = ("output", "results", "Output")
_OWN_KEYS: Final = {"power", "stats", "stateMachine"}
_MARKS: Final = {*_WRAPPERS, *_OWN_KEYS, "executionArn", "ExecutionArn"}
_DEPTH: Final = 8


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of one run."""

    output: dict[str, Json] | str  # the output of the state machine, or the address of its visualization
    # The input of the run; empty if the file does not have it
    asked: dict[str, Json] = field(default_factory=dict)
    started: Json = None  # when the run started, as the file says it; None if the file does not have it


def find_results(text: str, *, name: str) -> list[Result]:
    """The results in a text, at least one; a run that failed is refused."""
    try:
        value = parse_json(text)
    except ValueError as error:
        if _WHOLE_ADDRESS.fullmatch(bare := text.strip().strip("\"'")):
            return [Result(output=bare)]
        objects = [each for each in _objects(text) if _MARKS & each.keys()]
        addresses = list(dict.fromkeys(_ADDRESS.findall(text)))
        if not objects and not addresses:
            refuse(name, measurement_form, f"it is not JSON ({error})")
        return [_unwrap(name, each) for each in objects or addresses]
    return [_unwrap(name, value)]


def _objects(text: str) -> Iterator[dict[str, Json]]:
    """The JSON objects that begin a line."""
    end = 0
    for found in islice(_OBJECT.finditer(text), _OBJECTS_MAXIMUM):
        if found.start(1) < end:
            continue
        try:
            value, end = DECODER.raw_decode(text, found.start(1))
        except (ValueError, RecursionError):
            continue
        yield value


def _unwrap(name: str, value: Json, around: Result | None = None, depth: int = _DEPTH) -> Result:
    """The result in a value that other tools may have wrapped."""
    asked, started = ({}, None) if around is None else (around.asked, around.started)
    inner = value
    match value:
        case str() if _WHOLE_ADDRESS.fullmatch(value.strip()):
            return Result(output=value.strip(), asked=asked, started=started)
        case str():
            inner = _json(name, value)
        case [single]:
            inner = single
        case {"events": [*events]}:
            inner = _history(events)
        case dict() if {"executionArn", "ExecutionArn"} & value.keys():
            # Step Functions returns the keys in upper case to another state machine.
            execution = {key[:1].lower() + key[1:]: each for key, each in value.items()}
            started, asked = execution.get("startDate"), _input(name, execution.get("input"))
            inner = _output(name, execution)
        case dict() if not _OWN_KEYS & value.keys() and not value.keys().isdisjoint(_WRAPPERS):
            inner = next(value[key] for key in _WRAPPERS if key in value)
        case dict():
            return Result(output=value, asked=asked, started=started)
        case None:
            refuse(name, measurement_failed, "the output is null, because a dry run measures nothing")
    if inner is value or not depth:
        refuse(name, measurement_form, f"it is {shown(value)}")
    return _unwrap(name, inner, Result(output={}, asked=asked, started=started), depth - 1)


def _history(events: list[Json]) -> dict[str, Json]:
    """The execution whose events `get-execution-history` prints."""
    execution: dict[str, Json] = {"executionArn": None, "status": "unknown"}
    for event in events:
        match event:
            case {"executionStartedEventDetails": {"input": asked}, "timestamp": started}:
                execution |= {"input": asked, "startDate": started}
            case {"executionSucceededEventDetails": {"output": output}}:
                execution |= {"output": output, "status": "SUCCEEDED"}
    return execution


def _output(name: str, execution: dict[str, Json]) -> Json:
    status, output = execution.get("status"), execution.get("output")
    if status != "SUCCEEDED":
        refuse(name, measurement_failed, f"status is {shown(status)}")
    if not isinstance(output, str | dict):
        refuse(name, measurement_failed, "the execution has no output")
    return output


def _input(name: str, asked: Json) -> dict[str, Json]:
    value = _json(name, asked) if isinstance(asked, str) else asked
    return value if isinstance(value, dict) else {}


def _json(name: str, text: str) -> Json:
    try:
        return parse_json(text)
    except ValueError as error:
        refuse(name, measurement_form, f"it is not JSON ({error})")
