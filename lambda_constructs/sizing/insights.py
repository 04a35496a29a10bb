"""The result of a CloudWatch Logs Insights query over the reports of a function."""

from __future__ import annotations

import math
from typing import Final

from ..rules.ranges import memory_size_range
from .advice import check, refuse
from .json_values import Json, shown
from .profile import Profile
from .rules.measurement import (
    DURATION_MAXIMUM,
    measurement_failed,
    measurement_value,
    profile_form,
    profile_mixed_sizes,
)

# For text logs. Insights discovers the fields of REPORT lines and converts 1 MB to 10 ** 6 bytes.
TEXT_QUERY: Final = """\
filter @type = "REPORT"
| stats count(*) as invocations, count(@initDuration) as coldStarts, avg(@billedDuration) as billedMs,
    pct(@duration, 50) as p50, pct(@duration, 95) as p95, pct(@duration, 99) as p99, max(@duration) as maxMs,
    max(@initDuration) as initMax, max(@maxMemoryUsed / 1000 / 1000) as maxUsedMB,
    min(@memorySize / 1000 / 1000) as minMemoryMB, max(@memorySize / 1000 / 1000) as memoryMB
"""
# For JSON logs, which are the default of this library.
JSON_QUERY: Final = """\
filter type = "platform.report"
| stats count(*) as invocations, count(record.metrics.initDurationMs) as coldStarts,
    avg(record.metrics.billedDurationMs) as billedMs, pct(record.metrics.durationMs, 50) as p50,
    pct(record.metrics.durationMs, 95) as p95, pct(record.metrics.durationMs, 99) as p99,
    max(record.metrics.durationMs) as maxMs, max(record.metrics.initDurationMs) as initMax,
    max(record.metrics.maxMemoryUsedMB) as maxUsedMB, min(record.metrics.memorySizeMB) as minMemoryMB,
    max(record.metrics.memorySizeMB) as memoryMB
"""

_COUNT_MAXIMUM: Final = 10.0**15


def parse_insights(result: dict[str, Json], *, name: str) -> Profile:
    """Parse the output of `aws logs get-query-results` for one of the two queries.

    Args:
        result: The output.
        name: The name in error messages, such as the file's name.

    Returns:
        The profile; the result does not contain how many invocations timed out.

    Raises:
        ConfigurationError: The query did not complete, found nothing, or is a different query.
    """
    status, rows = result.get("status", "Complete"), result.get("results")
    if status != "Complete":
        refuse(name, measurement_failed, f"the status of the query is {shown(status)}")
    if not isinstance(rows, list) or len(rows) != 1:
        found = f"the query has {len(rows)} rows" if isinstance(rows, list) else f"results is {shown(rows)}"
        refuse(name, profile_form, f"{found} instead of one")
    cells = _cells(name, rows[0])

    def number(column: str, low: float, high: float, default: float | None = None) -> float:
        text = cells.get(column, default)
        if text is None:
            refuse(name, profile_form, f"the query has no column {column}")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            refuse(name, measurement_value, column, shown(text), f"{low:g} to {high:g}")
        return value

    memory = number("memoryMB", memory_size_range.low, memory_size_range.high)
    least = number("minMemoryMB", memory_size_range.low, memory_size_range.high, memory)
    check(name, profile_mixed_sizes, tuple(sorted({round(least), round(memory)})))
    return Profile(
        name=name,
        samples=round(number("invocations", 1, _COUNT_MAXIMUM)),
        memory_size=round(memory),
        peak_memory=math.ceil(number("maxUsedMB", 1, memory_size_range.high)),
        p50_ms=number("p50", 0, DURATION_MAXIMUM),
        p95_ms=number("p95", 0, DURATION_MAXIMUM),
        p99_ms=number("p99", 0, DURATION_MAXIMUM),
        maximum_ms=number("maxMs", 0, DURATION_MAXIMUM),
        billed_ms=number("billedMs", 0, DURATION_MAXIMUM),
        cold_starts=round(number("coldStarts", 0, _COUNT_MAXIMUM, 0)),
        init_maximum_ms=number("initMax", 0, DURATION_MAXIMUM, 0),
        timeouts=0,
    )


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
