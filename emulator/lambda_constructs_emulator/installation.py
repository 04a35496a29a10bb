"""Installs on first use what does not come with the package: the server's environment and the CDK CLI.

Both are made in a new directory, which gets its name when it is complete: an interrupted installation leaves
nothing half made, and of two at once the first one counts.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import uv

from .paths import CACHE, CDK_CLI, PACKAGE, SERVER_PYTHON, node, npm, python_of

CDK_CLI_VERSION: Final = "2.1148.1"
_LOCK: Final = PACKAGE / "server" / "requirements.txt"
_TAIL_LINES: Final = 20


class InstallationError(RuntimeError):
    """A tool could not be installed; the message has the end of the installer's output."""


def server_python() -> Path:
    """The interpreter that runs the server: of the project's environment, or of one made from the lock."""
    if SERVER_PYTHON.exists():
        return SERVER_PYTHON
    key = f"{sys.version_info.major}.{sys.version_info.minor} {sys.base_prefix}\n{_LOCK.read_text()}"
    environment = CACHE / f"server-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    return python_of(_installed(environment, "the emulator's server", _make_environment))


def cdk_cli() -> Path:
    """The program of the CDK CLI, which Node.js runs: the project's, or one from npm."""
    if CDK_CLI.exists():
        return CDK_CLI
    folder = _installed(CACHE / f"cdk-{CDK_CLI_VERSION}", f"the CDK CLI {CDK_CLI_VERSION}", _install_cli)
    return folder / "node_modules" / "aws-cdk" / "bin" / "cdk"


def _installed(folder: Path, what: str, make: Callable[[Path], None]) -> Path:
    """A directory that is made once."""
    if folder.exists():
        return folder
    print(f"Installing {what} into {folder} (once) ...", file=sys.stderr, flush=True)
    try:
        CACHE.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=CACHE))
    except OSError as error:
        raise InstallationError(
            f"cannot write to {CACHE}: {error.strerror}; name another directory with LAMBDA_EMULATOR_CACHE"
        ) from error
    try:
        make(unfinished)
        if not folder.exists():
            unfinished.rename(folder)
    except OSError:
        if not folder.exists():  # otherwise another process was faster
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _make_environment(folder: Path) -> None:
    program = uv.find_uv_bin()
    _run([program, "venv", "--quiet", "--relocatable", "--clear", "--python", sys.executable, str(folder)])
    python = str(python_of(folder))
    _run([program, "pip", "sync", "--quiet", "--require-hashes", "--python", python, str(_LOCK)])


def _install_cli(folder: Path) -> None:
    options = ["--prefix", str(folder), "--no-audit", "--no-fund", "--no-save", "--loglevel", "error"]
    environment = {**os.environ, "PATH": os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])}
    _run([str(node()), str(npm()), "install", *options, f"aws-cdk@{CDK_CLI_VERSION}"], environment)


def _run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-_TAIL_LINES:])
        raise InstallationError(f"`{' '.join(command)}` ended with status {done.returncode}:\n{tail}")
