"""Where the reports of a log are from: functions, versions and days."""

from __future__ import annotations

import re
from typing import Final

from .days import day_of

START_MARK: Final = "START RequestId: "
# A log stream, in a log group of the function or of several functions:
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
_STREAM: Final = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}/([\w-]*)\[(\$LATEST|[0-9]+)\]")
_START: Final = re.compile(rf"{START_MARK}\S+ Version: (\$LATEST|[0-9]+)")
# In `platform.start`, `platform.initStart` and events of Lambda Insights.
_NAMED: Final = re.compile(r'"(functionName|function_name|functionVersion|version)"\s*:\s*"([\w$-]+)"')
# As the CLI and queries name the log group.
_GROUP: Final = re.compile(r'"(?:logGroup|logGroupName|@log)"[^/]{0,120}/aws/lambda/([\w-]+)')
_MOMENT: Final = re.compile(
    r'^(2[0-9]{3}-[0-9]{2}-[0-9]{2})[T ]|"(?:time|timestamp)"\s*:\s*"?([0-9]{13}|2[0-9]{3}-[0-9]{2}-[0-9]{2})'
    r'|"@timestamp"[^0-9]{1,120}(2[0-9]{3}-[0-9]{2}-[0-9]{2})',
    re.MULTILINE,
)
# A line is shorter than several lines of JSON, and begins with its moment.
_LINE_CHARACTERS: Final = 1_024
_BEGINNING_CHARACTERS: Final = 96


class Origins:
    """The origin of a log."""

    def __init__(self) -> None:
        self._functions: set[str] = set()
        self._groups: set[str] = set()
        self.versions: set[str] = set()  # of the function, or aliases
        self.days: tuple[str, ...] = ()  # the first and the last, as YYYY-MM-DD; empty if the log has none

    @property
    def functions(self) -> set[str]:
        """Names of functions; those of log groups if the log has no others."""
        return self._functions or self._groups

    def see_start(self, text: str) -> None:
        """Learn the version from the start of an invocation or initialization, or from Lambda Insights."""
        if START_MARK in text:
            self.versions.update(_START.findall(text))
        for key, name in _NAMED.findall(text):
            (self.versions if key.endswith("ersion") else self._functions).add(name)

    def see(self, text: str) -> None:
        """Learn from lines with reports."""
        if "[" in text:
            for function, version in _STREAM.findall(text):
                self.versions.add(version)
                if function:
                    self._functions.add(function)
        if "/aws/lambda/" in text:
            self._groups.update(_GROUP.findall(text))
        end = _BEGINNING_CHARACTERS if len(text) < _LINE_CHARACTERS else len(text)
        for moment in _MOMENT.finditer(text, 0, end):
            self._date(moment[moment.lastindex or 0])

    def _date(self, moment: str) -> None:
        day = moment if moment in self.days else day_of(moment)
        if day is not None and day not in self.days:
            days = sorted({*self.days, day})
            self.days = (days[0], days[-1])
