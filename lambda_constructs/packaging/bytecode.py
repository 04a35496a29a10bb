"""Bytecode, so that a cold start does not compile: https://docs.python.org/3/library/py_compile.html.

CDK gives all files of a zip the same time, so Python would ignore bytecode that compares times. It compares
the hash of the source instead, and stays right if someone edits the source in the console.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from .uv import run_uv

_VERSION = "import sys; print('%s %d.%d' % (sys.implementation.name, *sys.version_info[:2]))"


@cache
def interpreter(python: str) -> str | None:
    """A CPython on this machine with a version such as "3.13"; None if there is none."""
    return next((each for each in _candidates(python) if _version_of(each) == f"cpython {python}"), None)


def compile_files(program: str, folder: Path, files: Sequence[Path] | None, deployed: str) -> None:
    """Compile Python files of a folder, or all if `files` is None, which Lambda has at the path `deployed`.

    Files that are not valid in the version of the interpreter are left out.
    """
    subprocess.run(
        [
            *(program, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash"),
            *("-s", str(folder), "-p", deployed),
            *(["-j", "0", str(folder)] if files is None else ["-i", "-"]),
        ],
        input=None if files is None else "".join(f"{each}\n" for each in files),
        env={"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0"},
        cwd=folder.anchor,
        capture_output=True,
        text=True,
        check=False,
    )
    for compiled in folder.rglob("__pycache__"):
        compiled.chmod(0o755)
        for path in compiled.iterdir():
            path.chmod(0o644)


def _candidates(python: str) -> Iterator[str]:
    yield sys.executable
    yield from filter(None, [shutil.which(f"python{python}")])
    found = run_uv("python", "find", "--no-project", python, folder=Path.cwd())
    yield from found.stdout.split("\n")[:1]
    # The commands of pyenv start only the versions that it has been told to use.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from (str(path) for path in sorted(pyenv.glob(f"versions/{python}.*/bin/python{python}")))


def _version_of(program: str) -> str:
    try:
        done = subprocess.run([program, "-c", _VERSION], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
