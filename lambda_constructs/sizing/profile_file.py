"""Reading a profile from a log with reports of invocations, or from the result of a query over the log."""

from __future__ import annotations

from collections.abc import Iterable

from .files import File, StrPath
from .insights import parse_insights
from .json_values import Json, parse_json
from .profile import Profile, profile_of
from .reports import reports


def read_profile(path: StrPath) -> Profile:
    """Read a profile. A large log is read line by line.

    Args:
        path: The file.

    Raises:
        ConfigurationError: The file does not exist, or does not contain reports of invocations.
    """
    file = File(path)
    lines: Iterable[str] = file.lines()
    if file.is_small:
        text = file.text()
        match _whole(text):
            case dict(result) if "results" in result:
                return parse_insights(result, name=file.name)
            case {"events": list(events)}:  # `aws logs filter-log-events`
                lines = [str(event.get("message")) for event in events if isinstance(event, dict)]
    return profile_of(reports(lines), name=file.name)


def _whole(text: str) -> Json:
    """The text as one JSON value; None if it is not JSON, like most logs."""
    try:
        return parse_json(text)
    except ValueError:
        return None
