"""Tables and names in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a table: the first column is left-aligned, the others are right-aligned."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(_line(cells, widths) for cells in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]).rstrip()


def one_line(text: str) -> str:
    """The printable text in one line: a line break in a name cannot begin another finding."""
    return printable(text).replace("\n", "\\n")


def printable(text: str) -> str:
    """The text without characters that a terminal or an XML reader would obey or refuse; line breaks stay.

    A name in a log could otherwise move the cursor or change the title of the terminal.
    """
    return "".join(
        letter if letter == "\n" or letter.isprintable() else ascii(letter)[1:-1] for letter in text
    )
