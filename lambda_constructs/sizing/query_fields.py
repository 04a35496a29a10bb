"""The rows of a Logs Insights query with a row for each invocation, and a field for each value of its report.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from .advice import refuse
from .invocation_report import Report, report_of
from .origins import Origins
from .rules.profile import profile_form

# The fields that a report needs: duration, billed duration, memory size and memory used. CloudWatch discovers
# those with an @ in text logs, and converts 1 MB to 10 ** 6 bytes.
_TEXT: Final = ("@duration", "@billedDuration", "@memorySize", "@maxMemoryUsed")
_JSON: Final = tuple(
    f"record.metrics.{name}" for name in ("durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB")
)
_MEGABYTE: Final = 1_000_000
_IDS: Final = ("@requestId", "record.requestId")
_INIT: Final = ("@initDuration", "record.metrics.initDurationMs")
_RESTORE: Final = "record.metrics.restoreDurationMs"
_STATUS: Final = "record.status"
_KNOWN: Final = frozenset((*_TEXT, *_JSON, *_IDS, *_INIT))


def has_report_fields(columns: Collection[str]) -> bool:
    """Whether a query has fields of reports, and not their whole messages, which say more."""
    return "@message" not in columns and not _KNOWN.isdisjoint(columns)


def reports_of_rows(
    rows: Iterable[Mapping[str, str]], columns: Collection[str], origins: Origins, *, name: str
) -> Iterator[Report | None]:
    """The reports in the rows; a query without a field that every report needs is refused."""
    form = max((_TEXT, _JSON), key=lambda fields: len({*fields}.intersection(columns)))
    if missing := [field for field in form if field not in columns]:
        refuse(name, profile_form, f"the query has no {', '.join(missing)}")
    for number, row in enumerate(rows):
        if any(map(row.get, form)):  # rows of other log events have other fields
            origins.see("\n".join((row.get("@timestamp", ""), row.get("@logStream", ""))))
            duration, billed, size, peak = (_number(row.get(field)) for field in form)
            unit = _MEGABYTE if form is _TEXT else 1
            yield report_of(
                _first(row, _IDS) or str(number),
                duration,
                billed,
                size / unit,
                peak / unit,
                init=_optional(_first(row, _INIT)),
                restore=_optional(row.get(_RESTORE)),
                status=row.get(_STATUS) or None,
                error_type=row.get("record.errorType"),
                known=_STATUS in columns,
            )


def _first(row: Mapping[str, str], fields: Iterable[str]) -> str | None:
    return next((row[field] for field in fields if row.get(field)), None)


def _optional(text: str | None) -> float | None:
    return _number(text) if text else None


def _number(text: str | None) -> float:
    """The number in a field; NaN, which no report has, if it is not a number."""
    try:
        return float(text or "")
    except ValueError:
        return math.nan
