"""Tables and warnings in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..findings import Finding


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, aligned to the right but for the first.

    Args:
        header: Names of the columns.
        rows: As many cells each.
    """
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(_line(cells, widths) for cells in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]).rstrip()


def warnings(findings: Iterable[Finding]) -> list[str]:
    """One line for each finding, with the code that acknowledges it in a template."""
    return [f"warning: {finding.message} [{finding.code}]" for finding in findings]


def change(share: float) -> str:
    """A relative change in percent, with its sign."""
    return f"{share:+.0%}"
