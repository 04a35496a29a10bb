"""Tables and texts in Markdown: a name of a template, which a pull request changes, must not be a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from .text_table import one_line

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|!@#])")


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown."""
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])


def code(text: str) -> str:
    """A text as code, also in a table."""
    plain = one_line(" ".join(text.split())).replace("`", "'").replace("|", "\\|")
    return f"`{plain}`"


def escaped(text: str) -> str:
    """A text as itself."""
    return _MARKUP.sub(r"\\\1", one_line(" ".join(text.split())))
