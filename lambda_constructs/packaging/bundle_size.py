"""The size of a bundle: by package, and by file."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CODE: Final = "(your code)"
_LEVEL: Final = 6  # of deflate, as zip programs have it


@dataclass
class Part:
    """A package of a bundle, or the code."""

    name: str
    files: dict[str, int] = field(default_factory=dict)  # the sizes of its files in bytes, by path
    zipped: int = 0  # an estimate of their bytes in a zip

    @property
    def size(self) -> int:
        """Its bytes, unzipped."""
        return sum(self.files.values())


def parts_of(folder: Path) -> list[Part]:
    """The parts of a filled folder, the largest first."""
    owners = _owners(folder)
    parts: dict[str, Part] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            owner = owners.get(_source(name)) or CODE
            part = parts.setdefault(owner, Part(owner))
            content = path.read_bytes()
            part.files[name] = len(content)
            part.zipped += len(zlib.compress(content, _LEVEL))
    return sorted(parts.values(), key=lambda each: (-each.size, each.name))


def total(parts: Sequence[Part]) -> Part:
    """All parts as one."""
    files = {name: size for part in parts for name, size in part.files.items()}
    return Part("total", files, sum(part.zipped for part in parts))


def _owners(folder: Path) -> Mapping[str, str]:
    """The packages that files belong to, from the lists of their installer."""
    found: dict[str, str] = {}
    for record in folder.rglob("*.dist-info/RECORD"):
        root = record.parent.parent.relative_to(folder)
        package = record.parent.name.removesuffix(".dist-info").replace("-", " ")
        with record.open(newline="", encoding="utf-8") as file:
            found.update({(root / line[0]).as_posix(): package for line in csv.reader(file) if line})
    return found


def _source(name: str) -> str:
    """The file that bytecode is made of; the file itself if it is not bytecode."""
    folder, _, file = name.rpartition("__pycache__/")
    return f"{folder}{file.partition('.')[0]}.py" if folder or name.startswith("__pycache__/") else name
