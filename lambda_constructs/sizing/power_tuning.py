"""Results of Lambda Power Tuning, in every form that they occur in.

- `aws stepfunctions describe-execution`: the only one that tells which function was measured, and how.
- The output of the state machine, also as lumigo-cli saves it, and wrapped in `results` as its README shows.
- The address of the visualization alone.

The output holds all sizes in `stats` only if the run asked for it; the address always does.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable
from itertools import pairwise

from ..rules.ranges import memory_size_range
from . import limits
from .checks import measurement as rules
from .files import File, StrPath
from .findings import refuse
from .json_values import Json, is_number, parse_json, shown, whole
from .measurement import Measurement, Point

Row = tuple[object, object, object]


def read_measurement(path: StrPath) -> Measurement:
    """Read a result from a file.

    Args:
        path: The file.

    Returns:
        What was measured.

    Raises:
        ConfigurationError: There is no such file, or it holds no complete result.
    """
    file = File(path)
    return parse_measurement(file.text(), name=file.name)


def parse_measurement(text: str, *, name: str) -> Measurement:
    """Understand a result.

    Args:
        text: What the tool gave.
        name: What errors call it, such as the file's name.

    Returns:
        What was measured.

    Raises:
        ConfigurationError: It is no complete result.
    """
    address = text.strip().strip("\"'")
    if address.startswith(("http://", "https://")):
        return _measurement(name, _visualization(name, address), {}, None)
    parsed = _json(name, text)
    if isinstance(parsed, str):  # `--query output` gives the output as a string
        parsed = _json(name, parsed)
    output, asked = _execution(name, parsed)
    if output is None:
        refuse(name, rules.measurement_failed, "the output is null, a dry run measures nothing")
    if not isinstance(output, dict):
        refuse(name, rules.measurement_form, f"it holds {shown(output)}")
    results = output.get("results", output)
    if not isinstance(results, dict):
        refuse(name, rules.measurement_form, f"results hold {shown(results)}")
    return _measurement(name, _rows(name, results), asked, output.get("functionName"))


def _json(name: str, text: str) -> Json:
    try:
        return parse_json(text)
    except ValueError as error:
        refuse(name, rules.measurement_form, f"it is no JSON ({error})")


def _execution(name: str, parsed: Json) -> tuple[Json, dict[str, Json]]:
    """The output of the state machine, and its input if an execution was described."""
    if not isinstance(parsed, dict) or "executionArn" not in parsed:
        return parsed, {}
    status, output, asked = parsed.get("status"), parsed.get("output"), parsed.get("input")
    if status != "SUCCEEDED":
        refuse(name, rules.measurement_failed, f"status is {shown(status)}")
    if not isinstance(output, str):
        refuse(name, rules.measurement_failed, "the execution has no output")
    inputs = _json(name, asked) if isinstance(asked, str) else None
    return _json(name, output), inputs if isinstance(inputs, dict) else {}


def _rows(name: str, results: dict[str, Json]) -> Iterable[Row]:
    """All that was measured: from the statistics, else from the address, else the chosen size alone."""
    stats, machine = results.get("stats"), results.get("stateMachine")
    if isinstance(stats, list) and stats:
        if not all(isinstance(each, dict) for each in stats):
            refuse(name, rules.measurement_form, "stats hold something else than objects")
        rows = [each for each in stats if isinstance(each, dict)]
        return [(row.get("value"), row.get("averageDuration"), row.get("averagePrice")) for row in rows]
    if isinstance(machine, dict) and isinstance(machine.get("visualization"), str):
        return _visualization(name, str(machine["visualization"]))
    if "power" not in results:
        if results:
            refuse(name, rules.measurement_form, "it has no power")
        refuse(name, rules.measurement_failed, "the output is empty")
    return [(results["power"], results.get("duration"), results.get("cost"))]


def _visualization(name: str, address: str) -> Iterable[Row]:
    """Sizes as int16, durations and costs as float32, each little-endian and in base64."""
    parts = address.partition("#")[2].split(";")
    if len(parts) != 3:
        refuse(name, rules.measurement_form, "the address has not three parts after its #")
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
        refuse(name, rules.measurement_form, f"the address is damaged ({error})")


def _measurement(name: str, rows: Iterable[Row], asked: dict[str, Json], function: object) -> Measurement:
    points = sorted((_point(name, row) for row in rows), key=lambda point: point.memory_size)
    if not points:
        refuse(name, rules.measurement_failed, "no size was measured")
    for one, other in pairwise(points):
        if one.memory_size == other.memory_size:
            refuse(name, rules.measurement_value, f"{one.memory_size} MB", "there twice", "once")
    named = asked.get("lambdaARN", function)
    samples, weight = asked.get("num"), asked.get("balancedWeight")
    return Measurement(
        name=name,
        points=tuple(points),
        function=named if isinstance(named, str) else None,
        samples=whole(samples),
        parallel=bool(asked.get("parallelInvocation")),
        # As the tool does it, whose input is not checked.
        balanced_weight=max(0.0, min(1.0, weight)) if is_number(weight) else limits.TUNING_WEIGHT,
    )


def _point(name: str, row: Row) -> Point:
    size, duration, cost = row
    low, high = memory_size_range.low, memory_size_range.high
    memory_size = whole(size)
    if memory_size is None or not low <= memory_size <= high:
        refuse(name, rules.measurement_value, "a memory size", shown(size), f"{low} to {high} MB")
    return Point(
        memory_size=memory_size,
        duration_ms=_positive(name, memory_size, "duration", duration, limits.DURATION_MAXIMUM),
        cost_usd=_positive(name, memory_size, "cost", cost, limits.COST_MAXIMUM),
    )


def _positive(name: str, memory_size: int, what: str, value: object, maximum: float) -> float:
    if not is_number(value) or not 0 < value <= maximum:
        allowed = f"more than 0 and up to {maximum:,.0f}"
        refuse(name, rules.measurement_value, f"the {what} of {memory_size} MB", shown(value), allowed)
    return float(value)
