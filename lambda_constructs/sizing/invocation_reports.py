"""Lambda's reports of invocations in a log: `REPORT` lines of text logs, `platform.report` of JSON logs.

A report may be a whole line, follow a timestamp, or be part of JSON that the AWS CLI or another tool prints,
on one line or on several.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from .invocation_report import Initialization, Report, report_of
from .json_values import DECODER, Json, is_number
from .origins import START_MARK, Origins
from .rules.measurement import DURATION_MAXIMUM

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
# The end of a line, also as JSON escapes it.
_END: Final = re.compile(r'["\n]|\\n')
_INIT: Final = re.compile(rf"Init Duration: {_NUMBER} ms")
_RESTORE: Final = re.compile(rf"(?<!Billed )Restore Duration: {_NUMBER} ms")
_STATUS: Final = re.compile(r"Status: (\w+)")
_ERROR_TYPE: Final = re.compile(r"Error Type: ([\w.]+)")
_INIT_REPORT: Final = re.compile(rf"{_INIT_MARK} Init Duration: {_NUMBER} ms")
_TYPE: Final = re.compile(r'"type"\s*:\s*"platform\.(report|initReport)"')
_START: Final = re.compile(r'"platform\.(?:start|initStart)"')
# An event of Lambda Insights.
_INSIGHTS_MARK: Final = "event_type"
_INSIGHTS: Final = re.compile(r'"event_type"\s*:\s*"performance"')
# What a record of a JSON log, and an event of Lambda Insights, calls the values of a report.
_RECORD: Final = (
    "requestId",
    "durationMs",
    "billedDurationMs",
    "memorySizeMB",
    "maxMemoryUsedMB",
    "initDurationMs",
    "restoreDurationMs",
)
_EVENT: Final = (
    "request_id",
    "duration",
    "billed_duration",
    "total_memory",
    "used_memory_max",
    "init_duration",
    "restore_duration",
)
_REQUEST_ID_CHARACTERS: Final = 36
# Objects that may be in front of the type of a record, or of an event of Lambda Insights with its metrics.
_DEPTH: Final = 4
_INSIGHTS_DEPTH: Final = 24
# More than any report has; the beginning of a record in front of its type is shorter.
_REPORT_CHARACTERS: Final = 65_536
_BEGINNING_CHARACTERS: Final = 4_096
_BLOCK_CHARACTERS: Final = 1_048_576


def reports(lines: Iterable[str], origins: Origins | None = None) -> Iterator[Report | Initialization | None]:
    """Find the reports in a log, and skip everything else; None is one that is incomplete or impossible.

    The lines may be in any order, and very long lines in pieces. `origins` learns where the log is from.
    """
    seen = Origins() if origins is None else origins
    for text in _whole_records(lines):
        if _TEXT_MARK in text:
            seen.see(text)
            yield from (_of_text(part) for part in text.split(_TEXT_MARK)[1:])
        if START_MARK in text:
            seen.see_start(text)
        if "platform." in text:
            bare = _unquoted(text)
            if _JSON_MARK in bare or _INIT_JSON_MARK in bare:
                seen.see(bare)
                yield from _of_records(bare)
            if _START.search(bare):
                seen.see_start(bare)
        if _INSIGHTS_MARK in text:
            bare = _unquoted(text)
            seen.see(bare)
            seen.see_start(bare)
            yield from _of_insights(bare)
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
            if line.startswith(closing):
                yield "".join(block)
                block = []
            elif size > _BLOCK_CHARACTERS:
                text = "".join(block)
                cut = _last_beginning(text)
                yield text[:cut]
                # Without an indentation it is another log in which an application's line ended with a brace.
                block, rest = ([text[cut:]], "") if line[0].isspace() else ([], text[cut:])
                size = len(text) - cut
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
    mark = max(text.rfind(each) for each in (*_MARKS, _INSIGHTS_MARK))
    if mark < 0:
        return max(0, len(text) - _BEGINNING_CHARACTERS)
    beginning = mark if text.startswith(("REPORT", _INIT_MARK), mark) else _opening(text, mark)
    return len(text) if len(text) - beginning > _REPORT_CHARACTERS else beginning


def _opening(text: str, mark: int) -> int:
    """Where the object with a mark begins. Smaller objects in it may be in front of the mark."""
    first, inside = max(0, mark - _BEGINNING_CHARACTERS), 0
    for position in range(mark - 1, first, -1):
        inside += {"}": 1, "{": -1}.get(text[position], 0)
        if inside < 0:
            return position
    return first


def _of_text(text: str) -> Report | None:
    fields = _FIELDS.search(text)
    if fields is None:
        return None
    # Most reports end here, so the other fields are searched only if there is more.
    more = _END.split(text[fields.end() :], 1)[0]
    init, restore = (pattern.search(more) if "Duration" in more else None for pattern in (_INIT, _RESTORE))
    status, error_type = (
        pattern.search(more) if "Status" in more else None for pattern in (_STATUS, _ERROR_TYPE)
    )
    return report_of(
        text[:_REQUEST_ID_CHARACTERS],
        *map(float, fields.groups()),
        init=None if init is None else float(init[1]),
        restore=None if restore is None else float(restore[1]),
        status=None if status is None else status[1],
        error_type=None if error_type is None else error_type[1],
    )


def _unquoted(text: str) -> str:
    """The text without the escapes of JSON within JSON or CSV."""
    if '{\\"' in text:
        return text.replace('\\"', '"')
    return text.replace('""', '"') if '{""' in text else text


def _of_records(text: str) -> Iterator[Report | Initialization | None]:
    """The reports among the JSON objects in a text."""
    for found in _TYPE.finditer(text):
        kind = f"platform.{found[1]}"
        value = _object_around(text, found.start(), "type", kind)
        record = None if value is None else value.get("record")
        metrics = record.get("metrics") if isinstance(record, dict) else None
        if not isinstance(record, dict) or not isinstance(metrics, dict):
            yield None
        elif kind == _INIT_JSON_MARK:
            duration = _number(metrics.get("durationMs"))
            yield Initialization(duration_ms=duration) if 0 <= duration <= DURATION_MAXIMUM else None
        else:
            yield _of_values({**metrics, **record}, _RECORD)


def _of_insights(text: str) -> Iterator[Report | None]:
    """The events of Lambda Insights in a text: one for each invocation, without how it ended."""
    for found in _INSIGHTS.finditer(text):
        event = _object_around(text, found.start(), "event_type", "performance", _INSIGHTS_DEPTH)
        if event is None:
            yield None
        elif "used_memory_max" in event:
            status = "timeout" if event.get("timeout") is True else None
            yield _of_values({**event, "status": status, "errorType": None}, _EVENT, known=False)


def _object_around(
    text: str, position: int, key: str, kind: str, depth: int = _DEPTH
) -> dict[str, Json] | None:
    """The JSON object whose key at a position says its kind; None if it is incomplete."""
    start = position
    for _ in range(depth):
        start = text.rfind("{", 0, start)
        if start < 0:
            return None
        try:
            value: Json = DECODER.raw_decode(text, start)[0]
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and value.get(key) == kind:
            return value
    return None


def _of_values(values: dict[str, Json], keys: Sequence[str], *, known: bool = True) -> Report | None:
    """The report in the values that have these keys."""
    id_, duration, billed, size, peak, init, restore = map(values.get, keys)
    return report_of(
        str(id_),
        *map(_number, (duration, billed, size, peak)),
        init=None if init is None else _number(init),
        restore=None if restore is None else _number(restore),
        status=values.get("status"),
        error_type=values.get("errorType"),
        known=known,
    )


def _number(value: Json) -> float:
    """The value as a number; NaN, which is in no range, if it is not a number."""
    return value if is_number(value) else math.nan
