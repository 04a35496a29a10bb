"""Lambda's own reports of invocations, from a log: `REPORT` lines, and `platform.report` of JSON logs.

They may stand in lines of their own, after a timestamp, or within the JSON that the AWS CLI prints.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..rules.ranges import memory_size_range
from . import limits
from .json_values import Json, is_number

_TEXT_MARK: Final = "REPORT RequestId: "
_JSON_MARK: Final = "platform.report"
_NUMBER: Final = r"([0-9]{1,12}(?:\.[0-9]{1,12})?)"
# Tabs, which JSON escapes.
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
    """One invocation.

    Attributes:
        duration_ms: How long the handler took; ms.
        billed_ms: What is paid for, since August 2025 the initialization too; ms, rounded up.
        memory_size: MB.
        peak_memory: The most memory that the environment has used so far; MB.
        init_ms: How long the initialization took; ms, None if there was none.
        restore_ms: How long a snapshot took to be restored; ms, None if there was none.
        timed_out: Whether the timeout ended it.
    """

    duration_ms: float
    billed_ms: float
    memory_size: int
    peak_memory: int
    init_ms: float | None
    restore_ms: float | None
    timed_out: bool


def reports(lines: Iterable[str]) -> Iterator[Report]:
    """Find the reports in a log; whatever else it holds is passed over.

    Args:
        lines: Its lines, in any order.

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
    # Most reports end here.
    more = text[fields.end() :]
    init, restore = (pattern.search(more) if "Duration" in more else None for pattern in (_INIT, _RESTORE))
    return _report(
        *map(float, fields.groups()),
        init=None if init is None else float(init[1]),
        restore=None if restore is None else float(restore[1]),
        timed_out=_TIMED_OUT in more,
    )


def _objects(line: str) -> Iterator[Json]:
    """The JSON objects of a line."""
    # Within the JSON of another tool its quotes are escaped.
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
    """A number; what is none becomes one that is not in any range."""
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
    """The report, unless a number is impossible: a line may have been cut."""
    longest = limits.DURATION_MAXIMUM
    times = 0 <= duration <= longest and 0 <= billed <= longest
    starts = 0 <= (init or 0) <= longest and 0 <= (restore or 0) <= longest
    # What ends an invocation for want of memory can be reported with a little more than it had.
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
