"""Lambda's reports of invocations in a log: `REPORT` lines of text logs, `platform.report` of JSON logs.

A report may be a whole line, follow a timestamp, or be part of JSON that the AWS CLI prints.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..rules.ranges import memory_size_range
from .json_values import Json, is_number
from .rules.measurement import DURATION_MAXIMUM

_TEXT_MARK: Final = "REPORT RequestId: "
_JSON_MARK: Final = "platform.report"
_NUMBER: Final = r"([0-9]{1,12}(?:\.[0-9]{1,12})?)"
# A tab, which JSON escapes.
_BETWEEN: Final = r"(?:\s|\\t)+"
_FIELDS: Final = re.compile(
    _BETWEEN.join(
        (
            rf"Duration: {_NUMBER} ms",
            rf"Billed Duration: {_NUMBER} ms",
            rf"Memory Size: {_NUMBER} MB",
            rf"Max Memory Used: {_NUMBER} MB",
        )
    )
)
_INIT: Final = re.compile(rf"Init Duration: {_NUMBER} ms")
_RESTORE: Final = re.compile(rf"(?<!Billed )Restore Duration: {_NUMBER} ms")
_TIMED_OUT: Final = "Status: timeout"
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The report of one invocation.

    Attributes:
        duration_ms: Duration of the handler; ms.
        billed_ms: Billed duration, since August 2025 with the initialization; ms, rounded up.
        memory_size: MB.
        peak_memory: The most memory that the environment has used so far; MB.
        init_ms: Duration of the initialization; ms, None without one.
        restore_ms: Duration of restoring a snapshot; ms, None without one.
        timed_out: Whether the invocation timed out.
    """

    duration_ms: float
    billed_ms: float
    memory_size: int
    peak_memory: int
    init_ms: float | None
    restore_ms: float | None
    timed_out: bool


def reports(lines: Iterable[str]) -> Iterator[Report]:
    """Find the reports in a log, and skip everything else.

    Args:
        lines: The lines of the log, in any order.

    Yields:
        The reports, one by one.
    """
    for line in lines:
        if _TEXT_MARK in line:
            found = [_of_text(text) for text in line.split(_TEXT_MARK)[1:]]
        elif _JSON_MARK in line:
            found = [_of_json(value) for value in _objects(line)]
        else:
            continue
        yield from (report for report in found if report is not None)


def _of_text(text: str) -> Report | None:
    fields = _FIELDS.search(text)
    if fields is None:
        return None
    # Most reports end here, so the other fields are searched only if there is more.
    more = text[fields.end() :]
    init, restore = (pattern.search(more) if "Duration" in more else None for pattern in (_INIT, _RESTORE))
    return _report(
        *map(float, fields.groups()),
        init=None if init is None else float(init[1]),
        restore=None if restore is None else float(restore[1]),
        timed_out=_TIMED_OUT in more,
    )


def _objects(line: str) -> Iterator[Json]:
    """The JSON objects in a line."""
    # If another tool put the report in JSON, its quotes are escaped.
    text = line.replace('\\"', '"') if '{\\"' in line else line
    position = text.find("{")
    while position >= 0:
        try:
            value, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield value
        position = text.find("{", position)


def _of_json(value: Json) -> Report | None:
    if not isinstance(value, dict) or value.get("type") != _JSON_MARK:
        return None
    record = value.get("record")
    metrics = record.get("metrics") if isinstance(record, dict) else None
    if not isinstance(record, dict) or not isinstance(metrics, dict):
        return None
    init, restore = metrics.get("initDurationMs"), metrics.get("restoreDurationMs")
    return _report(
        _number(metrics.get("durationMs")),
        _number(metrics.get("billedDurationMs")),
        _number(metrics.get("memorySizeMB")),
        _number(metrics.get("maxMemoryUsedMB")),
        init=None if init is None else _number(init),
        restore=None if restore is None else _number(restore),
        timed_out=record.get("status") == "timeout",
    )


def _number(value: Json) -> float:
    """The value as a number; NaN, which is in no range, if it is not a number."""
    return value if is_number(value) else math.nan


def _report(
    duration: float,
    billed: float,
    size: float,
    peak: float,
    *,
    init: float | None,
    restore: float | None,
    timed_out: bool,
) -> Report | None:
    """The report; None if a number is impossible, because a line may be incomplete."""
    longest = DURATION_MAXIMUM
    times = 0 <= duration <= longest and 0 <= billed <= longest
    starts = 0 <= (init or 0) <= longest and 0 <= (restore or 0) <= longest
    # If an invocation runs out of memory, Lambda can report slightly more memory than the function has.
    memory = memory_size_range.low <= size <= memory_size_range.high and 0 < peak <= 2 * size
    if not (times and starts and memory):
        return None
    return Report(
        duration_ms=float(duration),
        billed_ms=float(billed),
        memory_size=int(size),
        peak_memory=int(peak),
        init_ms=init,
        restore_ms=restore,
        timed_out=timed_out,
    )
