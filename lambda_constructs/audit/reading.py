"""Reads what the paths of a command name: templates, folders of templates, cloud assemblies."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

from ..template.intrinsics import mapping
from .assembly import is_assembly, read_assembly
from .files import BODY, UnreadableError, body, parse, read_text
from .source import Source, Unreadable

_SUFFIXES: Final = (".json", ".yaml", ".yml", ".template")
# What a file that is not named must contain to count as a template: a quick look, before it is parsed.
_RESOURCES: Final = re.compile(r"""(^|[{,])\s*["']?(Resources|TemplateBody)["']?\s*:""", re.MULTILINE)
# The sections of a template: they identify a template without resources.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
_SECTIONS: Final = frozenset(
    (
        *("AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks", "Mappings"),
        *("Metadata", "Outputs", "Parameters", "Resources", "Rules", "Transform"),
    )
)
# What only an author of a template writes at the top of a file; serverless.yml has Resources further down.
_MEANT: Final = frozenset(("AWSTemplateFormatVersion", "Resources"))
EXCLUDED: Final = ("node_modules", "site-packages", "venv", "__pycache__", ".*")
"""Folders that are not searched: packages of others, copies and caches, such as .aws-sam and .venv."""


class Other(Unreadable):
    """A file of another kind; it matters only if its path was given."""


@dataclass(kw_only=True)
class Reading:
    """The templates that were found, and those that cannot be read."""

    sources: list[Source] = field(default_factory=list)  # the templates, each file once
    unreadable: list[Unreadable] = field(default_factory=list)  # the others


def read(
    paths: Iterable[Path], *, exclude: Sequence[str] = (), parameters: Mapping[str, str] | None = None
) -> Reading:
    """Read templates, folders of templates and cloud assemblies, with the local templates of nested stacks.

    Files and folders whose path or name matches a pattern of `exclude` are not read.
    """
    reading, seen = Reading(), set[Path]()
    pending = [each for path in paths for each in _at(path, (*EXCLUDED, *exclude), parameters or {})]
    while pending:
        each = pending.pop(0)
        if isinstance(each, Unreadable):
            reading.unreadable.append(each)
        elif (file := each.file.resolve()) not in seen:
            seen.add(file)
            reading.sources.append(each)
            pending[:0] = [_template(path, parameters or {}) for path in each.nested()]
    return reading


def _at(path: Path, exclude: Sequence[str], parameters: Mapping[str, str]) -> Iterator[Source | Unreadable]:
    if not path.is_dir():
        yield _template(path, parameters)
        return
    found = list(_in_folder(path, exclude, parameters))
    yield from found
    if not found and not is_assembly(path):
        yield Unreadable(stack="", reason=f"{path}: it contains no template")


def _template(path: Path, parameters: Mapping[str, str]) -> Source | Unreadable:
    repeated: list[str] = []
    try:
        text = read_text(path)
        parsed = parse(path, text, repeated)
        template = body(path, parsed)
    except UnreadableError as error:
        return Unreadable(stack="", reason=str(error))
    if not _is_template(template):
        kind = Unreadable if _MEANT & mapping(template).keys() else Other
        return kind(stack="", reason=f"{path}: not a CloudFormation template")
    return Source(
        file=path,
        text=text,
        template=template,
        within=() if template is parsed else (BODY,),
        parameters=parameters,
        repeated=repeated,
    )


def _in_folder(
    folder: Path, exclude: Sequence[str], parameters: Mapping[str, str]
) -> Iterator[Source | Unreadable]:
    if is_assembly(folder):
        yield from read_assembly(folder)
        return
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        yield Unreadable(stack="", reason=f"{folder}: {error.strerror}")
        return
    for each in files:
        if any(fnmatch(each.name, pattern) or fnmatch(each.as_posix(), pattern) for pattern in exclude):
            continue
        if each.is_dir():
            if not each.is_symlink():
                yield from _in_folder(each, exclude, parameters)
        elif each.is_file() and each.suffix in _SUFFIXES and _looks_like_template(each):
            found = _template(each, parameters)
            if not isinstance(found, Other) and (
                isinstance(found, Unreadable) or isinstance(mapping(found.template).get("Resources"), dict)
            ):
                yield found


def _looks_like_template(file: Path) -> bool:
    try:
        content = file.read_bytes()
    except OSError:
        return True  # to be listed as unreadable
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return _RESOURCES.search(content.decode(encoding, errors="replace").replace("\r", "\n")) is not None


def _is_template(value: Any) -> bool:  # noqa: ANN401 - whatever its author wrote
    """Whether a file is a template: it has resources by name, or only other sections of templates."""
    if not isinstance(value, dict) or not isinstance(value.get("Resources", {}), dict):
        return False
    return "Resources" in value or _SECTIONS.issuperset(value)
