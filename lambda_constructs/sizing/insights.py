"""The result of a CloudWatch Logs Insights query over the reports of a function."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from ..rules.ranges import memory_size_range
from .advice import check, refuse
from .days import day_of
from .invocation_report import Ending, ending
from .json_values import Json, parse_json, shown
from .profile import Profile
from .query_fields import has_report_fields
from .rules.measurement import DURATION_MAXIMUM, measurement_failed, measurement_value
from .rules.profile import profile_form, profile_mixed_sizes, profile_mostly_failed

# For text logs. Insights discovers the fields of REPORT lines and converts 1 MB to 10 ** 6 bytes.
TEXT_QUERY: Final = r"""
filter @type = "REPORT"
| parse @message /Status: (?<status>\w+)/
| parse @message /Error Type: (?<errorType>[\w.]+)/
| stats count(*) as invocations, count(status) as statuses, count(@initDuration) as coldStarts,
    avg(@billedDuration) as billedMs, avg(@duration) as meanMs, pct(@duration, 50) as p50,
    pct(@duration, 95) as p95, pct(@duration, 99) as p99, max(@duration) as maxMs,
    avg(@initDuration) as initMs, max(@initDuration) as initMax,
    max(@maxMemoryUsed / 1000 / 1000) as maxUsedMB,
    min(@memorySize / 1000 / 1000) as minMemoryMB, max(@memorySize / 1000 / 1000) as memoryMB,
    min(@timestamp) as first, max(@timestamp) as last
    by status, errorType
"""
# For JSON logs, which are the default of this library.
JSON_QUERY: Final = """
filter type = "platform.report"
| fields record.status as status, record.errorType as errorType
| stats count(*) as invocations, count(status) as statuses,
    count(record.metrics.initDurationMs) as coldStarts, avg(record.metrics.billedDurationMs) as billedMs,
    avg(record.metrics.durationMs) as meanMs,
    pct(record.metrics.durationMs, 50) as p50, pct(record.metrics.durationMs, 95) as p95,
    pct(record.metrics.durationMs, 99) as p99, max(record.metrics.durationMs) as maxMs,
    avg(record.metrics.initDurationMs) as initMs, max(record.metrics.initDurationMs) as initMax,
    max(record.metrics.maxMemoryUsedMB) as maxUsedMB,
    min(record.metrics.memorySizeMB) as minMemoryMB, max(record.metrics.memorySizeMB) as memoryMB,
    min(@timestamp) as first, max(@timestamp) as last
    by status, errorType
"""

_COUNT: Final = "invocations"
_COUNT_MAXIMUM: Final = 10.0**15


def csv_columns(line: str) -> list[str]:
    """The columns of a query, if this is the first line of the CSV that the console saves; else empty."""
    columns = line.strip().replace('"', "").split(",")
    return columns if _is_of_query(columns) else []


def csv_rows(lines: Iterable[str], *, name: str) -> list[dict[str, str]]:
    """The rows of the CSV that the console saves."""
    try:
        return [{key: cell for key, cell in row.items() if key and cell} for row in csv.DictReader(lines)]
    except csv.Error as error:
        refuse(name, profile_form, f"its CSV is damaged ({error})")


def query_rows(text: str, *, name: str) -> list[dict[str, str]] | None:
    """The rows of a query, in the output of `get-query-results` or in the JSON that the console saves.

    None if the text is something else, like the lines of a log. A query that did not complete is refused.
    """
    try:
        value = parse_json(text)
    except ValueError:
        return None
    match value:
        case {"results": list(found), **other}:
            status = other.get("status", "Complete")
            if status != "Complete":
                refuse(name, measurement_failed, f"the status of the query is {shown(status)}")
            rows = [_cells(name, row) for row in found]
            return None if rows and all("@message" in row for row in rows) else rows
        case {"results": found}:
            refuse(name, profile_form, f"results is {shown(found)}")
        case [dict() as first, *_] if _is_of_query(first):
            return [{key: str(cell) for key, cell in row.items()} for row in value if isinstance(row, dict)]
    return None


def parse_insights(rows: Sequence[dict[str, str]], *, name: str) -> Profile:
    """Summarize the rows of one of the two queries: one for each way in which invocations ended.

    A query that found nothing, a different query, and one with mostly failed invocations are refused.
    """
    if not rows:
        refuse(name, profile_form, "the query has no rows")
    groups = [_Group(name, row) for row in rows]
    counts: Counter[Ending] = Counter()
    for group in groups:
        counts[group.ending] += group.invocations
    samples = counts.total()
    check(name, profile_mixed_sizes, tuple(sorted({size for group in groups for size in group.sizes})))
    check(name, profile_mostly_failed, counts["failed"] + counts["out of memory"], samples)
    successes = [group for group in groups if group.ending == "success"]
    if not successes:
        refuse(name, profile_form, "the query has no row for invocations that succeeded")
    cold_starts = sum(group.cold_starts for group in groups)
    days = sorted(day for group in groups for day in group.days)
    return Profile(
        name=name,
        samples=samples,
        memory_size=groups[0].sizes[-1],
        peak_memory=max(group.peak for group in groups),
        mean_ms=max(
            group.number("meanMs", 0, DURATION_MAXIMUM, group.duration("p50")) for group in successes
        ),
        p50_ms=max(group.duration("p50") for group in successes),
        p95_ms=max(group.duration("p95") for group in successes),
        p99_ms=max(group.duration("p99") for group in successes),
        maximum_ms=max(
            group.duration("maxMs") for group in groups if group.ending in ("success", "timed out")
        ),
        billed_ms=sum(group.duration("billedMs") * group.invocations for group in groups) / samples,
        cold_starts=cold_starts,
        init_mean_ms=sum(group.duration("initMs", 0) * group.cold_starts for group in groups)
        / (cold_starts or 1),
        init_maximum_ms=max(group.duration("initMax", 0) for group in groups),
        timeouts=counts["timed out"],
        failures=counts["failed"],
        out_of_memory=counts["out of memory"],
        endings_known=all("statuses" in row for row in rows),
        days=(days[0], days[-1]) if days else (),
    )


class _Group:
    """The row of the invocations that ended in one way."""

    def __init__(self, name: str, row: dict[str, str]) -> None:
        self._name, self._row = name, row
        self.invocations = round(self.number(_COUNT, 1, _COUNT_MAXIMUM))
        self.cold_starts = round(self.number("coldStarts", 0, _COUNT_MAXIMUM, 0))
        self.days = [day for column in ("first", "last") if (day := day_of(row.get(column)))]
        memory = self.number("memoryMB", memory_size_range.low, memory_size_range.high)
        least = self.number("minMemoryMB", memory_size_range.low, memory_size_range.high, memory)
        self.sizes = sorted({round(least), round(memory)})
        # If an invocation runs out of memory, Lambda can report slightly more memory than the function has.
        self.peak = math.ceil(self.number("maxUsedMB", 1, 2 * memory))
        full, status = self.peak >= memory, row.get("status")
        known = status in (None, "", "success")
        self.ending: Ending = "success" if known else ending(status, row.get("errorType"), full=full)

    def duration(self, column: str, default: float | None = None) -> float:
        """A duration; ms."""
        return self.number(column, 0, DURATION_MAXIMUM, default)

    def number(self, column: str, low: float, high: float, default: float | None = None) -> float:
        """The number in a column."""
        text = self._row.get(column, default)
        if text is None:
            refuse(self._name, profile_form, f"the query has no column {column}")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            refuse(self._name, measurement_value, column, shown(text), f"{low:g} to {high:g}")
        return value


def _is_of_query(columns: Collection[str]) -> bool:
    return _COUNT in columns or has_report_fields(columns)


def _cells(name: str, row: Json) -> dict[str, str]:
    """The columns of a row, each as the string that Insights returns."""
    if not isinstance(row, list):
        refuse(name, profile_form, f"a row is {shown(row)}")
    cells: dict[str, str] = {}
    for cell in row:
        match cell:
            case {"field": str(field), "value": str(value)}:
                cells[field] = value
            case _:
                refuse(name, profile_form, "a row does not consist of fields and values")
    return cells
