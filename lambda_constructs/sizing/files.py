"""Reading saved files: with a limit of their size, and every failure is an error that names the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn, TextIO, TypeAlias

from .advice import refuse
from .rules.measurement import measurement_unreadable

StrPath: TypeAlias = str | os.PathLike[str]

# A state machine's input and output have at most 256 KiB each; DescribeExecution returns both, escaped:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_RESULT_BYTES_MAXIMUM: Final = 2_097_152
# A log event has at most 1 MiB:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
_LINE_CHARACTERS_MAXIMUM: Final = 1_048_576
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class File:
    """A file of measurements, at the path that the user passed."""

    def __init__(self, path: StrPath) -> None:
        """Read the first bytes of the file.

        Args:
            path: The path, absolute or relative to the current directory.

        Raises:
            ConfigurationError: The file does not exist or cannot be read.
        """
        self.name = str(path)
        try:
            self._path = Path(path)
            with self._path.open("rb") as stream:
                mark = stream.read(2)
                self.size = stream.seek(0, os.SEEK_END)
        except (OSError, TypeError, ValueError) as error:
            self._refuse(error)
        # Windows PowerShell redirects output in UTF-16.
        self._encoding = "utf-16" if mark in _UTF_16_MARKS else "utf-8-sig"

    @property
    def is_small(self) -> bool:
        """Whether the file can be one result, which is read as a whole. A larger file is a log."""
        return self.size <= _RESULT_BYTES_MAXIMUM

    def text(self) -> str:
        """The whole text.

        Raises:
            ConfigurationError: The file is larger than any result, or is not text.
        """
        if not self.is_small:
            refuse(self.name, measurement_unreadable, f"{self.size} bytes are more than any result has")
        try:
            return self._path.read_text(self._encoding)
        except (OSError, ValueError) as error:
            self._refuse(error)

    def lines(self) -> Iterator[str]:
        """The lines, one at a time; bytes that are not text are replaced.

        Raises:
            ConfigurationError: The file cannot be read to its end.
        """
        try:
            with self._path.open(encoding=self._encoding, errors="replace") as stream:
                yield from _pieces(stream)
        except (OSError, ValueError) as error:
            self._refuse(error)

    def _refuse(self, error: Exception) -> NoReturn:
        # An OSError's own text repeats the path, which the message names already.
        problem = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        refuse(self.name, measurement_unreadable, (problem or type(error).__name__).splitlines()[0])


def _pieces(stream: TextIO) -> Iterator[str]:
    while piece := stream.readline(_LINE_CHARACTERS_MAXIMUM):
        yield piece
