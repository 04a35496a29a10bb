"""Reads docs/how-to/runbooks.md: the commands of each kind of alarm."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

# The parts that every page has.
PARTS: Final = ("What is created", "What it costs", "What can go wrong")
PAGE: Final = Path(__file__).parent.parent / "docs" / "how-to" / "runbooks.md"


def sections() -> dict[str, str]:
    """The texts of the sections about alarms, by their anchors."""
    parts = re.split(r"^## (.+)$", PAGE.read_text(), flags=re.MULTILINE)[1:]
    named = zip(parts[::2], parts[1::2], strict=True)
    return {name.lower().replace(" ", "-"): text for name, text in named if name not in PARTS}


def commands(anchor: str) -> list[str]:
    """The commands of a section, without their program."""
    return re.findall(r"^\$ lambda-constructs (.+)$", sections()[anchor], flags=re.MULTILINE)
