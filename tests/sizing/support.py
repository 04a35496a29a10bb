"""Helpers of the tests of sizing: they make measurements, reports and files from a few numbers."""

from __future__ import annotations

import base64
import itertools
import json
import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lambda_constructs.sizing.measurement import Measurement, Point
from lambda_constructs.sizing.profile import Profile

DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE = EXAMPLES / "order_worker" / "measurements"
# The same examples in every run, and no deadline: the machine may be busy.
X86 = 2.1e-9  # USD for a millisecond of 128 MB in Power Tuning's table
ARM = 1.7e-9

Row = tuple[int, float, float]


def rows(durations: Mapping[int, float], unit: float = ARM) -> list[Row]:
    """Sizes and durations with the cost that Power Tuning would calculate."""
    return [(size, ms, math.ceil(ms) * size / 128 * unit) for size, ms in durations.items()]


def points(table: Sequence[Row]) -> tuple[Point, ...]:
    return tuple(Point(memory_size=size, duration_ms=ms, cost_usd=usd) for size, ms, usd in table)


def measurement(durations: Mapping[int, float], unit: float = ARM, **changes: Any) -> Measurement:
    fields: dict[str, Any] = {
        "name": "measurements/orders.json",
        "points": points(rows(durations, unit)),
        "function": "arn:aws:lambda:eu-west-1:111122223333:function:orders",
        "samples": 50,
        "parallel": False,
        "balanced_weight": 0.5,
    }
    return Measurement(**{**fields, **changes})


def profile(**changes: Any) -> Profile:
    fields: dict[str, Any] = {
        "name": "measurements/orders.log",
        "samples": 1000,
        "memory_size": 512,
        "peak_memory": 110,
        "mean_ms": 1300.0,
        "p50_ms": 600.0,
        "p95_ms": 700.0,
        "p99_ms": 800.0,
        "maximum_ms": 900.0,
        "billed_ms": 120.0,
        "cold_starts": 3,
        "init_maximum_ms": 400.0,
        "timeouts": 0,
    }
    return Profile(**{**fields, **changes})


def chart_url(table: Sequence[Row]) -> str:
    """The URL of the visualization."""
    parts = [
        base64.b64encode(struct.pack(f"<{len(table)}{kind}", *column)).decode()
        for kind, column in zip("hff", zip(*table, strict=True), strict=True)
    ]
    return f"https://lambda-power-tuning.show/#{';'.join(parts)}"


def output(table: Sequence[Row], *, stats: bool = False) -> dict[str, Any]:
    """The output of the state machine."""
    size, ms, usd = min(table, key=lambda row: row[2])
    found: dict[str, Any] = {
        "power": size,
        "cost": usd,
        "duration": ms,
        "stateMachine": {
            "executionCost": 0.0003,
            "lambdaCost": 0.001,
            "visualization": chart_url(table),
        },
    }
    if stats:
        found["stats"] = [
            {"value": size, "averageDuration": ms, "averagePrice": usd} for size, ms, usd in table
        ]
    return found


def execution(table: Sequence[Row], **asked: Any) -> dict[str, Any]:
    """An execution as `describe-execution` prints it."""
    return {
        "executionArn": "arn:aws:states:eu-west-1:111122223333:execution:powerTuning:run",
        "status": "SUCCEEDED",
        "input": json.dumps({"lambdaARN": "arn:aws:lambda:eu-west-1:111122223333:function:orders", **asked}),
        "output": json.dumps(output(table)),
    }


IDS = itertools.count()


def request_id() -> str:
    """The id of another request."""
    return f"55bc566d-1e2c-11e7-93e6-{next(IDS):012}"


def text_report(
    ms: float, *, size: int = 512, used: int = 100, init: float | None = None, status: str = ""
) -> str:
    """A REPORT line."""
    fields = [
        f"Duration: {ms:.2f} ms",
        f"Billed Duration: {math.ceil(ms + (init or 0))} ms",
        f"Memory Size: {size} MB",
        f"Max Memory Used: {used} MB",
    ]
    if init is not None:
        fields.append(f"Init Duration: {init:.2f} ms")
    if status:
        fields.append(f"Status: {status}")
    return f"REPORT RequestId: {request_id()}\t" + "\t".join(fields)


def json_report(
    ms: float,
    *,
    size: int = 512,
    used: int = 100,
    status: str = "success",
    error_type: str | None = None,
    **metrics: float,
) -> str:
    """A platform.report line."""
    init = metrics.get("initDurationMs", 0)
    record = {
        "requestId": request_id(),
        "metrics": {
            "durationMs": ms,
            "billedDurationMs": math.ceil(ms + init),
            "memorySizeMB": size,
            "maxMemoryUsedMB": used,
            **metrics,
        },
        "status": status,
        **({} if error_type is None else {"errorType": error_type}),
    }
    return json.dumps({"time": "2026-02-05T21:34:20.458Z", "type": "platform.report", "record": record})


def insights(**changes: object) -> dict[str, Any]:
    """The output of `get-query-results`; a change to None removes a column."""
    cells = {
        "invocations": "1250",
        "statuses": "1250",
        "coldStarts": "12",
        "billedMs": "121.5",
        "meanMs": "101.5",
        "p50": "95.1",
        "p95": "180.2",
        "p99": "240.9",
        "maxMs": "1100.5",
        "initMs": "400.5",
        "initMax": "640.2",
        "maxUsedMB": "118",
        "minMemoryMB": "512",
        "memoryMB": "512",
        "first": "1795000000000",
        "last": "1795600000000",
        **changes,
    }
    row = [{"field": field, "value": str(value)} for field, value in cells.items() if value is not None]
    return {"results": [row], "statistics": {"recordsMatched": 1250.0}, "status": "Complete"}
