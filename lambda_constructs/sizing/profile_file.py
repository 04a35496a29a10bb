"""Reading a profile from a log with reports of invocations, or from the result of a query over the log."""

from __future__ import annotations

from typing import Final

from .files import File, StrPath
from .insights import csv_columns, csv_rows, parse_insights, query_rows
from .invocation_reports import reports
from .origins import Origins
from .profile import Profile, profile_of
from .query_fields import has_report_fields, reports_of_rows

# An answer has 10,000 rows at most, of which the AWS CLI prints each field on four lines:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
_QUERY_BYTES_MAXIMUM: Final = 67_108_864


def read_profile(path: StrPath) -> Profile:
    """The profile in a log, which is read line by line, or in the result of a query over it."""
    file, origins = File(path), Origins()
    head = file.head()
    if columns := csv_columns(head.partition("\n")[0]):
        rows = csv_rows(file.lines(), name=file.name)
    else:
        is_query = file.is_small or ('"field"' in head and '"@message"' not in head)
        found = query_rows(file.text(_QUERY_BYTES_MAXIMUM), name=file.name) if is_query else None
        if found is None:
            return profile_of(reports(file.lines(), origins), name=file.name, origins=origins)
        rows, columns = found, list({key: None for row in found for key in row})
    if has_report_fields(columns):
        picked = reports_of_rows(rows, columns, origins, name=file.name)
        return profile_of(picked, name=file.name, origins=origins)
    return parse_insights(rows, name=file.name)
