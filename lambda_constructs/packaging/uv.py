"""uv, the program that reads locks and installs packages."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..rules.python_code import uv_missing
from .refusal import RefusedError

# Before 0.13, uv draws its reasons as a tree.
_DRAWN: Final = str.maketrans(dict.fromkeys("\u2502\u251c\u2570\u2500\u25b6\u00d7", " "))


def run_uv(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run uv in a folder, with the user's own configuration, which names the package index."""
    program = _find()
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def in_one_line(output: str, maximum: int = 600) -> str:
    """The output of uv, as part of a message."""
    words = output.replace("error:", "").translate(_DRAWN).split()
    text = " ".join(words).replace("; ", ", ").rstrip(" .")
    return text if len(text) <= maximum else f"{text[:maximum]} ..."


def reason_of(failed: subprocess.CompletedProcess[str]) -> str:
    """Why uv failed, as part of a message."""
    return in_one_line(failed.stderr) or f"it ended with {failed.returncode}, without a message"


def _find() -> str:
    try:
        from uv import find_uv_bin  # noqa: PLC0415 - the extra
    except ImportError:
        raise RefusedError(uv_missing, "uv") from None
    return find_uv_bin()


def extend(option: str, values: Sequence[str]) -> list[str]:
    """The option once for each value."""
    return [each for value in values for each in (option, value)]
