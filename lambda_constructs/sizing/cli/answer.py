"""The answer of a command: as text and as JSON, and its exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO, TypeAlias

from ...text_table import printable
from ..advice import Advice

Data: TypeAlias = (
    "Mapping[str, Data] | Sequence[Data] | Mapping[str, float] | Sequence[str] | str | int | float | None"
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer of a command."""

    text: str  # for people
    data: Data  # the same for programs: `--json` prints it
    status: int = 0  # the exit status

    def show(self, *, as_json: bool) -> str:
        """The text, or the data as JSON in ASCII."""
        return json.dumps(self.data, indent=2) if as_json else self.text


def warned(advice: Sequence[Advice]) -> list[dict[str, str]]:
    """Warnings for programs."""
    return [{"code": each.code, "message": each.message} for each in advice]


def warnings(advice: Iterable[Advice]) -> list[str]:
    """One line for each warning, with its code."""
    return [f"warning: {each.message} [{each.code}]" for each in advice]


def change(share: float) -> str:
    """A relative change in percent, with its sign."""
    return f"{share:+.0%}"


def write(text: str, stream: TextIO | None = None) -> None:
    """Print a text that contains names from files, without control characters and in any encoding."""
    target = sys.stdout if stream is None else stream
    encoding = target.encoding or "utf-8"
    print(printable(text).encode(encoding, errors="backslashreplace").decode(encoding), file=target)
