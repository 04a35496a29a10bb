"""Results of Lambda Power Tuning, in all their formats.

- The output of `aws stepfunctions describe-execution`: only this names the function and its input.
- The output of the state machine: as it is, as lumigo-cli saves it, or in `results` as in the tool's README.
- The URL of the visualization, also of a comparison of two runs, alone or within text such as Markdown.
- Any of these in the output of another tool or state machine: `results.py` finds it.

The output contains all sizes in `stats` only if the run requested it; the URL always does.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from ..rules.ranges import memory_size_range
from .advice import check, refuse
from .days import day_of
from .files import File, StrPath
from .json_values import Json, is_number, shown, whole
from .measurement import Measurement, Point
from .power_tuning_result import Result, find_results
from .rules import measurement as rules

Row = tuple[object, object, object]

# The weight of cost in the strategy `balanced`: `defaultBalancedWeight` in lambda/analyzer.js of
# https://github.com/alexcasalboni/aws-lambda-power-tuning
_BALANCED_WEIGHT: Final = 0.5
# A greater number is an error in the file: a hundred times the cost of 15 minutes of 10,240 MB anywhere.
_COST_MAXIMUM: Final = 20.0  # USD
# The parts of an address for each run: sizes, durations and costs.
_PARTS: Final = 3


def read_measurement(path: StrPath) -> Measurement:
    """The result of one run in a file; anything else, and several results, are refused."""
    file = File(path)
    return parse_measurement(file.text(), name=file.name)


def read_measurements(path: StrPath) -> tuple[Measurement, ...]:
    """The results in a file, or in the address of a visualization, such as the two of a comparison."""
    if isinstance(path, str) and path.startswith("https://"):
        return parse_measurements(path, name=path.partition("#")[0])
    file = File(path)
    return parse_measurements(file.text(), name=file.name)


def parse_measurement(text: str, *, name: str) -> Measurement:
    """The result of one run in a text; `name` is the file in error messages."""
    measurements = parse_measurements(text, name=name)
    check(name, rules.measurement_several, tuple(each.title for each in measurements))
    return measurements[0]


def parse_measurements(text: str, *, name: str) -> tuple[Measurement, ...]:
    """All results in a text, at least one; a result that the text has twice counts once."""
    found: list[Measurement] = []
    for result in find_results(text, name=name):
        if isinstance(result.output, str):
            found += [
                _measurement(name, rows, result, label) for label, rows in _visualization(name, result.output)
            ]
        else:
            function = result.output.get("functionName")
            found.append(_measurement(name, _rows(name, result.output), result, function))
    return tuple(dict.fromkeys(found))


def _rows(name: str, results: dict[str, Json]) -> Iterable[Row]:
    """All measured sizes, from the statistics or from the URL; else only the chosen size."""
    stats, machine = results.get("stats"), results.get("stateMachine")
    if isinstance(stats, list) and stats:
        if not all(isinstance(each, dict) for each in stats):
            refuse(name, rules.measurement_form, "stats is not a list of objects")
        rows = [each for each in stats if isinstance(each, dict)]
        return [(row.get("value"), row.get("averageDuration"), row.get("averagePrice")) for row in rows]
    if isinstance(machine, dict) and isinstance(machine.get("visualization"), str):
        ((_, found),) = _visualization(name, str(machine["visualization"]))[:1]
        return found
    if "power" not in results:
        if results:
            refuse(name, rules.measurement_form, "it has no power")
        refuse(name, rules.measurement_failed, "the output is empty")
    return [(results["power"], results.get("duration"), results.get("cost"))]


def _visualization(name: str, url: str) -> list[tuple[str | None, list[Row]]]:
    """The runs of an address: one, or two of a comparison, each with its label."""
    parts = unquote(url.partition("#")[2]).split(";")
    if len(parts) == _PARTS:
        return [(None, _decode(name, parts))]
    if len(parts) != 2 * _PARTS + 2:
        refuse(
            name,
            rules.measurement_form,
            "the URL does not have three parts after its #, or eight for two runs",
        )
    *runs, one, other = parts
    return [(one, _decode(name, runs[:_PARTS])), (other, _decode(name, runs[_PARTS:]))]


def _decode(name: str, parts: list[str]) -> list[Row]:
    """Decode sizes as int16, durations and costs as float32, each little-endian and in base64."""
    try:
        sizes, durations, costs = (
            base64.b64decode(part + "=" * (-len(part) % 4), validate=True) for part in parts
        )
        count = len(sizes) // 2
        return list(
            zip(
                struct.unpack(f"<{count}h", sizes),
                struct.unpack(f"<{count}f", durations),
                struct.unpack(f"<{count}f", costs),
                strict=True,
            )
        )
    except (ValueError, struct.error) as error:
        refuse(name, rules.measurement_form, f"the URL is damaged ({error})")


def _measurement(name: str, rows: Iterable[Row], result: Result, function: object) -> Measurement:
    points = sorted((_point(name, row) for row in rows), key=lambda point: point.memory_size)
    if not points:
        refuse(name, rules.measurement_failed, "no size was measured")
    for one, other in pairwise(points):
        if one.memory_size == other.memory_size:
            refuse(name, rules.measurement_value, f"{one.memory_size} MB", "in the file twice", "in it once")
    asked = result.asked
    named = asked.get("lambdaARN", function)
    samples, weight = asked.get("num"), asked.get("balancedWeight")
    return Measurement(
        name=name,
        points=tuple(points),
        function=named if isinstance(named, str) else None,
        samples=whole(samples),
        parallel=bool(asked.get("parallelInvocation")),
        cold=bool(asked.get("onlyColdStarts")),
        day=day_of(result.started),
        events=_events(asked),
        # As the tool does, which does not check its input.
        balanced_weight=max(0.0, min(1.0, weight)) if is_number(weight) else _BALANCED_WEIGHT,
    )


def _events(asked: Mapping[str, object]) -> int | None:
    """How many kinds of events the run sent: a list has them with weights."""
    if asked.get("payloadS3"):
        return 1
    if "payload" not in asked:
        return None
    payload = asked["payload"]
    return len(payload) if isinstance(payload, list) else int(payload not in ({}, None, "", "{}"))


def _point(name: str, row: Row) -> Point:
    size, duration, cost = row
    low, high = memory_size_range.low, memory_size_range.high
    memory_size = whole(size)
    if memory_size is None or not low <= memory_size <= high:
        refuse(name, rules.measurement_value, "a memory size", shown(size), f"{low} to {high} MB")
    return Point(
        memory_size=memory_size,
        duration_ms=_positive(name, memory_size, "duration", duration, rules.DURATION_MAXIMUM),
        cost_usd=_positive(name, memory_size, "cost", cost, _COST_MAXIMUM),
    )


def _positive(name: str, memory_size: int, what: str, value: object, maximum: float) -> float:
    if not is_number(value) or not 0 < value <= maximum:
        allowed = f"more than 0 and up to {maximum:,.0f}"
        refuse(name, rules.measurement_value, f"the {what} of {memory_size} MB", shown(value), allowed)
    return float(value)
