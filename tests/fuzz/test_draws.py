"""Whatever is written is refused as the library refuses, or gives a template that nobody finds a fault in.

`make fuzz` draws thousands of other statements.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support import ROOT

DRAWS = 150


def fuzz(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Draw statements in a process of its own, since this one has CDK's validator turned off."""
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_every_draw_is_refused_or_valid() -> None:
    result = fuzz("--draws", str(DRAWS), "--seed", "0")

    assert result.returncode == 0, result.stdout
