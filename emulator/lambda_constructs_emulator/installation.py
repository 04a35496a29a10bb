"""Installs on first use what does not come with the package.

These are the server's environment, the CDK CLI, and the packages of Lambda's Node.js runtimes. Each is made
in a new directory, which gets its name when it is complete: an interrupted installation leaves nothing half
made, and of two at once the first one counts.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import uv

from .paths import CACHE, CDK_CLI, INSTALLERS, PACKAGE, SERVER_PYTHON, node, npm, python_of

CDK_CLI_VERSION: Final = "2.1148.1"
_LOCK: Final = PACKAGE / "server" / "requirements.txt"
_NODE_LOCK: Final = PACKAGE / "server" / "package-lock.json"
_CLIENTS: Final = {
    "3.3.0": (
        "package/dist/index.mjs",
        "9p06TbKVK4a050NY/vYOxhMHvnIiUu5o1W0//q6yNLSqA/c91pn4BOj3C3sRTpplkUNsGJdU5qWyU2STo6L8hA==",
    ),
    "4.0.2": (
        "package/index.mjs",
        "FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==",
    ),
}
"""AWS's runtime interface clients by release: the file in the package, and the SHA-512 of its archive.

Release 3 is that of the runtimes up to nodejs22.x, which have callbacks; release 4 is that of the later ones.
"""
_TAIL_LINES: Final = 20


def _key(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


NODE_PACKAGES: Final = CACHE / f"node-{_key(_NODE_LOCK.read_text(), *_CLIENTS)}"
"""Where those packages are when they are installed."""


class InstallationError(RuntimeError):
    """A tool could not be installed; the message has the end of the installer's output."""


def server_python() -> Path:
    """The interpreter that runs the server: of the project's environment, or of one made from the lock."""
    if os.access(SERVER_PYTHON, os.X_OK):
        return SERVER_PYTHON
    python = f"{sys.version_info.major}.{sys.version_info.minor} {sys.base_prefix}"
    environment = CACHE / f"server-{_key(python, _LOCK.read_text())}"
    return python_of(_installed(environment, "the emulator's server", _make_environment))


def cdk_cli() -> Path:
    """The program of the CDK CLI, which Node.js runs: the project's, or one from npm."""
    if os.access(CDK_CLI, os.R_OK):
        return CDK_CLI
    folder = _installed(CACHE / f"cdk-{CDK_CLI_VERSION}", f"the CDK CLI {CDK_CLI_VERSION}", _install_cli)
    return folder / "node_modules" / "aws-cdk" / "bin" / "cdk"


def node_packages() -> Path:
    """The directory of the packages of Lambda's Node.js runtimes: AWS's runtime clients and AWS's SDK."""
    return _installed(NODE_PACKAGES, "the packages of Lambda's Node.js runtimes", _install_node_packages)


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
    _npm(folder, "install", "--no-save", f"aws-cdk@{CDK_CLI_VERSION}")


def _install_node_packages(folder: Path) -> None:
    for file in (_NODE_LOCK, _NODE_LOCK.with_name("package.json")):
        shutil.copy(file, folder)
    # The clients are compiled when they are installed; only a file without a compiled part is needed.
    _npm(folder, "ci", "--ignore-scripts")
    for release, (member, digest) in _CLIENTS.items():
        _npm(folder, "pack", f"aws-lambda-ric@{release}")
        archive = folder / f"aws-lambda-ric-{release}.tgz"
        if b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != digest:
            raise InstallationError(f"{archive.name} of npm's registry is not the release that it was")
        client = folder / f"client-{release.partition('.')[0]}"
        client.mkdir()
        # `extract` has no filter before Python 3.11.4, which Debian 12 does not have.
        with tarfile.open(archive) as packed:
            content = packed.extractfile(member)
            assert content is not None, member
            (client / "index.mjs").write_bytes(content.read())
        archive.unlink()


def _npm(folder: Path, command: str, *arguments: str) -> None:
    options = ["--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel", "error"]
    search_path = os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])
    _run([str(node()), str(npm()), command, *options, *arguments], {"PATH": search_path}, directory=folder)


def _run(
    command: Sequence[str], variables: Mapping[str, str] | None = None, directory: Path | None = None
) -> None:
    done = subprocess.run(
        command,
        cwd=directory,
        env={**INSTALLERS, **os.environ, **(variables or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-_TAIL_LINES:])
        raise InstallationError(f"`{' '.join(command)}` ended with status {done.returncode}:\n{tail}")
