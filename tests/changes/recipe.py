"""The function that docs/how-to/rename-a-workload.md shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from lambda_constructs import ProductionFunction

PAGE: Final = Path(__file__).parents[2] / "docs" / "how-to" / "rename-a-workload.md"


def keep_logical_ids() -> Callable[[ProductionFunction, str, dict[str, Any]], None]:
    """The function, from the page."""
    pattern = r"^```python\n([^`]*^def keep_logical_ids.*?)^```$"
    block = re.search(pattern, PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert block is not None
    names: dict[str, Any] = {}
    exec(block[1], names)  # noqa: S102 - a page of this repository
    found: Callable[[ProductionFunction, str, dict[str, Any]], None] = names["keep_logical_ids"]
    return found
