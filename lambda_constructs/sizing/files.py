"""Reading what a tool saved: bounded, and every failure an error that names the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO, TypeAlias

from ..errors import ConfigurationError
from . import limits
from .checks import measurement as rules
from .findings import refuse

StrPath: TypeAlias = str | os.PathLike[str]

_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class File:
    """A file of measurements, by the path that the user gave."""

    def __init__(self, path: StrPath) -> None:
        """Look at the file's first bytes.

        Args:
            path: Where it is, absolute or relative to the current directory.

        Raises:
            ConfigurationError: There is no such file, or it cannot be read.
        """
        self.name = str(path)
        try:
            self._path = Path(path)
            with self._path.open("rb") as stream:
                mark = stream.read(2)
                self.size = stream.seek(0, os.SEEK_END)
        except (OSError, TypeError, ValueError) as error:
            raise self._unreadable(error) from error
        # Windows PowerShell redirects in UTF-16.
        self._encoding = "utf-16" if mark in _UTF_16_MARKS else "utf-8-sig"

    @property
    def is_small(self) -> bool:
        """Whether it can be one result, which is read as a whole; more is a log."""
        return self.size <= limits.MEASUREMENT_BYTES_MAXIMUM

    def text(self) -> str:
        """The whole text.

        Raises:
            ConfigurationError: It is larger than any result, or no text.
        """
        if not self.is_small:
            problem = f"{self.size} bytes are more than any result has"
            refuse(self.name, rules.measurement_unreadable, problem)
        try:
            return self._path.read_text(self._encoding)
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error

    def lines(self) -> Iterator[str]:
        """The lines, one at a time; what is no text in them is replaced.

        Raises:
            ConfigurationError: It cannot be read to its end.
        """
        try:
            with self._path.open(encoding=self._encoding, errors="replace") as stream:
                yield from _pieces(stream)
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> ConfigurationError:
        rule = rules.measurement_unreadable
        # The path is in the error already, and an OSError repeats it.
        problem = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = str(rule(problem.splitlines()[0] if problem else type(error).__name__))
        return ConfigurationError(message, code=rule.code, construct_path=self.name, url=rule.source)


def _pieces(stream: TextIO) -> Iterator[str]:
    while piece := stream.readline(limits.LOG_LINE_MAXIMUM):
        yield piece
