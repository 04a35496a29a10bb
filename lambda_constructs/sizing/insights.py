"""The result of a CloudWatch Logs Insights query that sums up the reports of a function."""

from __future__ import annotations

import math
from typing import Final

from ..rules.ranges import memory_size_range
from . import limits
from .checks import measurement as rules
from .findings import check, refuse
from .json_values import Json, shown
from .profile import Profile

# Logs in text, where Insights finds the fields of REPORT lines itself and counts memory in bytes of MB.
TEXT_QUERY: Final = """\
filter @type = "REPORT"
| stats count(*) as invocations, count(@initDuration) as coldStarts, avg(@billedDuration) as billedMs,
    pct(@duration, 50) as p50, pct(@duration, 95) as p95, pct(@duration, 99) as p99, max(@duration) as maxMs,
    max(@initDuration) as initMax, max(@maxMemoryUsed / 1000 / 1000) as maxUsedMB,
    min(@memorySize / 1000 / 1000) as minMemoryMB, max(@memorySize / 1000 / 1000) as memoryMB
"""
# Logs in JSON, the default of this library.
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
    """Understand what `aws logs get-query-results` prints for one of the two queries.

    Args:
        result: What it printed.
        name: What errors call it, such as the file's name.

    Returns:
        The profile; the result does not tell how many invocations were ended by their timeout.

    Raises:
        ConfigurationError: The query has not ended well, found nothing, or is another one.
    """
    status, rows = result.get("status", "Complete"), result.get("results")
    if status != "Complete":
        refuse(name, rules.measurement_failed, f"the status of the query is {shown(status)}")
    if not isinstance(rows, list) or len(rows) != 1:
        found = f"the query has {len(rows)} rows" if isinstance(rows, list) else f"results hold {shown(rows)}"
        refuse(name, rules.profile_form, f"{found}, not one")
    cells = _cells(name, rows[0])

    def number(column: str, low: float, high: float, default: float | None = None) -> float:
        text = cells.get(column, default)
        if text is None:
            refuse(name, rules.profile_form, f"the query has no column {column}")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            refuse(name, rules.measurement_value, column, shown(text), f"{low:g} to {high:g}")
        return value

    memory = number("memoryMB", memory_size_range.low, memory_size_range.high)
    least = number("minMemoryMB", memory_size_range.low, memory_size_range.high, memory)
    check(name, rules.profile_mixed_sizes, tuple(sorted({round(least), round(memory)})))
    return Profile(
        name=name,
        samples=round(number("invocations", 1, _COUNT_MAXIMUM)),
        memory_size=round(memory),
        peak_memory=math.ceil(number("maxUsedMB", 1, memory_size_range.high)),
        p50_ms=number("p50", 0, limits.DURATION_MAXIMUM),
        p95_ms=number("p95", 0, limits.DURATION_MAXIMUM),
        p99_ms=number("p99", 0, limits.DURATION_MAXIMUM),
        maximum_ms=number("maxMs", 0, limits.DURATION_MAXIMUM),
        billed_ms=number("billedMs", 0, limits.DURATION_MAXIMUM),
        cold_starts=round(number("coldStarts", 0, _COUNT_MAXIMUM, 0)),
        init_maximum_ms=number("initMax", 0, limits.DURATION_MAXIMUM, 0),
        timeouts=0,
    )


def _cells(name: str, row: Json) -> dict[str, str]:
    """The columns of a row, each as the string that Insights gives."""
    if not isinstance(row, list):
        refuse(name, rules.profile_form, f"a row holds {shown(row)}")
    cells: dict[str, str] = {}
    for cell in row:
        match cell:
            case {"field": str(field), "value": str(value)}:
                cells[field] = value
            case _:
                refuse(name, rules.profile_form, "a row holds something else than fields and values")
    return cells
