"""Reading a profile from a log with reports of invocations, or from the result of a query over the log."""

from __future__ import annotations

from .files import File, StrPath
from .insights import parse_insights, query_rows
from .origins import Origins
from .profile import Profile, profile_of
from .reports import reports


def read_profile(path: StrPath) -> Profile:
    """Read a profile. A large log is read line by line.

    Args:
        path: The file; text, or compressed with gzip. `-` is standard input.

    Raises:
        ConfigurationError: The file does not exist, or does not contain reports of invocations.
    """
    file = File(path)
    if file.is_small:
        rows = query_rows(file.text(), name=file.name)
        if rows is not None:
            return parse_insights(rows, name=file.name)
    origins = Origins()
    return profile_of(reports(file.lines(), origins), name=file.name, origins=origins)
