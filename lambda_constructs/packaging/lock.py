"""Locks: the packages that a project needs at run time, with their hashes.

uv.lock is read through uv, as a pylock.toml: https://packaging.python.org/en/latest/specifications/pylock-toml/
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ..rules import python_code as rules
from .refusal import RefusedError, refuse_if
from .source_tree import digest, project_files
from .uv import extend, in_one_line, reason_of, run_uv
from .workspace import PYPROJECT, UV_LOCK, member_of, read_pyproject

# AWS's Python runtimes bring the SDK; what else the SDK needs stays if something else needs it too.
_SDK: Final = ("boto3", "botocore", "s3transfer")
_PINNED: Final = re.compile(r"([\w.-]+)(?:\[[^]]*\])?\s*==\s*([^\s;]+)\s*(?:;\s*(.+?))?\s*")
# Lines that name more packages; other options are those of the installer.
_MORE: Final = ("-r", "-e", "--requirement", "--editable")
_PATCHES: Final = 50  # releases of a minor version; so far 22 at most
_INDEX: Final = re.compile(r"(?:-i|--(?:extra-)?index-url)[ =]+(\S+)")
_HASH: Final = re.compile(r"--hash=(\S+)")


@dataclass(frozen=True)
class Package:
    """One locked package."""

    name: str
    version: str  # its version; empty for a package that is a folder
    marker: str  # the condition for installing it; empty without one
    hashes: tuple[str, ...]  # the hashes of its files, sorted, such as "sha256:..."
    wheels: tuple[str, ...] | None = None  # the names of its wheels; None if the lock does not tell
    folder: Path | None = None  # where its source is, if it does not come from a package index
    indexes: tuple[str, ...] = ()  # the addresses of the package indexes that the lock names for it

    @cached_property
    def requirement(self) -> str:
        """A line for an installer that checks hashes; the digest of its files for a folder."""
        if self.folder is not None:
            return f"{self.name} @ sha256:{digest(project_files(self.folder))}"
        return " ".join([f"{self.name}=={self.version}", *(f"--hash={each}" for each in self.hashes)])


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which packages of a uv.lock are wanted."""

    groups: Sequence[str] = ()  # dependency groups besides the project's dependencies
    extras: Sequence[str] = ()  # extras of the project
    package: str = ""  # the member of a workspace; the project itself if empty
    sdk: bool = True  # whether the AWS SDK of the lock is installed

    @property
    def given(self) -> list[str]:
        """The options that are not their defaults."""
        given = {"groups": self.groups, "extras": self.extras, "package": self.package, "sdk": not self.sdk}
        return [name for name, value in given.items() if value]


_POETRY: Final = "poetry export --output requirements.txt, of poetry-plugin-export,"
_EXPORTS: Final = {
    "poetry.lock": _POETRY,
    "pdm.lock": "pdm export --output requirements.txt",
    "Pipfile": "pipenv requirements --hash > requirements.txt",
    "requirements.in": "uv pip compile --universal --generate-hashes requirements.in -o requirements.txt",
}
"""What makes a lock that PythonCode reads from the files of a tool."""


@contextmanager
def reading(lock: Path) -> Iterator[None]:
    """Refuse a lock whose values are not what they must be."""
    try:
        yield
    except KeyError as error:
        raise RefusedError(rules.lock_unreadable, str(lock), f"{error} is missing") from None
    except (AttributeError, TypeError, ValueError) as error:
        raise RefusedError(rules.lock_unreadable, str(lock), in_one_line(str(error))) from None


def find_lock(project: Path) -> Path:
    """The lock of a project, or of the workspace that it is a member of; a project without one is refused."""
    for name in (UV_LOCK, "pylock.toml", "requirements.txt"):
        if (project / name).is_file():
            return project / name
    for folder in project.parents:
        if member_of(folder / UV_LOCK, project):
            return folder / UV_LOCK
    raise RefusedError(rules.lock_missing, str(project), _command(project))


def _command(project: Path) -> str:
    """The command that makes the lock of a project."""
    for name, command in _EXPORTS.items():
        if (project / name).is_file():
            return command
    with reading(project / PYPROJECT):
        pyproject = read_pyproject(project)
    if not pyproject:
        return "uv init --bare and uv add PACKAGE"
    is_of_poetry = "project" not in pyproject and "poetry" in pyproject.get("tool", {})
    return _POETRY if is_of_poetry else "uv lock"


def read_lock(lock: Path, choice: Choice) -> list[Package]:
    """The packages of a lock, sorted by name; all must be pinned by hashes."""
    if lock.name == UV_LOCK:
        packages = _from_pylock(lock, _export(lock, choice))
    else:
        refuse_if(rules.lock_option, choice.given, str(lock))
        try:
            text = lock.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise RefusedError(rules.lock_unreadable, str(lock), "it is not UTF-8 text") from None
        except OSError as error:
            raise RefusedError(rules.lock_unreadable, str(lock), in_one_line(str(error))) from None
        with reading(lock):
            packages = _from_pylock(lock, text) if lock.suffix == ".toml" else _from_requirements(lock, text)
    return sorted(packages, key=lambda each: (each.name, each.version, each.marker))


def check_python(lock: Path, python: str) -> None:
    """Refuse a lock, which can be read, that is not for a minor version of Python."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - the extra

    if lock.suffix == ".toml" or lock.name == UV_LOCK:
        versions = tomllib.loads(lock.read_text(encoding="utf-8-sig")).get("requires-python", "")
        with reading(lock):
            allowed = SpecifierSet(versions)
        if not any(allowed.contains(f"{python}.{patch}") for patch in range(_PATCHES)):
            raise RefusedError(rules.lock_python, versions, python, str(lock))


def _export(lock: Path, choice: Choice) -> str:
    """A uv.lock as pylock.toml, without the packages that only development needs."""
    exported = run_uv(
        *("export", "--frozen", "--format", "pylock.toml", "--quiet", "--no-header"),
        *("--no-default-groups", "--no-emit-project"),
        *extend("--group", choice.groups),
        *extend("--extra", choice.extras),
        *extend("--package", [choice.package] if choice.package else []),
        *extend("--prune", () if choice.sdk else _SDK),
        folder=lock.parent,
    )
    if exported.returncode:
        raise RefusedError(rules.lock_unreadable, str(lock), reason_of(exported))
    return exported.stdout


def _from_pylock(lock: Path, text: str) -> list[Package]:
    entries: list[Mapping[str, Any]] = tomllib.loads(text).get("packages", [])
    remote = [each["name"] for each in entries if {"vcs", "archive"} & each.keys()]
    refuse_if(rules.lock_remote_package, str(lock), remote)
    unpinned = [each["name"] for each in entries if not {"version", "directory"} & each.keys()]
    refuse_if(rules.lock_without_hashes, str(lock), unpinned)
    return [
        Package(
            each["name"],
            each.get("version", ""),
            each.get("marker", ""),
            tuple(sorted(_hashes(each))),
            tuple(_file_name(wheel) for wheel in each.get("wheels", ())),
            (lock.parent / each["directory"]["path"]).resolve() if "directory" in each else None,
            (each["index"],) if "index" in each else (),
        )
        for each in entries
    ]


def _hashes(entry: Mapping[str, Any]) -> list[str]:
    files = [*entry.get("wheels", ()), *([entry["sdist"]] if "sdist" in entry else [])]
    return [f"sha256:{file['hashes']['sha256']}" for file in files if "sha256" in file.get("hashes", {})]


def _file_name(wheel: Mapping[str, Any]) -> str:
    address: str = wheel.get("name") or wheel.get("url") or wheel["path"]
    return address.rpartition("/")[2].replace("%2B", "+")


def _from_requirements(lock: Path, text: str) -> list[Package]:
    lines = [line.strip() for line in re.sub(r"\\\r?\n", " ", text).splitlines()]
    packages, unpinned = [], []
    indexes = tuple(found[1] for line in lines if (found := _INDEX.match(line)))
    for line in lines:
        requirement = re.split(r"\s--hash=|(?:^|\s)#", line)[0].strip()
        more = requirement.startswith(_MORE)
        if not requirement or (requirement.startswith("-") and not more):
            continue
        pinned, hashes = _PINNED.fullmatch(requirement), _HASH.findall(line)
        if pinned is None or not hashes:
            unpinned.append(requirement if more else re.split(r"[\s=<>!~;\[@]", requirement)[0])
        else:
            packages.append(
                Package(pinned[1], pinned[2], pinned[3] or "", tuple(sorted(hashes)), indexes=indexes)
            )
    refuse_if(rules.lock_without_hashes, str(lock), unpinned)
    return packages
