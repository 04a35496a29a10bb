"""Finds the interpreter of a Python runtime, and makes the directory of the packages that the runtime has.

A function runs on the Python version of its runtime if this machine has it: on the search path, or next to
the interpreter of the server, where version managers keep all of them. Otherwise it runs on the server's.

Lambda's Python runtimes contain the AWS SDK and the runtime interface client. The directory has links to
these packages and their dependencies in the server's environment, and to nothing else.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

import functools
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

_BOOTSTRAP: Final = Path(__file__).parent / "bootstrap.py"
_PACKAGES: Final = ("boto3", "awslambdaric")
_NAME: Final = re.compile(r"[\w.-]+")
_OLDEST: Final = (3, 10)
"""The oldest Python that the runtime interface client supports."""


def command(runtime: str, layers: Path) -> list[str]:
    """The command that runs a function of a runtime such as python3.13."""
    # Without `site`, so that the packages of the server cannot be imported.
    return [interpreter(runtime), "-S", "-X", "utf8", str(_BOOTSTRAP), str(layers)]


@functools.cache
def interpreter(runtime: str) -> str:
    """The interpreter for a runtime such as python3.13."""
    major, _, minor = runtime.removeprefix("python").partition(".")
    version = (int(major), int(minor or 0))
    if version == sys.version_info[:2] or version < _OLDEST:
        return sys.executable
    installed = Path(sys.base_prefix).resolve().parent.glob(f"*/bin/{runtime}")
    for candidate in (shutil.which(runtime), *map(str, sorted(installed))):
        if candidate and _version(candidate) == version:
            return candidate
    return sys.executable


def _version(candidate: str) -> tuple[int, ...] | None:
    """The version of an interpreter; None if it does not run."""
    command = [candidate, "-I", "-S", "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(map(int, done.stdout.split()))


@functools.cache
def runtime_directory() -> Path:
    """The directory of the packages in the runtime, which is `/var/runtime` on AWS."""
    directory = Path(tempfile.mkdtemp(prefix="lambda-runtime-"))
    for name in _with_dependencies(*_PACKAGES):
        distribution = importlib.metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or () if file.parts[0] not in _OUTSIDE}:
            (directory / top).symlink_to(Path(str(distribution.locate_file(top))))
    return directory


_OUTSIDE: Final = {"..", "__pycache__"}


def _with_dependencies(*names: str) -> set[str]:
    """Distributions with all that they need."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        required = importlib.metadata.requires(name) or []
        # Extras are not installed, so a requirement of an extra is not in the runtime.
        needed = (match[0] for line in required if "extra ==" not in line and (match := _NAME.match(line)))
        waiting.extend(needed)
    return found
