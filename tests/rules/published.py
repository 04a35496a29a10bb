"""What cfn-lint publishes: read as files, because importing cfn-lint takes long."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def cfn_lint(name: str) -> dict[str, Any]:
    """A table of cfn-lint."""
    spec = find_spec("cfnlint")
    assert spec is not None
    assert spec.origin is not None
    table: dict[str, Any] = json.loads((Path(spec.origin).parent / "data/AdditionalSpecs" / name).read_text())
    return table
