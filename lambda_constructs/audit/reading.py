"""Reads what the paths of a command name: templates, folders of templates, cloud assemblies."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from ..template.assembly import is_assembly, no_template, read_assembly
from ..template.files import OtherFileError, Templates, UnreadableError, read_template
from .source import Source

_SUFFIXES: Final = (".json", ".yaml", ".yml", ".template")
# What a file that is not named must contain to count as a template: a quick look, before it is parsed.
_RESOURCES: Final = re.compile(r"""(^|[{,])\s*["']?(Resources|TemplateBody)["']?\s*:""", re.MULTILINE)
EXCLUDED: Final = ("node_modules", "site-packages", "venv", "__pycache__", ".*")
"""Folders that are not searched: packages of others, copies and caches, such as .aws-sam and .venv."""


@dataclass(kw_only=True)
class Reading:
    """The templates that were found, and those that cannot be read."""

    sources: list[Source] = field(default_factory=list)  # the templates, each file once
    unreadable: list[UnreadableError] = field(default_factory=list)  # the others


def read(
    paths: Iterable[Path], *, exclude: Sequence[str] = (), parameters: Mapping[str, str] | None = None
) -> Reading:
    """Read templates, folders of templates and cloud assemblies, with the local templates of nested stacks.

    Files and folders whose path or name matches a pattern of `exclude` are not read.
    """
    reading, seen = Reading(), set[Path]()
    pending = [each for path in paths for each in _at(path, (*EXCLUDED, *exclude))]
    while pending:
        each = pending.pop(0)
        if isinstance(each, UnreadableError):
            reading.unreadable.append(each)
        elif (file := each.file.resolve()) not in seen:
            seen.add(file)
            source = Source.of(each, parameters)
            reading.sources.append(source)
            pending[:0] = [read_template(path) for path in source.nested()]
    return reading


def _at(path: Path, exclude: Sequence[str]) -> Templates:
    if not path.is_dir():
        yield read_template(path)
        return
    found = list(_in_folder(path, exclude))
    yield from found
    if not found and not is_assembly(path):
        yield no_template(path)


def _in_folder(folder: Path, exclude: Sequence[str]) -> Templates:
    if is_assembly(folder):
        yield from read_assembly(folder)
        return
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        yield UnreadableError(f"{folder}: {error.strerror}")
        return
    for each in files:
        if any(fnmatch(each.name, pattern) or fnmatch(each.as_posix(), pattern) for pattern in exclude):
            continue
        if each.is_dir():
            if not each.is_symlink():
                yield from _in_folder(each, exclude)
        elif each.is_file() and each.suffix in _SUFFIXES and _looks_like_template(each):
            found = read_template(each)
            if isinstance(found, UnreadableError):
                if not isinstance(found, OtherFileError):
                    yield found
            elif "Resources" in found.template:
                yield found


def _looks_like_template(file: Path) -> bool:
    try:
        content = file.read_bytes()
    except OSError:
        return True  # to be listed as unreadable
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return _RESOURCES.search(content.decode(encoding, errors="replace").replace("\r", "\n")) is not None
