"""The settings of a project: a table `audit` in lambda-constructs.toml or pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import filter as matching
from pathlib import Path
from typing import Any, Final

from ..rules.catalogue import CATALOGUE
from ..template.files import UnreadableError, read_text
from ..template.intrinsics import mapping

_FILES: Final = ("lambda-constructs.toml", "pyproject.toml")
FAILING: Final = ("error", "warning")


@dataclass(kw_only=True)
class Settings:
    """The settings of a run, by the options of the command or else by the file of the project."""

    exclude: list[str] = field(default_factory=list)  # patterns of paths that are not read
    select: list[str] = field(default_factory=lambda: ["*"])  # patterns of codes to report
    ignore: list[str] = field(default_factory=list)  # patterns of codes not to report
    ignore_file: Path | None = None  # the file of findings to ignore
    baseline: Path | None = None  # the file of known findings
    fail_on: str = "error"  # the lowest severity that fails
    undecided: bool = False  # whether undecided findings are listed
    parameters: dict[str, str] = field(default_factory=dict)  # values of parameters of the templates


# How a file writes each setting: the name of a file as a string.
_TYPES: Final[Mapping[str, type]] = {
    name: str if value is None else type(value) for name, value in vars(Settings()).items()
}


def read_settings(folder: Path, options: Mapping[str, Any]) -> Settings:
    """The settings: the options that are not None, else those of the closest file, from a folder upwards."""
    given = {name: options[name] for name in _TYPES if options.get(name) is not None}
    settings = Settings(**{**_from_file(folder), **given})
    settings.parameters = dict(settings.parameters)
    for pattern in (*settings.select, *settings.ignore):
        if not matching(CATALOGUE, pattern.partition("[")[0]):
            raise UnreadableError(f"there is no rule {pattern!r}")
    if settings.fail_on not in FAILING:
        raise UnreadableError(f"fail-on is {settings.fail_on!r}; use {' or '.join(FAILING)}")
    return settings


def _from_file(folder: Path) -> dict[str, Any]:
    for each in (folder, *folder.parents):
        for name in _FILES:
            if (file := each / name).is_file() and (table := _table(file)) is not None:
                return _settings(file, table)
    return {}


def read_toml(file: Path) -> dict[str, Any]:
    """The content of a TOML file."""
    try:
        return tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"{file}: not valid TOML: {error}") from error


def _table(file: Path) -> object:
    """The table of the audit in a file; None if it has none."""
    content: Mapping[str, Any] = read_toml(file)
    if file.name == "pyproject.toml":
        content = mapping(mapping(content.get("tool")).get("lambda-constructs"))
    return content.get("audit")


def _settings(file: Path, table: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever its author wrote
    if not isinstance(table, dict):
        raise UnreadableError(f"{file}: audit must be a table")
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in _TYPES or "_" in key:
            raise UnreadableError(f"{file}: there is no setting {key!r}")
        if not isinstance(value, _TYPES[name]):
            raise UnreadableError(f"{file}: {key} must be a {_TYPES[name].__name__}")
        if isinstance(value, list) and not all(isinstance(each, str) for each in value):
            raise UnreadableError(f"{file}: {key} must contain only strings")
        found[name] = file.parent / str(value) if name in ("ignore_file", "baseline") else value
    if "parameters" in found:
        for each in found["parameters"].values():
            if isinstance(each, list | dict):
                raise UnreadableError(f"{file}: parameters must contain only strings, numbers and booleans")
        # CloudFormation writes booleans in lower case.
        found["parameters"] = {
            key: str(each).lower() if isinstance(each, bool) else str(each)
            for key, each in found["parameters"].items()
        }
    return found
