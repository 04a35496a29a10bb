"""Reading a profile from a log with reports of invocations, or from the result of a query over the log."""

from __future__ import annotations

from .files import File, StrPath
from .insights import parse_insights, query_rows
from .invocation_reports import reports
from .origins import Origins
from .profile import Profile, profile_of


def read_profile(path: StrPath) -> Profile:
    """The profile in a log, which is read line by line, or in the result of a query over it."""
    file = File(path)
    if file.is_small:
        rows = query_rows(file.text(), name=file.name)
        if rows is not None:
            return parse_insights(rows, name=file.name)
    origins = Origins()
    return profile_of(reports(file.lines(), origins), name=file.name, origins=origins)
