"""Unpacks and compiles a function's code once, and not for every process that runs it.

This is not a behavior of AWS; it saves time: ministack starts a process for each execution environment
and again after each crash and timeout, unpacks the whole package for it, and Python compiles that again.
Here the files of a process are links to one unpacked copy, which only a handler that writes into its own
code can tell; on AWS it cannot write there.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import compileall
import hashlib
import os
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from ..core import hooks

_runtime = hooks.module("core.lambda_runtime")

_COPIES: Final = Path(tempfile.gettempdir()) / "function-code"
_lock = threading.Lock()


def install() -> None:
    """Unpack packages here instead of in ministack.

    Raises:
        hooks.HookError: ministack unpacks code in another way now.
    """
    if hooks.attribute(_runtime, "zipfile") is not zipfile:
        raise hooks.HookError("ministack does not unpack with zipfile any more")
    names = {name: getattr(zipfile, name) for name in zipfile.__all__}
    vars(_runtime)["zipfile"] = SimpleNamespace(**{**names, "ZipFile": _Package})


class _Package(zipfile.ZipFile):
    """A package on disk."""

    def extractall(
        self,
        path: str | os.PathLike[str] | None = None,
        members: Iterable[str | zipfile.ZipInfo] | None = None,
        pwd: bytes | None = None,
    ) -> None:
        """Link the unpacked files where a process wants them."""
        if path is None or members is not None or pwd is not None:
            super().extractall(path, members, pwd)
        else:
            shutil.copytree(self._copy(), path, copy_function=os.link, dirs_exist_ok=True)

    def _copy(self) -> Path:
        """The directory with its files, unpacked for the first process that needs it."""
        content = Path(str(self.filename)).read_bytes()
        copy = _COPIES / hashlib.sha256(content).hexdigest()
        with _lock:
            if not copy.exists():
                fresh = copy.with_suffix(".new")
                super().extractall(fresh)
                compileall.compile_dir(fresh, quiet=2)
                fresh.rename(copy)
        return copy
