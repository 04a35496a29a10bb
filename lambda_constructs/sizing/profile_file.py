"""Reading a profile from a log with reports of invocations, or from the result of a query over the log."""

from __future__ import annotations

from .files import File, StrPath
from .insights import csv_columns, csv_rows, parse_insights, query_rows
from .invocation_reports import reports
from .origins import Origins
from .profile import Profile, profile_of
from .query_fields import has_report_fields, reports_of_rows


def read_profile(path: StrPath) -> Profile:
    """The profile in a log, which is read line by line, or in the result of a query over it."""
    file, origins = File(path), Origins()
    if columns := csv_columns(next(file.lines(), "")):
        rows = csv_rows(file.lines(), name=file.name)
    else:
        found = query_rows(file.text(), name=file.name) if file.is_small else None
        if found is None:
            return profile_of(reports(file.lines(), origins), name=file.name, origins=origins)
        rows, columns = found, list({key: None for row in found for key in row})
    if has_report_fields(columns):
        picked = reports_of_rows(rows, columns, origins, name=file.name)
        return profile_of(picked, name=file.name, origins=origins)
    return parse_insights(rows, name=file.name)
