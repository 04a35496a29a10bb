"""Builds a handler's code directory for Lambda without Docker: its files plus its locked packages.

The directory's name carries a hash of everything that goes in, so an unchanged handler is built
once, and two machines build the same bytes, which is what makes CDK's asset hash stable.
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
"""Raised whenever the same inputs are to give another directory."""

ARCHITECTURE = "arm64"
RUNTIME = "python3.13"
"""What handlers are built for unless somebody asks for something else."""

_PLATFORMS = {
    # The runtimes' system is Amazon Linux 2023, whose glibc 2.34 takes wheels for 2.28.
    "arm64": "aarch64-manylinux_2_28",
    "x86_64": "x86_64-manylinux_2_28",
}
_REQUIREMENTS = "requirements.txt"
_NOT_CODE = {"requirements.in", _REQUIREMENTS, "__pycache__"}
_NOT_DETERMINISTIC = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"}
"""Written into each package's .dist-info by the installer, about itself and the build machine."""


class BundleError(RuntimeError):
    """The handler cannot be built; the message says why and what to do."""


def bundle(source: Path, *, architecture: str = ARCHITECTURE, runtime: str = RUNTIME) -> Path:
    """Return a directory with the handler's files and its packages, ready for `Code.from_asset`.

    Args:
        source: the handler's directory; its `requirements.txt` must be locked with hashes.
        architecture: arm64 or x86_64; packages are installed for it, not for this host.
        runtime: Lambda's name of a Python runtime, such as python3.13; packages are installed for it.

    Raises:
        BundleError: the architecture is unknown, or the handler has no locked requirements, or
            they cannot be installed.
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
    """A hash of whatever decides what the directory holds."""
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
    """Install wheels for the runtime; nothing is built here, where it would be for this host."""
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
    """Drop what differs from machine to machine, and give every file the mode Lambda needs.

    Modes survive into the function's archive but not into CDK's asset hash: files that only their
    owner may read would deploy, fail, and not be replaced once corrected.
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
    """Rename, so that the directory either is there completely or not at all."""
    try:
        built.rename(target)
    except OSError:
        # Another process was faster; what it built is the same.
        if not target.exists():
            raise
