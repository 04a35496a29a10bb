"""Builds a handler's code directory for Lambda without Docker: its files plus its locked packages.

The directory's name contains a hash of all inputs, so an unchanged handler is built once. All machines build
the same bytes, which keeps CDK's asset hash stable.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import uv

BUILD = Path(__file__).resolve().parent.parent / "build"

_FORMAT = b"1"
"""Increment this number when the same inputs must build a different directory."""

ARCHITECTURE = "arm64"
RUNTIME = "python3.13"
"""The default architecture and runtime of handlers."""

_PLATFORMS = {
    # The runtimes use Amazon Linux 2023, whose glibc 2.34 is compatible with wheels for 2.28.
    "arm64": "aarch64-manylinux_2_28",
    "x86_64": "x86_64-manylinux_2_28",
}
_REQUIREMENTS = "requirements.txt"
_NOT_CODE = {"requirements.in", _REQUIREMENTS, "__pycache__"}
_NOT_DETERMINISTIC = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"}
"""Files that the installer writes into each package's .dist-info, about itself and the build machine."""


class BundleError(RuntimeError):
    """The handler cannot be built. The message says why and what to do."""


def bundle(source: Path, *, architecture: str = ARCHITECTURE, runtime: str = RUNTIME) -> Path:
    """Return a directory with the handler's files and its packages, ready for `Code.from_asset`.

    Args:
        source: The handler's directory, whose `requirements.txt` must be locked with hashes.
        architecture: arm64 or x86_64. Packages are installed for it, not for this machine.
        runtime: Lambda's name of a Python runtime, such as python3.13. Packages are installed for it.

    Raises:
        BundleError: The architecture is unknown, or the handler has no locked requirements, or they cannot be
            installed.
    """
    if architecture not in _PLATFORMS:
        raise BundleError(f"architecture must be one of {sorted(_PLATFORMS)}, not {architecture!r}")
    if not (source / _REQUIREMENTS).is_file():
        raise BundleError(
            f"{source}: no {_REQUIREMENTS}; write requirements.in, then run `uv pip compile "
            f"--generate-hashes --python-version {_version(runtime)} requirements.in -o {_REQUIREMENTS}`"
        )
    target = BUILD / f"{source.parent.name}-{_key(source, architecture, runtime)}"
    if not target.exists():
        BUILD.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD, prefix=".") as directory:
            built = Path(directory) / "code"
            _install(source / _REQUIREMENTS, built, architecture, runtime)
            shutil.copytree(source, built, dirs_exist_ok=True, ignore=_ignored)
            _normalise(built)
            _move_into_place(built, target)
    return target


def _version(runtime: str) -> str:
    return runtime.removeprefix("python")


def _key(source: Path, architecture: str, runtime: str) -> str:
    """A hash of everything that determines the content of the directory."""
    digest = hashlib.sha256(b"\0".join((_FORMAT, runtime.encode(), architecture.encode())))
    digest.update((source / _REQUIREMENTS).read_bytes())
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source)
        if path.is_file() and not _ignored("", list(relative.parts)):
            digest.update(f"\0{relative.as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _ignored(_directory: str, names: list[str]) -> set[str]:
    return {name for name in names if name in _NOT_CODE or name.endswith(".pyc")}


def _install(requirements: Path, target: Path, architecture: str, runtime: str) -> None:
    """Install wheels for the runtime. Building packages from source would build them for this machine."""
    command = [uv.find_uv_bin(), "pip", "install", "--quiet", "--target", str(target)]
    command += ["--python-platform", _PLATFORMS[architecture], "--python-version", _version(runtime)]
    command += ["--only-binary", ":all:", "--require-hashes", "--no-deps", "--link-mode", "copy"]
    command += ["--requirement", str(requirements)]
    result = subprocess.run(
        command,
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise BundleError(
            f"cannot install {requirements} for Python {_version(runtime)} on {architecture}:\n"
            f"{result.stderr.strip()}"
        )


def _normalise(directory: Path) -> None:
    """Remove files that differ between machines, and give every file the mode that Lambda needs.

    The function's archive contains modes, but CDK's asset hash does not: a file that only its owner can read
    would be deployed, fail, and not be replaced after you correct its mode.
    """
    shutil.rmtree(directory / "bin", ignore_errors=True)
    (directory / ".lock").unlink(missing_ok=True)
    for path in sorted(directory.rglob("*"), reverse=True):
        if path.name == "__pycache__":
            shutil.rmtree(path)
        elif path.suffix == ".pyc" or (
            path.parent.suffix == ".dist-info" and path.name in _NOT_DETERMINISTIC
        ):
            path.unlink()
        else:
            path.chmod(0o755 if path.is_dir() else 0o644)
    directory.chmod(0o755)


def _move_into_place(built: Path, target: Path) -> None:
    """Rename the directory, so that it exists either completely or not at all."""
    try:
        built.rename(target)
    except OSError:
        # Another process was faster, and built the same.
        if not target.exists():
            raise
