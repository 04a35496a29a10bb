"""The files of a source folder that are deployed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from ..rules.python_code import source_link_outside, source_unreadable
from ..text_table import printable
from .refusal import RefusedError, refuse_if

# Files of tests, of tools and of the lock, which the code in Lambda does not read.
_NEVER: Final = (
    *("__pycache__", "*.pyc", ".*", "*.egg-info", "tests", "cdk.out", "node_modules"),
    *("pyproject.toml", "uv.lock", "pylock.toml", "requirements*.in", "requirements*.txt"),
    *("poetry.lock", "pdm.lock", "Pipfile", "Pipfile.lock"),
)
# What tools write into the folder of a package when they build it or test it.
_NOT_BUILT: Final = ("__pycache__", "*.pyc", ".*", "*.egg-info", "build", "dist", "uv.lock")


@dataclass(frozen=True)
class SourceFile:
    """A file that is deployed."""

    path: Path  # where it is
    name: str  # its path in the package
    mode: int  # its permissions in the package

    @property
    def digest(self) -> str:
        """A digest of its bytes and its permissions; a RefusedError if it cannot be read."""
        try:
            content = hashlib.sha256(self.path.read_bytes()).hexdigest()
        except OSError as error:
            raise RefusedError(source_unreadable, str(self.path), str(error.strerror)) from None
        return f"{self.mode:o} {content}"


def source_files(folder: Path, exclude: Sequence[str]) -> list[SourceFile]:
    """The files of a source folder, sorted, without those whose names or paths match a pattern."""
    return _files(folder, (*_NEVER, *exclude))


def is_source(path: Path, folder: Path, exclude: Sequence[str]) -> bool:
    """Whether a path would be deployed with a source folder if it existed."""
    root, path = folder.resolve(), path.resolve()
    inside = [each for each in (path, *path.parents) if root in each.parents]
    return path == root or (
        bool(inside) and not any(_is_left_out(each, root, (*_NEVER, *exclude)) for each in inside)
    )


def project_files(folder: Path) -> list[SourceFile]:
    """The files of a package that is built, sorted."""
    return _files(folder, _NOT_BUILT)


def _files(folder: Path, patterns: Sequence[str]) -> list[SourceFile]:
    root = folder.resolve()
    outside: list[str] = []
    try:
        found = list(_walk(root, root, patterns, outside))
    except OSError as error:
        raise RefusedError(source_unreadable, str(error.filename), str(error.strerror)) from None
    refuse_if(source_link_outside, outside)
    return sorted(found, key=lambda each: each.name)


def _walk(root: Path, folder: Path, patterns: Sequence[str], outside: list[str]) -> Iterator[SourceFile]:
    for path in sorted(folder.iterdir()):
        name = path.relative_to(root).as_posix()
        if not _is_text(name):
            raise RefusedError(source_unreadable, printable(str(path)), "its name is not UTF-8 text")
        if _is_left_out(path, root, patterns):
            continue
        if path.is_symlink():
            target = Path(os.path.realpath(path))  # resolve() raises an error for a link to itself
            if not target.exists() or not target.is_relative_to(root) or path.is_relative_to(target):
                outside.append(name)
                continue
        if path.is_dir():
            yield from _walk(root, path, patterns, outside)
        elif path.is_file():
            yield SourceFile(path, name, normal_mode(path))
        else:
            raise RefusedError(source_unreadable, str(path), "it is not a regular file")


def _is_left_out(path: Path, root: Path, patterns: Sequence[str]) -> bool:
    """Whether a name or a path matches a pattern, or is a virtual environment, which has any name."""
    name = path.relative_to(root).as_posix()
    matches = any(fnmatch(path.name, each) or fnmatch(name, each) for each in patterns)
    return matches or (path / "pyvenv.cfg").is_file()


def _is_text(name: str) -> bool:
    """Whether a name is text: Python writes other bytes of a name as halves of surrogate pairs."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def normal_mode(path: Path) -> int:
    """The permissions that a file has in every package: all may read, and execute what its owner may."""
    return 0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644


def digest(files: Sequence[SourceFile]) -> str:
    """A digest of the names, the bytes and the permissions of files."""
    total = hashlib.sha256()
    for each in files:
        total.update(f"{each.name}\0{each.digest}\n".encode())
    return total.hexdigest()
