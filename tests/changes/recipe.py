"""The function that docs/how-to/rename-a-workload.md shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk

from lambda_constructs import ProductionFunction, SqsWorker

PAGE: Final = Path(__file__).parents[2] / "docs" / "how-to" / "rename-a-workload.md"


def keep_logical_ids() -> Callable[[ProductionFunction, str, dict[str, Any]], None]:
    """The function, from the page."""
    block = re.search(r"^(def keep_logical_ids.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert block is not None
    names: dict[str, Any] = {"cdk": cdk, "SqsWorker": SqsWorker}
    exec(block[1], names)  # noqa: S102 - a page of this repository
    found: Callable[[ProductionFunction, str, dict[str, Any]], None] = names["keep_logical_ids"]
    return found
