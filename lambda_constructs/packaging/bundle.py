"""A Python project as Lambda runs it: the key of its content, and the folder that has it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from ..rules import python_code as rules
from .bytecode import compile_files, interpreter
from .cache import kept
from .install import install
from .lock import Choice, Package, check_python, find_lock, read_lock, reading
from .refusal import RefusedError, refuse_if
from .source_tree import SourceFile, digest, is_source, source_files
from .staleness import changed_since
from .target import Target
from .wheels import needed, without_wheel
from .workspace import PYPROJECT, folder_of, member_of, normal

_FORMAT: Final = 3  # a new number changes every key
_TASK, _LAYER = "/var/task", "/opt/python"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A project for one runtime and architecture."""

    project: Path  # the folder with the lock, or a member of its workspace
    source: str = ""  # the folder with the code; empty for "src" if the project has it, else the project
    choice: Choice  # which packages of the lock are wanted
    exclude: Sequence[str] = ()  # patterns of source files that are left out
    strip: str = "safe"  # what is removed from packages
    bytecode: bool = False  # whether the code is compiled
    layered: bool = False  # whether the packages are in a layer
    allow_source: Sequence[str] = ()  # packages that may be built on this machine
    cache: Path  # where packages are kept
    target: Target  # the runtime and the architecture
    output: Path | None = None  # the folder that CDK writes to, which is not deployed

    @cached_property
    def lock(self) -> Path:
        """The lock of the project."""
        if self.project.is_file():
            raise RefusedError(rules.code_path_file, str(self.project))
        if not self.project.is_dir():
            raise RefusedError(rules.code_path_missing, str(self.project), str(Path.cwd()))
        return find_lock(self.project)

    @cached_property
    def folder(self) -> Path:
        """The folder with the code."""
        project = self.project
        if not self.source:
            named = folder_of(self.lock, self.choice.package) if self.choice.package else None
            project = named or project
        found = project / (self.source or ("src" if (project / "src").is_dir() else "."))
        if not found.is_dir():
            raise RefusedError(rules.code_path_missing, str(found), str(Path.cwd()))
        return found

    def outside(self, handler: str) -> str:
        """The file of a handler that the project has, but not the source chosen by default; empty if none."""
        files = _files_of(handler.rpartition(".")[0].replace(".", "/"))
        deployed = self.source or any((self.folder / each).is_file() for each in files)
        return "" if deployed else next((each for each in files if (self.project / each).is_file()), "")

    @cached_property
    def packages(self) -> list[Package]:
        """The packages that the runtime needs, all with a wheel for it, or allowed to be built."""
        with reading(self.lock.parent / PYPROJECT):
            changed = changed_since(self.lock, self.choice.groups)
        refuse_if(rules.lock_stale, str(self.lock), changed)
        with reading(self.lock):
            known = {normal(each.name) for each in self._needed}
        check_python(self.lock, self.target.python)
        unknown = [each for each in self.allow_source if normal(each) not in known]
        refuse_if(rules.source_not_locked, unknown, str(self.lock))
        missing = [each for name, each in self._without_wheel.items() if name not in self._from_source]
        refuse_if(rules.wheel_missing, str(self.target), missing)
        return self._needed

    @cached_property
    def _needed(self) -> list[Package]:
        choice = self.choice
        if self.lock.parent != self.project and not choice.package:
            choice = replace(choice, package=member_of(self.lock, self.project))
        packages = read_lock(self.lock, choice)
        with reading(self.lock):
            return needed(packages, self.target)

    @cached_property
    def _without_wheel(self) -> Mapping[str, str]:
        packages = self._needed
        with reading(self.lock):
            return without_wheel(packages, self.target)

    @cached_property
    def _from_source(self) -> list[str]:
        """The packages without a wheel, or with unknown wheels, that may be built on this machine."""
        allowed = {normal(each) for each in self.allow_source}
        unknown = {each.name for each in self._needed if each.wheels is None and each.folder is None}
        return sorted(name for name in {*self._without_wheel, *unknown} if normal(name) in allowed)

    @cached_property
    def files(self) -> list[SourceFile]:
        """The source files."""
        if is_source(self.cache, self.folder, self.exclude):
            raise RefusedError(rules.cache_unusable, str(self.cache), f"it is deployed with {self.folder}")
        root, exclude = self.folder.resolve(), [*self.exclude]
        if self.output is not None and root in self.output.parents:
            exclude.append(self.output.relative_to(root).as_posix())
        found = source_files(root, exclude)
        if not found:
            raise RefusedError(rules.source_empty, str(self.folder))
        return found

    @cached_property
    def key(self) -> str:
        """A digest of the content without a layer, the same on every machine."""
        packages = f"{_FORMAT} {self.bytecode and self.target}" if self.layered else self.packages_key
        return hashlib.sha256(f"{packages} {digest(self.files)}".encode()).hexdigest()

    @cached_property
    def packages_key(self) -> str:
        """A digest of the packages and of what they are installed for."""
        target = (self.target.runtime, self.target.architecture)
        options = (self.strip, self.bytecode, self.layered, sorted(self.allow_source))
        lines = [each.requirement for each in self.packages]
        return hashlib.sha256(json.dumps([_FORMAT, *target, *options, lines]).encode()).hexdigest()

    @cached_property
    def compiler(self) -> str | None:
        """The interpreter that compiles the code; None if it is not compiled."""
        return interpreter(self.target.python) if self.bytecode else None

    @property
    def installation(self) -> Mapping[str, object]:
        """The packages with their hashes, so that the emulator can install them for another machine."""
        return {
            "requirements": [each.requirement for each in self.packages if each.folder is None],
            "others": [normal(each.name) for each in self.packages if each.folder is not None],
            "from_source": self._from_source,
            "folder": str(self.lock.parent),
        }

    @property
    def installed(self) -> Path:
        """Where the packages are, once they are installed."""
        return self.cache / self._name

    @property
    def _name(self) -> str:
        # What a machine without the interpreter kept is not used once it has one.
        return f"packages-{self.packages_key}{'-compiled' if self.compiler else ''}"

    def install_packages(self) -> Path | None:
        """The folder of the installed packages, if there are any; nothing is installed twice."""
        return kept(self.cache, self._name, self._install) if self.packages else None

    @property
    def ambiguous(self) -> list[str]:
        """The modules that both the source and the installed packages have."""
        names = {
            file.name.partition("/")[0].removesuffix(".py") for file in self.files if _is_root(file.name)
        }
        folder = self.install_packages() or self.installed
        return sorted(name for name in names if any((folder / each).is_file() for each in _files_of(name)))

    def fill(self, folder: Path) -> None:
        """Put packages and code together in an empty folder; only the code if the packages are in a layer."""
        if not self.layered and (packages := self.install_packages()) is not None:
            shutil.copytree(packages, folder, copy_function=_link, dirs_exist_ok=True)
        for file in self.files:
            path = folder / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            shutil.copyfile(file.path, path)
            path.chmod(file.mode)
        sources = [folder / file.name for file in self.files if file.name.endswith(".py")]
        if self.compiler and sources:
            compile_files(self.compiler, folder, sources, _TASK)

    def fill_layer(self, folder: Path) -> None:
        """Put the packages into an empty folder, as a layer has them."""
        if (packages := self.install_packages()) is not None:
            shutil.copytree(packages, folder / "python", copy_function=_link)

    def _install(self, folder: Path) -> None:
        install(
            self.packages, self.lock, self.target, folder, strip=self.strip, from_source=self._from_source
        )
        if self.compiler:
            compile_files(self.compiler, folder, None, _LAYER if self.layered else _TASK)


def _files_of(module: str) -> tuple[str, str]:
    """The files that a module can be."""
    return f"{module}.py", f"{module}/__init__.py"


def _is_root(name: str) -> bool:
    """Whether a file makes a module that is in no other."""
    return name in _files_of(name.partition("/")[0].removesuffix(".py"))


def _link(source: str, target: str) -> None:
    """The same file at another path; a copy where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
