"""Packages installed into a folder: the same bytes on every machine, without anything from the machine.

The files are links to the cache of uv where the file system has them, as in environments that uv makes. So
they are replaced, and never changed.
"""

from __future__ import annotations

import csv
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from ..rules.python_code import hash_mismatch, packages_not_installed
from .lock import Package
from .refusal import RefusedError
from .source_tree import normal_mode
from .target import Target
from .uv import extend, reason_of, run_uv

# They name paths, times or the installer of this machine, or their hashes.
_OF_THIS_MACHINE: Final = ("INSTALLER", "REQUESTED", "direct_url.json", "uv_*.json")
_SOURCES: Final = (".pyi", ".pyx", ".pxd", ".c", ".h", ".hpp", ".cpp", ".a", ".f90")
_NO_INDEX: Final = "--no-index"
_MISMATCH: Final = re.compile(r"Hash mismatch for `([^`]+)`")


def install(
    packages: Sequence[Package],
    lock: Path,
    target: Target,
    folder: Path,
    *,
    strip: str,
    from_source: Collection[str],
) -> None:
    """Install packages of a lock, their dependencies included, for a runtime into an empty folder.

    `strip` removes what no import reads ("safe"), tests too ("tests"), or nothing ("none"); the packages in
    `from_source` may be built on this machine. Packages that cannot be installed are refused.
    """
    with tempfile.TemporaryDirectory(prefix="lambda-constructs-") as name:
        work = Path(name)
        locked = [each.requirement for each in packages if each.folder is None]
        built = [str(_build(each, each.folder, lock, work)) for each in packages if each.folder is not None]
        if locked:
            options = ["--require-hashes", "--only-binary", ":all:", *extend("--no-binary", [*from_source])]
            indexes = sorted({index for each in packages for index in each.indexes})
            _uv_install(locked, options, lock, target, folder, indexes=indexes)
        if built:
            _uv_install(built, [_NO_INDEX], lock, target, folder)
    _clean(folder, strip)


def _build(package: Package, folder: Path, lock: Path, work: Path) -> Path:
    """Build the wheel of a folder, by the build system that it names."""
    output = work / package.name
    done = run_uv(
        *("build", "--quiet", "--python", sys.executable, "--out-dir", str(output), str(folder)),
        folder=lock.parent,
    )
    if done.returncode:
        raise RefusedError(packages_not_installed, str(lock), f"{package.name}: {reason_of(done)}")
    return next(output.glob("*.whl"))


def _uv_install(
    requirements: Sequence[str],
    options: Sequence[str],
    lock: Path,
    target: Target,
    folder: Path,
    *,
    indexes: Sequence[str] = (),
) -> None:
    with tempfile.TemporaryDirectory() as work:
        file = Path(work, "requirements.txt")
        text = "".join(f"{each}\n" for each in requirements)
        file.write_text(text, encoding="utf-8")
        command = [
            *("pip", "install", "--quiet", "--no-deps", "--link-mode", "hardlink", *options),
            *("--python", sys.executable, "--python-version", target.python),
            *("--python-platform", target.uv_platform, "--target", str(folder), "-r", str(file)),
        ]
        # Hashes pin the files, so the index is asked only for those that the cache does not have.
        installed = run_uv(*command, "--offline", folder=lock.parent)
        if installed.returncode and _NO_INDEX not in options:
            # uv takes the part of a package that it left, as on a full disk, for the package.
            shutil.rmtree(folder)
            folder.mkdir()
            installed = run_uv(*command, folder=lock.parent)
        if installed.returncode and indexes:
            # An index that only some packages come from; hashes pin the files, whichever index has them.
            file.write_text(
                "".join(f"--extra-index-url {each}\n" for each in indexes) + text, encoding="utf-8"
            )
            installed = run_uv(*command, "--index-strategy", "unsafe-best-match", folder=lock.parent)
    if installed.returncode:
        if changed := _MISMATCH.findall(installed.stderr):
            raise RefusedError(hash_mismatch, str(lock), changed)
        raise RefusedError(packages_not_installed, str(lock), reason_of(installed))


def _clean(folder: Path, strip: str) -> None:
    """Remove what differs between machines and what no import reads, and set the same permissions."""
    shutil.rmtree(folder / "bin", ignore_errors=True)
    (folder / ".lock").unlink(missing_ok=True)
    for path in [each for name in _OF_THIS_MACHINE for each in folder.glob(f"*.dist-info/{name}")]:
        path.unlink()
    for path in list(folder.rglob("*")):
        if path.is_dir():
            if path.name == "__pycache__" or (strip == "tests" and path.name in ("test", "tests")):
                shutil.rmtree(path)
        elif path.exists():
            if strip != "none" and path.suffix in _SOURCES and not _is_read(path):
                path.unlink()
            else:
                _set_mode(path, normal_mode(path))
    for path in [folder, *(each for each in folder.rglob("*") if each.is_dir())]:
        path.chmod(0o755)
    for record in folder.glob("*.dist-info/RECORD"):
        _rewrite(record, folder)


def _is_read(path: Path) -> bool:
    """Whether the module next to a stub reads it: https://scientific-python.org/specs/spec-0001/."""
    module = path.with_suffix(".py")
    return path.suffix == ".pyi" and module.is_file() and b"attach_stub" in module.read_bytes()


def _rewrite(record: Path, folder: Path) -> None:
    """List the files of a package that are left, without the hashes of those that differ between machines."""
    with record.open(newline="", encoding="utf-8") as file:
        names = sorted({line[0] for line in csv.reader(file) if line})
    kept = [name for name in names if (folder / name).is_file() and ".." not in Path(name).parts]
    record.unlink()
    with record.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([name, "", ""] for name in kept)
    record.chmod(0o644)


def _set_mode(path: Path, mode: int) -> None:
    """Set the permissions of a file, but not of other links to it."""
    if stat.S_IMODE(path.stat().st_mode) != mode:
        copy = path.with_name(f"{path.name}.copy")
        shutil.copyfile(path, copy)
        copy.chmod(mode)
        copy.replace(path)
