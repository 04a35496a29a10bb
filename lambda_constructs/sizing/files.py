"""Reading saved files: with a limit of their size, and every failure is an error that names the file."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sys
import tempfile
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Final, NoReturn, TypeAlias, cast

from ..rules.rule import Rule
from .advice import refuse
from .json_values import Json, parse_json
from .rules.measurement import measurement_unreadable

StrPath: TypeAlias = str | os.PathLike[str]

# A state machine's input and output have at most 256 KiB each; DescribeExecution returns both, escaped:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_RESULT_BYTES_MAXIMUM: Final = 2_097_152
# A log event has at most 1 MiB:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
_LINE_CHARACTERS_MAXIMUM: Final = 1_048_576
# More than the beginning of an answer up to the name of its first field, or the columns of a CSV
_HEAD_BYTES: Final = 8192
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_GZIP_MARK: Final = b"\x1f\x8b"
STANDARD_INPUT: Final = "-"
# What a file that cannot be read, is not text, or is damaged raises.
_ERRORS: Final = (OSError, EOFError, ValueError, zlib.error)


class File:
    """A file of measurements, at the path that the user passed."""

    def __init__(self, path: StrPath) -> None:
        """Read the first bytes of a file, which must exist; `-` is standard input.

        A pipe is read once, to its end.
        """
        self.name = str(path)
        try:
            self._path = Path(path)
            self._copy = None
            if self.name == STANDARD_INPUT:
                self._copy = _copied(sys.stdin.buffer)
            elif self._path.is_fifo():
                with self._path.open("rb") as pipe:
                    self._copy = _copied(pipe)
            if self._copy is not None:
                weakref.finalize(self, self._copy.close)
            self._compressed = False
            self._compressed = self._beginning(2) == _GZIP_MARK
            mark = self._beginning(2)
            self.is_small = len(self._beginning(_RESULT_BYTES_MAXIMUM + 1)) <= _RESULT_BYTES_MAXIMUM
        except (*_ERRORS, TypeError) as error:
            self._refuse(error)
        # Windows PowerShell redirects output in UTF-16.
        self._encoding = "utf-16" if mark in _UTF_16_MARKS else "utf-8-sig"

    def text(self, maximum: int = _RESULT_BYTES_MAXIMUM) -> str:
        """The whole text; a file that is larger than any result, or is not text, is refused."""
        try:
            content = self._beginning(maximum + 1)
            fits = len(content) <= maximum
            text = content.decode(self._encoding) if fits else ""
        except _ERRORS as error:
            self._refuse(error)
        if not fits:
            problem = f"more than {maximum} bytes are more than any result has"
            refuse(self.name, measurement_unreadable, problem)
        return text

    def json(self, form: Rule[[str]]) -> Json:
        """The value in a JSON file; the rule refuses what is not JSON."""
        try:
            return parse_json(self.text())
        except ValueError as error:
            refuse(self.name, form, f"it is not JSON ({error})")

    def head(self) -> str:
        """The first characters, which tell the form; bytes that are not text are replaced."""
        return self._beginning(_HEAD_BYTES).decode(self._encoding, errors="replace")

    def lines(self) -> Iterator[str]:
        """The lines, one at a time; bytes that are not text are replaced."""
        try:
            with (
                self._open() as content,
                io.TextIOWrapper(content, encoding=self._encoding, errors="replace") as stream,
            ):
                yield from iter(partial(stream.readline, _LINE_CHARACTERS_MAXIMUM), "")
        except _ERRORS as error:
            self._refuse(error)

    def _beginning(self, size: int) -> bytes:
        with self._open() as content:
            return content.read(size)

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        """The content from its beginning, decompressed."""
        with (
            self._path.open("rb")
            if self._copy is None
            else os.fdopen(os.dup(self._copy.fileno()), "rb") as file
        ):
            file.seek(0)
            if self._compressed:
                with gzip.open(file) as content:
                    yield cast("IO[bytes]", content)
            else:
                yield file

    def _refuse(self, error: Exception) -> NoReturn:
        # An OSError's own text repeats the path, which the message names already.
        problem = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        refuse(self.name, measurement_unreadable, (problem or type(error).__name__).splitlines()[0])


def _copied(pipe: IO[bytes]) -> IO[bytes]:
    """A copy of a pipe, which can be read more than once."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    shutil.copyfileobj(pipe, copy)
    copy.flush()
    return copy
