"""Lambda's reports of invocations in a log: `REPORT` lines of text logs, `platform.report` of JSON logs.

A report may be a whole line, follow a timestamp, or be part of JSON that the AWS CLI or another tool prints,
on one line or on several.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..rules.ranges import memory_size_range
from .json_values import DECODER, Json, is_number
from .rules.measurement import DURATION_MAXIMUM

Ending: TypeAlias = Literal["success", "failed", "timed out", "out of memory"]

_TEXT_MARK: Final = "REPORT RequestId: "
_JSON_MARK: Final = "platform.report"
_INIT_MARK: Final = "INIT_REPORT"
_INIT_JSON_MARK: Final = "platform.initReport"
_MARKS: Final = (_TEXT_MARK, _JSON_MARK, _INIT_MARK, _INIT_JSON_MARK)
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
_STATUS: Final = re.compile(r"Status: (\w+)")
_ERROR_TYPE: Final = re.compile(r"Error Type: ([\w.]+)")
_INIT_REPORT: Final = re.compile(rf"{_INIT_MARK} Init Duration: {_NUMBER} ms")
_TYPE: Final = re.compile(r'"type"\s*:\s*"platform\.(report|initReport)"')
_REQUEST_ID_CHARACTERS: Final = 36
_OUT_OF_MEMORY: Final = "OutOfMemory"  # Runtime.OutOfMemory
# Objects that may be open in front of the type of a record.
_DEPTH: Final = 4
# More than any report has; the beginning of a record in front of its type is shorter.
_REPORT_CHARACTERS: Final = 65_536
_BEGINNING_CHARACTERS: Final = 300
_BLOCK_CHARACTERS: Final = 1_048_576


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The report of one invocation.

    Attributes:
        request_id: The id of the request; a retry of an asynchronous event has the same one.
        duration_ms: Duration of the handler; ms.
        billed_ms: Billed duration, since August 2025 with the initialization; ms, rounded up.
        memory_size: MB.
        peak_memory: The most memory that the environment has used so far; MB.
        init_ms: Duration of the initialization; ms, None without one.
        restore_ms: Duration of restoring a snapshot; ms, None without one.
        ending: How the invocation ended. Text logs do not say that a handler raised an error.
    """

    request_id: str
    duration_ms: float
    billed_ms: float
    memory_size: int
    peak_memory: int
    init_ms: float | None
    restore_ms: float | None
    ending: Ending


@dataclass(frozen=True, kw_only=True, slots=True)
class Initialization:
    """The report of an initialization that failed or took too long.

    Attributes:
        duration_ms: How long it took; ms.
    """

    duration_ms: float


def reports(lines: Iterable[str]) -> Iterator[Report | Initialization | None]:
    """Find the reports in a log, and skip everything else.

    Args:
        lines: The lines of the log, in any order; very long lines in pieces.

    Yields:
        The reports, one by one; None for a report that is incomplete or impossible.
    """
    for text in _whole_records(lines):
        if _TEXT_MARK in text:
            yield from (_of_text(part) for part in text.split(_TEXT_MARK)[1:])
        if _JSON_MARK in text or _INIT_JSON_MARK in text:
            yield from _of_records(text)
        if _INIT_MARK in text:
            yield from (Initialization(duration_ms=float(each[1])) for each in _INIT_REPORT.finditer(text))


def _whole_records(lines: Iterable[str]) -> Iterator[str]:
    """Join the lines of JSON that is printed on several lines, and the pieces of very long lines."""
    block: list[str] = []
    closing, size, rest = "", 0, ""
    for line in lines:
        if block:
            block.append(line)
            size += len(line)
            if line.startswith(closing) or size > _BLOCK_CHARACTERS:
                yield "".join(block)
                block = []
        elif line.endswith("{\n"):
            bare = line.lstrip(" ")
            closing = " " * (len(line) - len(bare) if bare == "{\n" else 0) + "}"
            block, size = [line], len(line)
        elif rest or (len(line) > _REPORT_CHARACTERS and not line.endswith("\n")):
            text = rest + line
            cut = len(text) if line.endswith("\n") else _last_beginning(text)
            yield text[:cut]
            rest = text[cut:]
        else:
            yield line
    yield "".join(block) + rest


def _last_beginning(text: str) -> int:
    """Where the last report begins, which may continue in the next piece of the line."""
    mark = max(text.rfind(each) for each in _MARKS)
    if mark < 0:
        return max(0, len(text) - _BEGINNING_CHARACTERS)
    beginning = mark if text.startswith(("REPORT", _INIT_MARK), mark) else text.rfind("{", 0, mark)
    return len(text) if len(text) - beginning > _REPORT_CHARACTERS else max(0, beginning)


def _of_text(text: str) -> Report | None:
    fields = _FIELDS.search(text)
    if fields is None:
        return None
    # Most reports end here, so the other fields are searched only if there is more.
    more = text[fields.end() :]
    init, restore = (pattern.search(more) if "Duration" in more else None for pattern in (_INIT, _RESTORE))
    status, error_type = (
        pattern.search(more) if "Status" in more else None for pattern in (_STATUS, _ERROR_TYPE)
    )
    return _report(
        text[:_REQUEST_ID_CHARACTERS],
        *map(float, fields.groups()),
        init=None if init is None else float(init[1]),
        restore=None if restore is None else float(restore[1]),
        status=None if status is None else status[1],
        error_type=None if error_type is None else error_type[1],
    )


def _of_records(line: str) -> Iterator[Report | Initialization | None]:
    """The reports among the JSON objects in a text."""
    # If another tool put the report in JSON, its quotes are escaped.
    text = line.replace('\\"', '"') if '{\\"' in line else line
    for found in _TYPE.finditer(text):
        kind = f"platform.{found[1]}"
        value = _object_around(text, found.start(), kind)
        record = None if value is None else value.get("record")
        metrics = record.get("metrics") if isinstance(record, dict) else None
        if not isinstance(record, dict) or not isinstance(metrics, dict):
            yield None
        elif kind == _INIT_JSON_MARK:
            duration = _number(metrics.get("durationMs"))
            yield Initialization(duration_ms=duration) if 0 <= duration <= DURATION_MAXIMUM else None
        else:
            yield _of_record(record, metrics)


def _object_around(text: str, position: int, kind: str) -> dict[str, Json] | None:
    """The JSON object whose type is at a position; None if it is incomplete."""
    start = position
    for _ in range(_DEPTH):
        start = text.rfind("{", 0, start)
        if start < 0:
            return None
        try:
            value: Json = DECODER.raw_decode(text, start)[0]
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and value.get("type") == kind:
            return value
    return None


def _of_record(record: dict[str, Json], metrics: dict[str, Json]) -> Report | None:
    init, restore = metrics.get("initDurationMs"), metrics.get("restoreDurationMs")
    return _report(
        str(record.get("requestId")),
        _number(metrics.get("durationMs")),
        _number(metrics.get("billedDurationMs")),
        _number(metrics.get("memorySizeMB")),
        _number(metrics.get("maxMemoryUsedMB")),
        init=None if init is None else _number(init),
        restore=None if restore is None else _number(restore),
        status=record.get("status"),
        error_type=record.get("errorType"),
    )


def _number(value: Json) -> float:
    """The value as a number; NaN, which is in no range, if it is not a number."""
    return value if is_number(value) else math.nan


def _report(
    request_id: str,
    duration: float,
    billed: float,
    size: float,
    peak: float,
    *,
    init: float | None,
    restore: float | None,
    status: Json,
    error_type: Json,
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
        request_id=request_id,
        duration_ms=float(duration),
        billed_ms=float(billed),
        memory_size=int(size),
        peak_memory=math.ceil(peak),
        init_ms=init,
        restore_ms=restore,
        ending="success" if status in (None, "success") else ending(status, error_type, full=peak >= size),
    )


def ending(status: Json, error_type: Json, *, full: bool) -> Ending:
    """How an invocation ended, of which Lambda says that it was no success.

    Args:
        status: The status in its report: `failure`, `error` or `timeout`.
        error_type: The type of the error.
        full: Whether the invocation used all memory: then it ran out of it, whatever error that caused.
    """
    if status == "timeout":
        return "timed out"
    return "out of memory" if full or _OUT_OF_MEMORY in str(error_type) else "failed"
