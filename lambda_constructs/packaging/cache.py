"""Folders that are made once and kept: each by its key, complete or not there at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def default_cache() -> Path:
    """Where packages are kept between syntheses."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "lambda-constructs"


def kept(cache: Path, name: str, fill: Callable[[Path], None]) -> Path:
    """The folder of a name; `fill` fills it if it is not there yet.

    Nothing is left behind if `fill` fails. Two processes may make the same folder at once: the first wins.
    """
    folder = cache / name
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=cache))
    try:
        fill(made)
        made.chmod(0o755)
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder
