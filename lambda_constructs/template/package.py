"""The files that a function or a layer is made of, where the template's cloud assembly has them."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from .elf import HEADER, glibc_of, machine_of
from .python_module import Module, read_module
from .template import Resource, Template

_KEY: Final = re.compile(r"(?:.*/)?(([0-9a-f]{64})\.\w+)")  # how CDK names its assets, after a prefix
_EXECUTABLE: Final = 0o111
_ENCRYPTED: Final = 1  # a bit of an entry of a zip
_DEEPEST: Final = 3  # stages in stages


@dataclass(frozen=True)
class PackagedFile:
    """One file of a package."""

    size: int  # its size in bytes, unzipped
    mode: int  # its permissions; 0 if the archive does not tell


class Package:
    """A folder or a zip that becomes the code of a function or of a layer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._modules: dict[str, Module] = {}

    @cached_property
    def is_archive(self) -> bool:
        """Whether it can be read: a file is a zip that is neither encrypted nor damaged."""
        if not self._path.is_file():
            return True
        try:
            with zipfile.ZipFile(self._path) as archive:
                encrypted = any(each.flag_bits & _ENCRYPTED for each in archive.infolist())
                return not encrypted and archive.testzip() is None
        # zipfile raises the last one for a compression method that it does not support
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
            return False

    @cached_property
    def files(self) -> Mapping[str, PackagedFile]:
        """Its files by their paths."""
        if not self.is_archive:
            return {}
        if self._path.is_file():
            with zipfile.ZipFile(self._path) as archive:
                return {
                    each.filename: PackagedFile(each.file_size, (each.external_attr >> 16) & 0o777)
                    for each in archive.infolist()
                    if not each.is_dir()
                }
        return {
            path.relative_to(self._path).as_posix(): PackagedFile(path.stat().st_size, path.stat().st_mode)
            for path in sorted(self._path.rglob("*"))
            if path.is_file()
        }

    @cached_property
    def size(self) -> int:
        """The bytes of all files, unzipped."""
        return sum(each.size for each in self.files.values())

    @cached_property
    def machines(self) -> Mapping[str, str]:
        """The native libraries and programs with the architecture that each is for."""
        found = {}
        for name, file in self.files.items():
            if ".so" in name or name.endswith(".dylib") or file.mode & _EXECUTABLE:
                machine = machine_of(self.read(name, HEADER), name)
                if machine is not None:
                    found[name] = machine
        return found

    @cached_property
    def glibc(self) -> Mapping[str, int]:
        """The native libraries and programs with the minor version of glibc 2 that each needs."""
        return {name: glibc_of(self.read(name)) for name in self.machines}

    def module(self, name: str) -> Module:
        """The needs of a Python file."""
        if name not in self._modules:
            self._modules[name] = read_module(self.read(name))
        return self._modules[name]

    def read(self, name: str, maximum: int = -1) -> bytes:
        """The bytes of a file, or the first of them."""
        if self._path.is_file():
            with zipfile.ZipFile(self._path) as archive, archive.open(name) as packed:
                return packed.read(maximum)
        with (self._path / name).open("rb") as file:
            return file.read(maximum)


class _Inline(Package):
    """Code in a template: CloudFormation writes it to a file, next to a module for custom resources.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
    """

    def __init__(self, code: str) -> None:
        super().__init__(Path())
        self._content = {"index.py": code.encode(), "cfnresponse.py": b""}

    @cached_property
    def files(self) -> Mapping[str, PackagedFile]:
        """Its files by their paths."""
        return {name: PackagedFile(len(content), 0) for name, content in self._content.items()}

    def read(self, name: str, maximum: int = -1) -> bytes:
        """The bytes of a file."""
        return self._content[name][: None if maximum < 0 else maximum]


def package_of(template: Template, resource: Resource, code: str = "Code") -> Package | None:
    """The package of a function, or of a layer whose property is `Content`; None if it is elsewhere."""
    inline = resource.text(code, "ZipFile")
    if isinstance(inline, str) and str(resource.text("Runtime")).startswith("python"):
        return _inline(inline)
    key = resource.text(code, "S3Key")
    named = _KEY.fullmatch(key) if isinstance(key, str) else None
    if named is None or template.folder is None:
        return None
    # The assets of a stage are in the assembly of the app.
    for folder in (template.folder, *template.folder.parents[:_DEEPEST]):
        for path in (folder / f"asset.{named[2]}", folder / f"asset.{named[1]}"):
            if path.exists():
                return _read(path)
    return None


@cache
def _read(path: Path) -> Package:
    return Package(path)


@cache
def _inline(code: str) -> Package:
    return _Inline(code)
