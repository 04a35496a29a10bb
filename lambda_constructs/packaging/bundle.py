"""A Python project as Lambda runs it: the key of its content, and the folder that has it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from ..rules.python_code import code_path_missing, lock_stale, wheel_missing
from .cache import kept
from .install import install
from .lock import Choice, Package, find_lock, read_lock
from .refusal import RefusedError, refuse_if
from .source_tree import SourceFile, digest, source_files
from .staleness import changed_since
from .target import Target
from .wheels import needed, without_wheel

_FORMAT: Final = 1  # a new number changes every key


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A project for one runtime and architecture.

    Attributes:
        project: The folder with the lock.
        source: The folder with the code.
        choice: Which packages of the lock are wanted.
        exclude: Patterns of source files that are left out.
        strip: What is removed from packages.
        cache: Where packages are kept.
        target: The runtime and the architecture.
    """

    project: Path
    source: Path
    choice: Choice
    exclude: Sequence[str]
    strip: str
    cache: Path
    target: Target

    @cached_property
    def lock(self) -> Path:
        """The lock of the project."""
        for folder in (self.project, self.source):
            if not folder.is_dir():
                raise RefusedError(code_path_missing, str(folder), str(Path.cwd()))
        return find_lock(self.project)

    @cached_property
    def packages(self) -> list[Package]:
        """The packages that the runtime needs, all with a wheel for it."""
        packages = needed(read_lock(self.lock, self.choice), self.target)
        refuse_if(lock_stale, str(self.lock), changed_since(self.lock))
        refuse_if(wheel_missing, str(self.target), without_wheel(packages, self.target))
        return packages

    @cached_property
    def files(self) -> list[SourceFile]:
        """The source files."""
        return source_files(self.source, self.exclude)

    @cached_property
    def key(self) -> str:
        """A digest of the content, the same on every machine."""
        return hashlib.sha256(f"{self._packages_key} {digest(self.files)}".encode()).hexdigest()

    @property
    def _packages_key(self) -> str:
        target = (self.target.runtime, self.target.architecture)
        lines = [each.requirement for each in self.packages]
        return hashlib.sha256(json.dumps([_FORMAT, *target, self.strip, lines]).encode()).hexdigest()

    def install_packages(self) -> Path | None:
        """The folder of the installed packages, if there are any; nothing is installed twice."""
        if not self.packages:
            return None
        return kept(self.cache, f"packages-{self._packages_key}", self._install)

    def fill(self, folder: Path) -> None:
        """Put packages and code together in an empty folder."""
        if (packages := self.install_packages()) is not None:
            shutil.copytree(packages, folder, copy_function=_link, dirs_exist_ok=True)
        for file in self.files:
            path = folder / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            shutil.copyfile(file.path, path)
            path.chmod(file.mode)

    def _install(self, folder: Path) -> None:
        install(self.packages, self.lock, self.target, folder, self.strip)


def _link(source: str, target: str) -> None:
    """The same file at another path; a copy where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
